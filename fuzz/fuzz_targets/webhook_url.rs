#![no_main]

use libfuzzer_sys::fuzz_target;
use wagon_properties::{a_location_leads_to_no_other_scheme, a_url_means_the_same_when_it_is_read_again};

fuzz_target!(|text: &str| {
    a_url_means_the_same_when_it_is_read_again(text);
    a_location_leads_to_no_other_scheme(text);
});
