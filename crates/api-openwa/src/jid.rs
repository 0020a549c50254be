//! Addresses: the dialect writes people as `<number>@c.us` and never names devices.

use wagon_domain::jid::InvalidJid;
use wagon_domain::{Jid, PhoneNumber, Server};

use crate::error::Refusal;

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

/// Reads both spellings, and bare numbers as people.
pub(crate) fn lenient(text: &str) -> Result<Jid, InvalidJid> {
    from_text(text).or_else(|error| match text.parse::<PhoneNumber>() {
        Ok(number) if !text.contains('@') => Ok(Jid::phone(&number)),
        _ => Err(error),
    })
}

/// The address that a field or a path value names.
pub(crate) fn named(field: &str, text: &str) -> Result<Jid, Refusal> {
    lenient(text).map_err(|error| {
        let problem = match text {
            "" => format!("{field} should not be empty"),
            _ => format!("{field} must be an address like 15550000001@c.us: {error}"),
        };
        Refusal::validation(vec![problem])
    })
}

/// The same for a list.
pub(crate) fn all_named(field: &str, texts: &[String]) -> Result<Vec<Jid>, Refusal> {
    texts.iter().map(|text| named(field, text)).collect()
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

    #[test]
    fn where_people_are_meant_their_number_will_do() {
        assert_eq!(to_text(&lenient("+1 555 000-0001").unwrap()), "15550000001@c.us");
        assert_eq!(
            to_text(&lenient("100000000000001@lid").unwrap()),
            "100000000000001@lid"
        );
        for text in ["", "1", "x", "15550000001@nowhere"] {
            assert!(named("chatId", text).is_err(), "{text}");
        }
    }
}
