#![no_main]

use libfuzzer_sys::fuzz_target;
use wagon_properties::an_address_is_read_as_it_is_written;

fuzz_target!(|text: &str| an_address_is_read_as_it_is_written(text));
