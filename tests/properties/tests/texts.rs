//! Texts that strangers write, in the thousands: whatever they hold, they are refused or mean one thing.

use proptest::prelude::*;
use wagon_properties as rules;

const LIMIT: usize = 64;

/// Texts that look like addresses more often than chance has it.
fn like_a_jid() -> impl Strategy<Value = String> {
    let user = prop_oneof!["[0-9]{0,34}", "[0-9]{1,12}-[0-9]{1,12}", "status", "\\PC{0,6}"];
    let agent = prop_oneof![Just(String::new()), "\\.[0-9]{0,4}"];
    let device = prop_oneof![Just(String::new()), ":[0-9]{0,6}"];
    let server = prop_oneof![
        Just("s.whatsapp.net".to_owned()),
        Just("c.us".to_owned()),
        Just("lid".to_owned()),
        Just("g.us".to_owned()),
        Just("newsletter".to_owned()),
        Just("broadcast".to_owned()),
        "[a-z.@]{0,16}",
    ];
    (user, agent, device, server)
        .prop_map(|(user, agent, device, server)| format!("{user}{agent}{device}@{server}"))
}

/// Base64 and data URIs, whole and broken.
fn like_data() -> impl Strategy<Value = String> {
    let head = prop_oneof![
        Just(String::new()),
        "data:[a-z/;=+]{0,20},",
        Just("data:image/png;base64,".to_owned()),
        Just("data:".to_owned()),
    ];
    (head, "[A-Za-z0-9+/=\\-_ \n]{0,160}").prop_map(|(head, payload)| head + &payload)
}

fn like_a_url() -> impl Strategy<Value = String> {
    let scheme = prop_oneof!["https?://", "HTTPS?:/{0,3}", "[a-z]{1,6}:", "\\PC{0,4}"];
    let host = prop_oneof![
        "[a-z0-9.\\-]{0,20}",
        "[0-9a-fx.]{1,16}",
        "\\[[0-9a-f:.]{0,30}\\]",
        "\\PC{0,8}"
    ];
    let rest = prop_oneof![
        Just(String::new()),
        "(:[0-9]{0,6})?(/\\PC{0,8})?(\\?\\PC{0,8})?(#\\PC{0,4})?"
    ];
    (scheme, host, rest).prop_map(|(scheme, host, rest)| format!("{scheme}{host}{rest}"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

    #[test]
    fn an_address_is_read_as_it_is_written(text in prop_oneof![like_a_jid(), "\\PC{0,40}"]) {
        rules::an_address_is_read_as_it_is_written(&text);
    }

    #[test]
    fn data_is_never_longer_than_allowed(text in prop_oneof![like_data(), "\\PC{0,200}"]) {
        rules::data_is_never_longer_than_allowed(&text, LIMIT);
    }

    #[test]
    fn every_file_within_the_limit_is_taken(bytes in proptest::collection::vec(any::<u8>(), 1..=LIMIT)) {
        rules::every_file_within_the_limit_is_taken(&bytes, LIMIT);
    }

    #[test]
    fn a_cursor_is_one_position(text in prop_oneof!["[A-Za-z0-9_\\-]{0,60}", "\\PC{0,40}"]) {
        rules::a_cursor_is_one_position(&text);
    }

    #[test]
    fn a_url_means_the_same_when_it_is_read_again(text in prop_oneof![like_a_url(), "\\PC{0,40}"]) {
        rules::a_url_means_the_same_when_it_is_read_again(&text);
    }

    #[test]
    fn a_location_leads_to_no_other_scheme(location in prop_oneof![like_a_url(), "\\PC{0,40}"]) {
        rules::a_location_leads_to_no_other_scheme(&location);
    }
}
