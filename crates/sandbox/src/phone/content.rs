//! What phones write, and what they make of what they read.

use buffa::MessageField;
use serde::Deserialize;
use waproto::whatsapp::{
    Message,
    message::{
        AppStateSyncKey, AppStateSyncKeyData, AppStateSyncKeyFingerprint, AppStateSyncKeyId,
        AppStateSyncKeyShare, ProtocolMessage, protocol_message,
    },
};

use crate::keys::base64_bytes;

/// Device and epoch of the only app-state key an account ever has.
pub(super) const APP_STATE_KEY_ID: [u8; 6] = [0, 0, 0, 0, 0, 1];

/// A message to send from a phone: its content under the name of its kind, and what goes with it.
#[derive(Debug, Deserialize)]
pub(crate) struct Outgoing {
    #[serde(flatten)]
    pub(crate) content: Content,
    #[serde(default)]
    pub(crate) quote: Option<Quote>,
    #[serde(default)]
    pub(crate) mentions: Vec<String>,
    /// Seconds after which it disappears.
    #[serde(default)]
    pub(crate) ephemeral: Option<u32>,
    #[serde(default)]
    pub(crate) forwarded: bool,
}

/// What a phone can say.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Content {
    Text(String),
    Media(Media),
    Location(Location),
    Contact(Contact),
    Contacts(Vec<Contact>),
    Poll(Poll),
    Vote(Vote),
    Event(Event),
    EventResponse(EventResponse),
    Reaction(Reaction),
    Edit(Edit),
    Revoke(Target),
    Album(Album),
}

/// A file, with its bytes as base64.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Media {
    pub(crate) kind: MediaKind,
    #[serde(with = "base64_bytes")]
    pub(crate) data: Vec<u8>,
    pub(crate) mimetype: Option<String>,
    pub(crate) caption: Option<String>,
    pub(crate) filename: Option<String>,
    pub(crate) seconds: Option<u32>,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
    #[serde(default)]
    pub(crate) ptt: bool,
    #[serde(default)]
    pub(crate) gif: bool,
    #[serde(default)]
    pub(crate) view_once: bool,
    /// The id of the album's cover, for an item of an album.
    pub(crate) album: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MediaKind {
    Image,
    Video,
    Audio,
    Document,
    Sticker,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Location {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    pub(crate) name: Option<String>,
    pub(crate) address: Option<String>,
    #[serde(default)]
    pub(crate) live: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contact {
    pub(crate) name: String,
    pub(crate) vcard: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Poll {
    pub(crate) name: String,
    pub(crate) options: Vec<String>,
    #[serde(default)]
    pub(crate) selectable: u32,
}

/// Choices in a poll that the phone has seen.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vote {
    pub(crate) poll: String,
    pub(crate) options: Vec<String>,
}

/// A date in the calendar; times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) start: Option<i64>,
    pub(crate) end: Option<i64>,
    pub(crate) location: Option<Location>,
    /// Whether who comes may bring others.
    #[serde(default)]
    pub(crate) extra_guests: bool,
    #[serde(default)]
    pub(crate) cancelled: bool,
}

/// An answer to an event that the phone has seen.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventResponse {
    pub(crate) event: String,
    pub(crate) response: Attendance,
    pub(crate) extra_guests: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Attendance {
    Going,
    NotGoing,
    Maybe,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Reaction {
    #[serde(flatten)]
    pub(crate) target: Target,
    /// Empty to take it back.
    pub(crate) emoji: String,
}

/// New words for a message of the phone's own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    pub(crate) id: String,
    pub(crate) text: String,
}

/// A message in the chat.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Target {
    pub(crate) id: String,
    /// The phone wrote it itself.
    #[serde(default)]
    pub(crate) from_me: bool,
}

/// The cover of an album; the items follow as media.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Album {
    #[serde(default)]
    pub(crate) images: u32,
    #[serde(default)]
    pub(crate) videos: u32,
}

/// The message that another one answers.
#[derive(Debug, Deserialize)]
pub(crate) struct Quote {
    pub(crate) id: String,
    pub(crate) sender: String,
    #[serde(default)]
    pub(crate) text: Option<String>,
}

impl Outgoing {
    pub(crate) fn plain(text: String) -> Self {
        Self::of(Content::Text(text))
    }

    /// Content with nothing that goes along.
    pub(crate) fn of(content: Content) -> Self {
        Self {
            content,
            quote: None,
            mentions: Vec::new(),
            ephemeral: None,
            forwarded: false,
        }
    }

    pub(crate) fn quoting(text: String, quote: Quote) -> Self {
        Self {
            quote: Some(quote),
            ..Self::plain(text)
        }
    }
}

/// The text of a message, if it has one.
pub(super) fn text_of(message: &Message) -> Option<String> {
    message
        .conversation
        .clone()
        .or_else(|| message.extended_text_message.as_option()?.text.clone())
}

/// Whether a linked device misses the key to the account's app state.
pub(super) fn asks_for_app_state_key(message: &Message) -> bool {
    let protocol = message.protocol_message.as_option();
    protocol.is_some_and(|protocol| protocol.app_state_sync_key_request.is_set())
}

/// The message that gives a linked device the key to the account's app state.
pub(super) fn app_state_key_share(key: &[u8], now: u64) -> Message {
    let fingerprint = AppStateSyncKeyFingerprint {
        raw_id: Some(1),
        current_index: Some(1),
        device_indexes: vec![0, 1],
    };
    let data = AppStateSyncKeyData {
        key_data: Some(key.to_vec()),
        fingerprint: MessageField::some(fingerprint),
        timestamp: i64::try_from(now).ok(),
    };
    let id = AppStateSyncKeyId {
        key_id: Some(APP_STATE_KEY_ID.to_vec()),
    };
    let key = AppStateSyncKey {
        key_id: MessageField::some(id),
        key_data: MessageField::some(data),
    };
    let protocol = ProtocolMessage {
        r#type: Some(protocol_message::Type::APP_STATE_SYNC_KEY_SHARE),
        app_state_sync_key_share: MessageField::some(AppStateSyncKeyShare { keys: vec![key] }),
        ..Default::default()
    };
    Message {
        protocol_message: MessageField::some(protocol),
        ..Default::default()
    }
}
