//! Texts that strangers write, in the thousands: whatever they hold, they are refused or mean one thing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use wagon_domain::{HttpUrl, Jid};
use wagon_http_kit::{cursor_from_text, cursor_to_text};
use wagon_media::decode;

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
        let Ok(jid) = text.parse::<Jid>() else { return Ok(()) };
        prop_assert_eq!(jid.to_string().parse::<Jid>(), Ok(jid.clone()));
        prop_assert_eq!(jid.bare().bare(), jid.bare());
        prop_assert_eq!(jid.bare().device(), None);
        prop_assert!(text.starts_with(jid.user()), "the user part is never made up");
    }

    #[test]
    fn data_is_never_longer_than_allowed(text in prop_oneof![like_data(), "\\PC{0,200}"]) {
        let Ok(inline) = decode(text.clone(), LIMIT) else { return Ok(()) };
        prop_assert!((1..=LIMIT).contains(&inline.bytes.len()));
        let again = decode(format!("data:,{}", STANDARD.encode(&inline.bytes)), LIMIT);
        prop_assert_eq!(again.map(|again| again.bytes), Ok(inline.bytes));
        if let Some(mimetype) = inline.mimetype {
            let head = format!("data:{mimetype}");
            prop_assert!(text.starts_with(&head));
        }
    }

    #[test]
    fn every_file_within_the_limit_is_taken(bytes in proptest::collection::vec(any::<u8>(), 1..=LIMIT)) {
        let inline = decode(STANDARD.encode(&bytes), LIMIT);
        prop_assert_eq!(inline.map(|inline| inline.bytes.to_vec()), Ok(bytes));
    }

    #[test]
    fn a_cursor_is_one_position(text in prop_oneof!["[A-Za-z0-9_\\-]{0,60}", "\\PC{0,40}"]) {
        // Two texts for one place would be two cursors for one page.
        if let Ok(position) = cursor_from_text(&text) {
            prop_assert_eq!(cursor_to_text(&position), text.clone());
        }
        prop_assert_eq!(cursor_from_text(&cursor_to_text(&text)), Ok(text));
    }

    #[test]
    fn a_url_means_the_same_when_it_is_read_again(text in prop_oneof![like_a_url(), "\\PC{0,40}"]) {
        let Ok(url) = text.parse::<HttpUrl>() else { return Ok(()) };
        prop_assert_eq!(url.as_str(), &text);
        prop_assert!(matches!(url.url().scheme(), "http" | "https"));
        prop_assert!(url.url().host_str().is_some_and(|host| !host.is_empty()));
        let normal: HttpUrl = url.url().as_str().parse().expect("a normalised URL is one");
        prop_assert_eq!(normal.url(), url.url());
    }
}
