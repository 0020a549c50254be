//! What must not be reached, in every way of writing it.

use axum::Router;
use axum::routing::get;
use rstest::rstest;
use wagon_outbound::{DialError, Error, Reserved};

use crate::server::{LIMITS, Server, outbound, url};

#[rstest]
#[case::loopback("127.0.0.1", Reserved::Loopback)]
#[case::short("127.1", Reserved::Loopback)]
#[case::decimal("2130706433", Reserved::Loopback)]
#[case::hexadecimal("0x7f000001", Reserved::Loopback)]
#[case::hexadecimal_short("0x7f.1", Reserved::Loopback)]
#[case::octal("0177.0.0.1", Reserved::Loopback)]
#[case::octal_whole("017700000001", Reserved::Loopback)]
#[case::final_dot("127.0.0.1.", Reserved::Loopback)]
#[case::percent("%31%32%37.0.0.1", Reserved::Loopback)]
#[case::ideographic_dots("127。0。0。1", Reserved::Loopback)]
#[case::this_network("0.0.0.0", Reserved::ThisNetwork)]
#[case::zero("0", Reserved::ThisNetwork)]
#[case::private("10.0.0.1", Reserved::Private)]
#[case::private_172("172.16.0.1", Reserved::Private)]
#[case::private_192("192.168.0.1", Reserved::Private)]
#[case::carrier_nat("100.64.0.1", Reserved::CarrierNat)]
#[case::link_local("169.254.1.1", Reserved::LinkLocal)]
#[case::metadata("169.254.169.254", Reserved::Metadata)]
#[case::metadata_decimal("2852039166", Reserved::Metadata)]
#[case::multicast("224.0.0.1", Reserved::Multicast)]
#[case::broadcast("255.255.255.255", Reserved::Protocol)]
#[case::v6_loopback("[::1]", Reserved::Loopback)]
#[case::v6_unspecified("[::]", Reserved::ThisNetwork)]
#[case::v6_mapped("[::ffff:127.0.0.1]", Reserved::Loopback)]
#[case::v6_mapped_hex("[::ffff:7f00:1]", Reserved::Loopback)]
#[case::v6_compatible("[::127.0.0.1]", Reserved::Protocol)]
#[case::v6_long("[0:0:0:0:0:0:0:1]", Reserved::Loopback)]
#[case::nat64("[64:ff9b::7f00:1]", Reserved::Loopback)]
#[case::nat64_metadata("[64:ff9b::a9fe:a9fe]", Reserved::Metadata)]
#[case::sixtofour("[2002:7f00:1::]", Reserved::Protocol)]
#[case::teredo("[2001:0:7f00:1::]", Reserved::Protocol)]
#[case::v6_link_local("[fe80::1]", Reserved::LinkLocal)]
#[case::unique_local("[fc00::1]", Reserved::UniqueLocal)]
#[case::v6_metadata("[fd00:ec2::254]", Reserved::Metadata)]
#[case::v6_multicast("[ff02::1]", Reserved::Multicast)]
#[tokio::test]
async fn literal_addresses(#[case] host: &str, #[case] why: Reserved) {
    // Listens where most of them would lead, were they dialled.
    let server = Server::start(Router::new().route("/", get(|| async { "secret" }))).await;
    let target = url(&format!("http://{host}:{}/", server.port()));
    assert_eq!(outbound("").check(&target).unwrap_err().reserved, why);
    let error = outbound("").get(&target, LIMITS).await.unwrap_err();
    let Error::Dial(DialError::Refused { refusal, .. }) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(refusal.reserved, why);
    assert!(error.is_refusal());
    assert!(error.to_string().contains("not on the allow-list"), "{error}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn an_allowed_literal_is_reached_in_every_spelling() {
    let server = Server::start(Router::new().route("/", get(|| async { "hello" }))).await;
    let outbound = outbound("127.0.0.1");
    for host in ["127.0.0.1", "127.1", "2130706433", "[::ffff:127.0.0.1]"] {
        let target = url(&format!("http://{host}:{}/", server.port()));
        outbound.check(&target).unwrap();
        assert_eq!(
            outbound.get(&target, LIMITS).await.unwrap().bytes,
            "hello",
            "{host}"
        );
    }
}
