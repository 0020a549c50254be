//! Whatever text comes as a URL: it is refused, or it can be judged and called.

use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use wagon_domain::HttpUrl;

use crate::server::outbound;

/// Texts that look like URLs more often than chance has it.
fn like_a_url() -> impl Strategy<Value = String> {
    let scheme = prop_oneof![
        Just("http://"),
        Just("https://"),
        Just("HTTP:"),
        Just("http:\\\\"),
        Just("")
    ];
    let host = prop_oneof![
        "[a-z0-9.-]{0,20}",
        "[0-9a-fx.]{1,16}",
        "\\[[0-9a-f:.%]{0,30}\\]",
        "[a-z@:%0-9]{0,20}",
        "\\PC{0,8}",
    ];
    let port = prop_oneof![Just(String::new()), ":[0-9]{0,6}"];
    (scheme, host, port, "[/?#][ -~]{0,20}")
        .prop_map(|(scheme, host, port, rest)| format!("{scheme}{host}{port}{rest}"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn any_text_is_refused_or_can_be_called(text in prop_oneof![like_a_url(), "\\PC{0,40}"]) {
        if let Ok(url) = text.parse::<HttpUrl>() {
            prop_assert_eq!(url.as_str(), &text);
            let uri: http::Uri = url.url().as_str().parse().expect("the client can name it");
            // The client dials what was judged.
            prop_assert_eq!(uri.host(), url.url().host_str());
            let _ = outbound("").check(&url);
        }
    }

    #[test]
    fn reserved_addresses_are_refused_however_they_are_written(last in any::<u32>()) {
        let loopback = 0x7f00_0000 | (last >> 8);
        let address = Ipv4Addr::from(loopback);
        let [a, b, c, d] = address.octets();
        let mapped = address.to_ipv6_mapped();
        let nat64 = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, u16::from(a) << 8 | u16::from(b), u16::from(c) << 8 | u16::from(d));
        for host in [
            address.to_string(),
            loopback.to_string(),
            format!("{loopback:#x}"),
            format!("0{loopback:o}"),
            format!("{a:#x}.{b:#o}.{c}.{d}").replace("0o", "0"),
            format!("{a}.{}", loopback & 0xff_ffff),
            format!("[{mapped}]"),
            format!("[{nat64}]"),
        ] {
            let url: HttpUrl = format!("http://{host}/").parse().expect("it is an address");
            prop_assert!(outbound("").check(&url).is_err(), "{}", host);
            prop_assert!(outbound("127.0.0.0/8").check(&url).is_ok(), "{}", host);
        }
    }
}
