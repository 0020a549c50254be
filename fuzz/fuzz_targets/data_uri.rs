#![no_main]

use libfuzzer_sys::fuzz_target;
use wagon_properties::{data_is_never_longer_than_allowed, every_file_within_the_limit_is_taken};

/// Small, so that texts on both sides of it are tried.
const LIMIT: usize = 64;

fuzz_target!(|text: &str| {
    data_is_never_longer_than_allowed(text, LIMIT);
    let bytes = text.as_bytes();
    if !bytes.is_empty() {
        every_file_within_the_limit_is_taken(bytes, bytes.len());
    }
});
