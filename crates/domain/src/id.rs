//! Typed identifiers. A prefix tells a reader (and a parser) what an id names.

use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;

use rand::Rng;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::clock::Timestamp;

/// A text that is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind} id")]
pub struct InvalidId {
    kind: &'static str,
}

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// Wraps a fresh ULID; see [`IdSource`].
            pub fn from_ulid(ulid: Ulid) -> Self {
                Self(format!(concat!($prefix, "{}"), ulid).into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let rest = text.strip_prefix($prefix).ok_or(InvalidId { kind: $kind })?;
                let plain = rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
                if rest.is_empty() || rest.len() > 64 || !plain {
                    return Err(InvalidId { kind: $kind });
                }
                Ok(Self(text.into()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

typed_id!(
    /// An organisation: the owner of everything.
    OrgId, "org_", "organization"
);
typed_id!(
    /// A session: one linked WhatsApp number.
    SessionId, "sess_", "session"
);
typed_id!(
    /// An entry of the event log. Sorts in log order, so it is the resume cursor too.
    EventId, "evt_", "event"
);
typed_id!(
    /// An accepted send.
    OutboxId, "out_", "outbox"
);
typed_id!(
    /// A stored message; sorts in the order of storing.
    MessageId, "msg_", "message"
);
typed_id!(
    /// An API key's record (never the secret itself).
    KeyId, "key_", "key"
);
typed_id!(
    /// A person who can sign in.
    UserId, "usr_", "user"
);
typed_id!(
    /// An entry of the audit log; sorts by time.
    AuditId, "aud_", "audit"
);
typed_id!(
    /// A key that signs access tokens; tokens and the JWKS name it as `kid`.
    TokenKeyId, "tk_", "token key"
);
typed_id!(
    /// A webhook.
    WebhookId, "wh_", "webhook"
);
typed_id!(
    /// An event on its way to a webhook; sorts in log order.
    DeliveryId, "dlv_", "delivery"
);

typed_id!(
    /// A text with places to be filled in.
    TemplateId, "tpl_", "template"
);

/// A batch of messages, unique within its session. Its owner may choose any name that fits into a
/// path; others get one made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(Box<str>);

impl BatchId {
    const MAX_LEN: usize = 128;

    /// `batch_` and eight hex digits.
    pub fn generate(rng: &mut impl Rng) -> Self {
        let random: u32 = rand::RngExt::random(rng);
        Self(format!("batch_{random:08x}").into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BatchId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let fits = (1..=Self::MAX_LEN).contains(&text.len()) && !matches!(text, "." | "..");
        if !fits || text.chars().any(char::is_control) {
            return Err(InvalidId { kind: "batch" });
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id that WhatsApp and its clients know a message by. Unique within chat and sender only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WaMessageId(Box<str>);

impl WaMessageId {
    const MAX_LEN: usize = 128;

    /// A new id in the form of WhatsApp's web clients: `3EB0` and 18 upper-case hex digits.
    pub fn generate(rng: &mut impl Rng) -> Self {
        let random: [u8; 9] = rand::RngExt::random(rng);
        let mut text = String::with_capacity(22);
        text.push_str("3EB0");
        for byte in random {
            text.push(hex_digit(byte >> 4));
            text.push(hex_digit(byte & 0xf));
        }
        Self(text.into())
    }

    /// The id of the `index`th message that belongs to this one, such as a picture of an album: the
    /// same for every attempt to send it.
    #[must_use]
    pub fn part(&self, index: usize) -> Self {
        Self(format!("{}{index:02X}", &self.0[..self.0.len().min(Self::MAX_LEN - 8)]).into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).map_or('0', |c| c.to_ascii_uppercase())
}

impl FromStr for WaMessageId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let visible = text.bytes().all(|b| b.is_ascii_graphic());
        if text.is_empty() || text.len() > Self::MAX_LEN || !visible {
            return Err(InvalidId { kind: "message" });
        }
        Ok(Self(text.into()))
    }
}

impl TryFrom<String> for WaMessageId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<WaMessageId> for String {
    fn from(id: WaMessageId) -> Self {
        id.0.into()
    }
}

impl fmt::Display for WaMessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Makes ULIDs that strictly increase, also within one millisecond and when the clock steps back.
#[derive(Debug, Default)]
pub struct IdSource {
    last: Mutex<Ulid>,
}

impl IdSource {
    /// A source whose ids sort after `last`, for example the newest stored event.
    pub fn after(last: Ulid) -> Self {
        Self {
            last: Mutex::new(last),
        }
    }

    /// An id that takes its place among those of an earlier time; `order` ranks those of one moment.
    pub fn past(time: Timestamp, order: u16, rng: &mut impl Rng) -> Ulid {
        let millis = u64::try_from(time.as_millis()).unwrap_or(0);
        let random: u64 = rand::RngExt::random(rng);
        Ulid::from_parts(millis, (u128::from(order) << 64) | u128::from(random))
    }

    pub fn next(&self, now: Timestamp, rng: &mut impl Rng) -> Ulid {
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        let random: u128 = rand::RngExt::random(rng);
        // The top random bit stays clear: room for increments within the millisecond.
        let fresh = Ulid::from_parts(millis, random & (u128::MAX >> 49));
        let mut last = self
            .last
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let next = if fresh > *last {
            fresh
        } else {
            Ulid(last.0.saturating_add(1))
        };
        *last = next;
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_carry_their_kind() {
        let id = SessionId::from_ulid(Ulid(7));
        assert!(id.as_str().starts_with("sess_"));
        assert_eq!(id.as_str().parse::<SessionId>().unwrap(), id);
        assert!("evt_01".parse::<SessionId>().is_err());
        assert!("sess_".parse::<SessionId>().is_err());
        assert!("sess_../etc".parse::<SessionId>().is_err());
    }

    #[test]
    fn ulids_increase_even_when_time_does_not() {
        let source = IdSource::default();
        let mut rng = rand::rng();
        let now = Timestamp::from_millis(1_700_000_000_000);
        let first = source.next(now, &mut rng);
        let second = source.next(now, &mut rng);
        let earlier = source.next(Timestamp::from_millis(1_600_000_000_000), &mut rng);
        assert!(first < second && second < earlier);
    }

    #[test]
    fn generated_message_ids_parse() {
        let id = WaMessageId::generate(&mut rand::rng());
        assert_eq!(id.as_str().len(), 22);
        assert!(id.as_str().starts_with("3EB0"));
        assert_eq!(id.as_str().parse::<WaMessageId>().unwrap(), id);
        assert!("".parse::<WaMessageId>().is_err());
        assert!("a b".parse::<WaMessageId>().is_err());
    }
}
