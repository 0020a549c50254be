//! What phones write, and what they make of what they read.

use buffa::MessageField;
use serde::Deserialize;
use waproto::whatsapp::{
    ContextInfo, Message,
    message::{
        AppStateSyncKey, AppStateSyncKeyData, AppStateSyncKeyFingerprint, AppStateSyncKeyId,
        AppStateSyncKeyShare, ExtendedTextMessage, ProtocolMessage, protocol_message,
    },
};

use crate::clock;

/// Device and epoch of the only app-state key an account ever has.
pub(super) const APP_STATE_KEY_ID: [u8; 6] = [0, 0, 0, 0, 0, 1];

/// A text to send from a phone.
#[derive(Debug, Deserialize)]
pub(crate) struct Outgoing {
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) quote: Option<Quote>,
    #[serde(default)]
    pub(crate) mentions: Vec<String>,
}

/// The message a text answers.
#[derive(Debug, Deserialize)]
pub(crate) struct Quote {
    pub(crate) id: String,
    pub(crate) sender: String,
    #[serde(default)]
    pub(crate) text: Option<String>,
}

impl Outgoing {
    pub(crate) fn plain(text: String) -> Self {
        Self {
            text,
            quote: None,
            mentions: Vec::new(),
        }
    }

    pub(crate) fn quoting(text: String, quote: Quote) -> Self {
        Self {
            quote: Some(quote),
            ..Self::plain(text)
        }
    }

    pub(super) fn into_message(self) -> Message {
        if self.quote.is_none() && self.mentions.is_empty() {
            return Message {
                conversation: Some(self.text),
                ..Default::default()
            };
        }
        let mut context = ContextInfo {
            mentioned_jid: self.mentions,
            ..Default::default()
        };
        if let Some(quote) = self.quote {
            context.stanza_id = Some(quote.id);
            context.participant = Some(quote.sender);
            let quoted = Message {
                conversation: Some(quote.text.unwrap_or_default()),
                ..Default::default()
            };
            context.quoted_message = MessageField::some(quoted);
        }
        let extended = ExtendedTextMessage {
            text: Some(self.text),
            context_info: MessageField::some(context),
            ..Default::default()
        };
        Message {
            extended_text_message: MessageField::some(extended),
            ..Default::default()
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

/// A name for the kind of content, for people who read an inbox.
pub(super) fn kind_of(message: &Message) -> &'static str {
    if text_of(message).is_some() {
        "text"
    } else if message.image_message.is_set() {
        "image"
    } else if message.video_message.is_set() {
        "video"
    } else if message.audio_message.is_set() {
        "audio"
    } else if message.document_message.is_set() {
        "document"
    } else if message.sticker_message.is_set() {
        "sticker"
    } else if message.location_message.is_set() {
        "location"
    } else if message.contact_message.is_set() {
        "contact"
    } else if message.reaction_message.is_set() {
        "reaction"
    } else if message.protocol_message.is_set() {
        "protocol"
    } else {
        "other"
    }
}

/// Whether a linked device misses the key to the account's app state.
pub(super) fn asks_for_app_state_key(message: &Message) -> bool {
    let protocol = message.protocol_message.as_option();
    protocol.is_some_and(|protocol| protocol.app_state_sync_key_request.is_set())
}

/// The message that gives a linked device the key to the account's app state.
pub(super) fn app_state_key_share(key: &[u8]) -> Message {
    let fingerprint = AppStateSyncKeyFingerprint {
        raw_id: Some(1),
        current_index: Some(1),
        device_indexes: vec![0, 1],
    };
    let data = AppStateSyncKeyData {
        key_data: Some(key.to_vec()),
        fingerprint: MessageField::some(fingerprint),
        timestamp: i64::try_from(clock::now()).ok(),
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
