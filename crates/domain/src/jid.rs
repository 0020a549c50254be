//! JIDs: WhatsApp's addresses for people, groups, channels and the status list.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::phone::PhoneNumber;

/// The part after the `@`: which address space a JID lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Server {
    /// A person by phone number (PN), `s.whatsapp.net`; `c.us` is its older spelling.
    Phone,
    /// A person by hidden identity (LID), `lid`.
    Lid,
    /// A group, `g.us`.
    Group,
    /// A channel, `newsletter`.
    Newsletter,
    /// Status updates and broadcast lists, `broadcast`.
    Broadcast,
}

impl Server {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "s.whatsapp.net",
            Self::Lid => "lid",
            Self::Group => "g.us",
            Self::Newsletter => "newsletter",
            Self::Broadcast => "broadcast",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "s.whatsapp.net" | "c.us" => Self::Phone,
            "lid" => Self::Lid,
            "g.us" => Self::Group,
            "newsletter" => Self::Newsletter,
            "broadcast" => Self::Broadcast,
            _ => return None,
        })
    }
}

/// A parsed JID: user, address space, and the device number if it names one device.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Jid {
    user: Box<str>,
    server: Server,
    device: Option<u16>,
}

/// Why a text is not a JID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidJid {
    #[error("a JID needs a user and a server, like 15550000001@s.whatsapp.net")]
    Form,
    #[error("unknown JID server; use s.whatsapp.net, c.us, lid, g.us, newsletter or broadcast")]
    Server,
    #[error("the user part of this JID is not valid for its server")]
    User,
    #[error("the device part of this JID is not a number")]
    Device,
}

impl Jid {
    pub fn phone(number: &PhoneNumber) -> Self {
        Self {
            user: number.as_str().into(),
            server: Server::Phone,
            device: None,
        }
    }

    pub fn user(&self) -> &str {
        &self.user
    }

    pub const fn server(&self) -> Server {
        self.server
    }

    pub const fn device(&self) -> Option<u16> {
        self.device
    }

    pub const fn is_person(&self) -> bool {
        matches!(self.server, Server::Phone | Server::Lid)
    }

    pub const fn is_group(&self) -> bool {
        matches!(self.server, Server::Group)
    }

    /// The same address without a device: the form that names a chat or a person.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self {
            user: self.user.clone(),
            server: self.server,
            device: None,
        }
    }

    /// The digits of a phone JID.
    pub fn phone_number(&self) -> Option<PhoneNumber> {
        match self.server {
            Server::Phone => self.user.parse().ok(),
            _ => None,
        }
    }
}

fn user_is_valid(user: &str, server: Server) -> bool {
    let digits = |text: &str, max: usize| {
        !text.is_empty() && text.len() <= max && text.bytes().all(|b| b.is_ascii_digit())
    };
    match server {
        // "0" is WhatsApp's own service account.
        Server::Phone => digits(user, 20),
        Server::Lid | Server::Newsletter => digits(user, 32),
        // Older groups are named <creator>-<time>.
        Server::Group => match user.split_once('-') {
            Some((creator, time)) => digits(creator, 32) && digits(time, 32),
            None => digits(user, 32),
        },
        Server::Broadcast => user == "status" || digits(user, 32),
    }
}

impl FromStr for Jid {
    type Err = InvalidJid;

    fn from_str(text: &str) -> Result<Self, InvalidJid> {
        let (left, server) = text.split_once('@').ok_or(InvalidJid::Form)?;
        let server = Server::parse(server).ok_or(InvalidJid::Server)?;
        let (left, device) = match left.split_once(':') {
            Some((left, device)) => (left, Some(device.parse().map_err(|_| InvalidJid::Device)?)),
            None => (left, None),
        };
        if device.is_some() && !matches!(server, Server::Phone | Server::Lid) {
            return Err(InvalidJid::Device);
        }
        // "<user>.<agent>" is a legacy spelling of device addresses; the agent carries no meaning here.
        let user = match left.split_once('.') {
            Some((user, agent)) if matches!(server, Server::Phone | Server::Lid) => {
                agent.parse::<u8>().map_err(|_| InvalidJid::User)?;
                user
            }
            _ => left,
        };
        if !user_is_valid(user, server) {
            return Err(InvalidJid::User);
        }
        Ok(Self {
            user: user.into(),
            server,
            device: device.filter(|d| *d != 0),
        })
    }
}

impl TryFrom<String> for Jid {
    type Error = InvalidJid;

    fn try_from(text: String) -> Result<Self, InvalidJid> {
        text.parse()
    }
}

impl From<Jid> for String {
    fn from(jid: Jid) -> Self {
        jid.to_string()
    }
}

impl fmt::Display for Jid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.user)?;
        if let Some(device) = self.device {
            write!(f, ":{device}")?;
        }
        write!(f, "@{}", self.server.as_str())
    }
}

/// Shows only the end of the user part: debug output ends up in logs.
impl fmt::Debug for Jid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tail = &self.user[self.user.len().saturating_sub(2)..];
        write!(f, "Jid(…{tail}@{})", self.server.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_address_space() {
        for (text, canonical) in [
            ("15550000001@s.whatsapp.net", "15550000001@s.whatsapp.net"),
            ("15550000001@c.us", "15550000001@s.whatsapp.net"),
            ("15550000001:12@s.whatsapp.net", "15550000001:12@s.whatsapp.net"),
            ("15550000001:0@s.whatsapp.net", "15550000001@s.whatsapp.net"),
            ("15550000001.0:3@s.whatsapp.net", "15550000001:3@s.whatsapp.net"),
            ("100000000000001:2@lid", "100000000000001:2@lid"),
            ("120363000000000001@g.us", "120363000000000001@g.us"),
            ("15550000001-1600000000@g.us", "15550000001-1600000000@g.us"),
            ("120363000000000002@newsletter", "120363000000000002@newsletter"),
            ("status@broadcast", "status@broadcast"),
        ] {
            assert_eq!(text.parse::<Jid>().unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn refuses_nonsense() {
        for text in [
            "",
            "@",
            "15550000001",
            "@s.whatsapp.net",
            "x@s.whatsapp.net",
            "1@example.org",
            "1:x@lid",
            "1:70000@lid",
            "12:3@g.us",
            "1@2@lid",
            "1.a@lid",
            "15550000001 @lid",
            "-1@g.us",
            "stat@broadcast",
        ] {
            assert!(text.parse::<Jid>().is_err(), "{text}");
        }
    }

    #[test]
    fn debug_hides_the_user() {
        let jid: Jid = "15550000001@s.whatsapp.net".parse().unwrap();
        assert_eq!(format!("{jid:?}"), "Jid(…01@s.whatsapp.net)");
    }
}
