//! What may be reached beyond the public Internet.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use crate::address::{canonical, reserved};
use crate::error::Refusal;

/// Networks and host names that an operator permits in addition to the public Internet: a
/// comma-separated list like `10.1.0.0/16, 127.0.0.1, hooks.internal`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allow {
    nets: Vec<IpNet>,
    /// Lower case, without a final dot; whatever they resolve to is permitted.
    hosts: Vec<String>,
}

/// An entry that is neither an address, nor a network, nor a host name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an address, nor a network like 10.1.0.0/16, nor a host name")]
pub struct InvalidAllow(String);

impl Allow {
    pub(crate) fn host(&self, host: &str) -> bool {
        let host = bare(host);
        self.hosts.contains(&host)
    }

    pub(crate) fn check(&self, address: IpAddr) -> Result<(), Refusal> {
        let address = canonical(address);
        if self.nets.iter().any(|net| net.contains(&address)) {
            return Ok(());
        }
        reserved(address).map_or(Ok(()), |reserved| Err(Refusal { address, reserved }))
    }
}

fn bare(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

impl FromStr for Allow {
    type Err = InvalidAllow;

    fn from_str(text: &str) -> Result<Self, InvalidAllow> {
        let mut allow = Self::default();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            if let Ok(address) = entry.parse::<IpAddr>() {
                allow.nets.push(canonical(address).into());
            } else if let Ok(net) = entry.parse::<IpNet>() {
                allow.nets.push(net);
            } else if is_host_name(entry) {
                allow.hosts.push(bare(entry));
            } else {
                return Err(InvalidAllow(entry.to_owned()));
            }
        }
        Ok(allow)
    }
}

/// What a URL parser takes for a name, and not for one of the spellings of an address.
fn is_host_name(entry: &str) -> bool {
    matches!(url::Host::parse(entry), Ok(url::Host::Domain(domain)) if domain.is_ascii() && !entry.contains('/'))
}

impl fmt::Display for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nets = self.nets.iter().map(ToString::to_string);
        let entries: Vec<String> = nets.chain(self.hosts.iter().cloned()).collect();
        f.write_str(&entries.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn nothing_reserved_is_permitted_unless_listed() {
        let none = Allow::default();
        assert_eq!(none.check(ip("8.8.8.8")), Ok(()));
        assert!(none.check(ip("127.0.0.1")).is_err());
        assert!(!none.host("localhost"));

        let some: Allow = "127.0.0.1, 10.1.0.0/16,fd00::/8 , Hooks.Internal.,"
            .parse()
            .unwrap();
        for address in [
            "127.0.0.1",
            "::ffff:127.0.0.1",
            "10.1.2.3",
            "fd12::1",
            "64:ff9b::10.1.2.3",
        ] {
            assert_eq!(some.check(ip(address)), Ok(()), "{address}");
        }
        for address in ["127.0.0.2", "10.2.0.1", "fc00::1", "::1"] {
            assert!(some.check(ip(address)).is_err(), "{address}");
        }
        assert!(some.host("hooks.internal") && some.host("HOOKS.internal."));
        assert!(!some.host("evil.hooks.internal"));
        assert_eq!(
            some.to_string(),
            "127.0.0.1/32, 10.1.0.0/16, fd00::/8, hooks.internal"
        );
    }

    #[test]
    fn entries_that_mean_nothing_are_refused() {
        for text in [
            "10.0.0.0/33",
            "http://x",
            "127.1",
            "0x7f000001",
            "a b",
            "10.0.0.0/8 x",
        ] {
            assert!(text.parse::<Allow>().is_err(), "{text}");
        }
    }
}
