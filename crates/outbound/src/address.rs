//! Which addresses are not the public Internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// What an address is reserved for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reserved {
    #[error("this network")]
    ThisNetwork,
    #[error("private use")]
    Private,
    #[error("carrier-grade NAT")]
    CarrierNat,
    #[error("loopback")]
    Loopback,
    #[error("link-local use")]
    LinkLocal,
    #[error("cloud metadata")]
    Metadata,
    #[error("unique local use")]
    UniqueLocal,
    #[error("multicast")]
    Multicast,
    #[error("documentation")]
    Documentation,
    #[error("benchmarking")]
    Benchmarking,
    #[error("protocol use")]
    Protocol,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, len: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), len)
}

const fn v6(head: [u16; 4], len: u8) -> Ipv6Net {
    let [a, b, c, d] = head;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), len)
}

/// The first match counts. From the registries of special-purpose addresses, and the metadata
/// services that live at public ones.
const V4: &[(Ipv4Net, Reserved)] = &[
    (v4(169, 254, 169, 254, 32), Reserved::Metadata),
    (v4(100, 100, 100, 200, 32), Reserved::Metadata),
    (v4(168, 63, 129, 16, 32), Reserved::Metadata),
    (v4(192, 0, 0, 192, 32), Reserved::Metadata),
    (v4(0, 0, 0, 0, 8), Reserved::ThisNetwork),
    (v4(10, 0, 0, 0, 8), Reserved::Private),
    (v4(100, 64, 0, 0, 10), Reserved::CarrierNat),
    (v4(127, 0, 0, 0, 8), Reserved::Loopback),
    (v4(169, 254, 0, 0, 16), Reserved::LinkLocal),
    (v4(172, 16, 0, 0, 12), Reserved::Private),
    (v4(192, 0, 0, 0, 24), Reserved::Protocol),
    (v4(192, 0, 2, 0, 24), Reserved::Documentation),
    (v4(192, 88, 99, 0, 24), Reserved::Protocol),
    (v4(192, 168, 0, 0, 16), Reserved::Private),
    (v4(198, 18, 0, 0, 15), Reserved::Benchmarking),
    (v4(198, 51, 100, 0, 24), Reserved::Documentation),
    (v4(203, 0, 113, 0, 24), Reserved::Documentation),
    (v4(224, 0, 0, 0, 4), Reserved::Multicast),
    (v4(240, 0, 0, 0, 4), Reserved::Protocol),
];

/// Within `2000::/3`; of what is outside of it, only the names matter.
const V6: &[(Ipv6Net, Reserved)] = &[
    (
        Ipv6Net::new_assert(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), 128),
        Reserved::Metadata,
    ),
    (v6([0xfc00, 0, 0, 0], 7), Reserved::UniqueLocal),
    (v6([0xfe80, 0, 0, 0], 10), Reserved::LinkLocal),
    (v6([0xfec0, 0, 0, 0], 10), Reserved::Private),
    (v6([0xff00, 0, 0, 0], 8), Reserved::Multicast),
    // Protocol assignments, Teredo among them: an IPv4 address inside leads elsewhere.
    (v6([0x2001, 0, 0, 0], 23), Reserved::Protocol),
    (v6([0x2001, 0xdb8, 0, 0], 32), Reserved::Documentation),
    // 6to4: likewise.
    (v6([0x2002, 0, 0, 0], 16), Reserved::Protocol),
    (v6([0x3fff, 0, 0, 0], 20), Reserved::Documentation),
];

const GLOBAL_UNICAST: Ipv6Net = v6([0x2000, 0, 0, 0], 3);
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0], 96);

/// Where a packet to this address ends up: an IPv4 address in IPv6 clothes is that IPv4 address.
pub(crate) fn canonical(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    if let Some(v4) = v6.to_ipv4_mapped() {
        return v4.into();
    }
    if NAT64.contains(&v6) {
        let [.., a, b, c, d] = v6.octets();
        return Ipv4Addr::new(a, b, c, d).into();
    }
    address
}

