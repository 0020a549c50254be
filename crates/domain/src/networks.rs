//! Sets of IP addresses.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// Networks and single addresses, written like `10.1.0.0/16, 192.0.2.7`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the address is in one of them; one of IPv4 also in its IPv6 form.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    pub fn iter(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(written)
    }
}

/// A single address without the length of its prefix, as people write it.
fn written(network: &IpNet) -> String {
    if network.prefix_len() == network.max_prefix_len() {
        network.addr().to_string()
    } else {
        network.to_string()
    }
}

/// A text that is no list of networks and addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected IP addresses or networks, like 10.1.0.0/16")]
pub struct InvalidNetworks;

impl FromStr for Networks {
    type Err = InvalidNetworks;

    fn from_str(text: &str) -> Result<Self, InvalidNetworks> {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| {
                let network: Result<IpNet, _> = part.parse();
                network.or_else(|_| part.parse().map(|address: IpAddr| address.to_canonical().into()))
            })
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(|_| InvalidNetworks)
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, network) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            f.write_str(&network)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_round_trip() {
        let networks: Networks = "10.1.0.0/16,192.0.2.7 , 2001:db8::/32".parse().unwrap();
        assert_eq!(networks.to_string(), "10.1.0.0/16, 192.0.2.7, 2001:db8::/32");
        for (address, inside) in [
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("10.2.0.1", false),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("2001:db8::1", true),
            ("::1", false),
        ] {
            assert_eq!(networks.contains(address.parse().unwrap()), inside, "{address}");
        }
        assert!("".parse::<Networks>().unwrap().is_empty());
        assert_eq!("10.0.0.0/33".parse::<Networks>(), Err(InvalidNetworks));
        assert_eq!("office".parse::<Networks>(), Err(InvalidNetworks));
    }
}
