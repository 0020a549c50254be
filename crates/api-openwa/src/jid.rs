//! Addresses: the dialect writes people as `<number>@c.us` and never names devices.

use wagon_domain::jid::InvalidJid;
use wagon_domain::{Jid, Server};

/// The dialect's spelling.
pub(crate) fn to_text(jid: &Jid) -> String {
    match jid.server() {
        Server::Phone => format!("{}@c.us", jid.user()),
        Server::Lid | Server::Group | Server::Newsletter | Server::Broadcast => jid.bare().to_string(),
    }
}

/// Reads both spellings.
pub(crate) fn from_text(text: &str) -> Result<Jid, InvalidJid> {
    text.parse::<Jid>().map(|jid| jid.bare())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_at_c_us_and_the_rest_as_it_is() {
        for (text, expected) in [
            ("15550000001@s.whatsapp.net", "15550000001@c.us"),
            ("15550000001:7@s.whatsapp.net", "15550000001@c.us"),
            ("15550000001@c.us", "15550000001@c.us"),
            ("100000000000001:7@lid", "100000000000001@lid"),
            ("15550000001-1600000000@g.us", "15550000001-1600000000@g.us"),
            ("120363000000000002@newsletter", "120363000000000002@newsletter"),
            ("status@broadcast", "status@broadcast"),
        ] {
            assert_eq!(to_text(&from_text(text).unwrap()), expected);
        }
    }

    #[test]
    fn bare_numbers_are_no_address() {
        assert!(from_text("15550000001").is_err());
        assert!(from_text("x@c.us").is_err());
    }
}