/// What keeps a [`canonical`] address from being one of the public Internet.
pub(crate) fn reserved(address: IpAddr) -> Option<Reserved> {
    match address {
        IpAddr::V4(v4) => {
            let found = V4.iter().find(|(net, _)| net.contains(&v4));
            found.map(|(_, reserved)| *reserved)
        }
        IpAddr::V6(Ipv6Addr::LOCALHOST) => Some(Reserved::Loopback),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Some(Reserved::ThisNetwork),
        IpAddr::V6(v6) => {
            let found = V6.iter().find(|(net, _)| net.contains(&v6));
            match found {
                Some((_, reserved)) => Some(*reserved),
                None if GLOBAL_UNICAST.contains(&v6) => None,
                None => Some(Reserved::Protocol),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Reserved> {
        reserved(canonical(text.parse().unwrap()))
    }

    #[test]
    fn the_public_internet_is_reachable() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
            "2001:4860:4860::8888",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
        ] {
            assert_eq!(of(address), None, "{address}");
        }
    }

    #[test]
    fn everything_else_is_not() {
        for (address, why) in [
            ("0.0.0.0", Reserved::ThisNetwork),
            ("0.1.2.3", Reserved::ThisNetwork),
            ("10.0.0.1", Reserved::Private),
            ("100.64.0.1", Reserved::CarrierNat),
            ("100.127.255.255", Reserved::CarrierNat),
            ("100.100.100.200", Reserved::Metadata),
            ("127.0.0.1", Reserved::Loopback),
            ("127.255.255.254", Reserved::Loopback),
            ("168.63.129.16", Reserved::Metadata),
            ("169.254.0.1", Reserved::LinkLocal),
            ("169.254.169.254", Reserved::Metadata),
            ("172.16.0.1", Reserved::Private),
            ("172.31.255.255", Reserved::Private),
            ("192.0.0.8", Reserved::Protocol),
            ("192.0.0.192", Reserved::Metadata),
            ("192.0.2.1", Reserved::Documentation),
            ("192.88.99.1", Reserved::Protocol),
            ("192.168.1.1", Reserved::Private),
            ("198.18.0.1", Reserved::Benchmarking),
            ("198.19.255.255", Reserved::Benchmarking),
            ("198.51.100.1", Reserved::Documentation),
            ("203.0.113.1", Reserved::Documentation),
            ("224.0.0.1", Reserved::Multicast),
            ("239.255.255.255", Reserved::Multicast),
            ("240.0.0.1", Reserved::Protocol),
            ("255.255.255.255", Reserved::Protocol),
            ("::", Reserved::ThisNetwork),
            ("::1", Reserved::Loopback),
            ("::127.0.0.1", Reserved::Protocol),
            ("::ffff:127.0.0.1", Reserved::Loopback),
            ("::ffff:169.254.169.254", Reserved::Metadata),
            ("::ffff:0:127.0.0.1", Reserved::Protocol),
            ("64:ff9b::127.0.0.1", Reserved::Loopback),
            ("64:ff9b::10.0.0.1", Reserved::Private),
            ("64:ff9b::169.254.169.254", Reserved::Metadata),
            ("64:ff9b:1::10.0.0.1", Reserved::Protocol),
            ("100::1", Reserved::Protocol),
            ("2001::1", Reserved::Protocol),
            ("2001:2::1", Reserved::Protocol),
            ("2001:10::1", Reserved::Protocol),
            ("2001:db8::1", Reserved::Documentation),
            ("2002:7f00:1::", Reserved::Protocol),
            ("3fff::1", Reserved::Documentation),
            ("5f00::1", Reserved::Protocol),
            ("fc00::1", Reserved::UniqueLocal),
            ("fdff::1", Reserved::UniqueLocal),
            ("fd00:ec2::254", Reserved::Metadata),
            ("fe80::1", Reserved::LinkLocal),
            ("fec0::1", Reserved::Private),
            ("ff02::1", Reserved::Multicast),
        ] {
            assert_eq!(of(address), Some(why), "{address}");
        }
    }
}
