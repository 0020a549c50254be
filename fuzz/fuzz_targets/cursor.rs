#![no_main]

use libfuzzer_sys::fuzz_target;
use wagon_properties::a_cursor_is_one_position;

fuzz_target!(|text: &str| a_cursor_is_one_position(text));
