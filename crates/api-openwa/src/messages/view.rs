//! A stored message as lists show it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::content::{self, Content};
use wagon_domain::{Message, MessageStatus};

use super::kind;
use crate::jid;
use crate::message_id;
use crate::time::iso;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Message")]
pub(super) struct MessageView {
    id: String,
    session_id: String,
    wa_message_id: String,
    chat_id: String,
    chat_name: Option<String>,
    from: String,
    to: String,
    author: Option<String>,
    body: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
    direction: &'static str,
    /// Epoch seconds.
    timestamp: i64,
    metadata: Option<Metadata>,
    media_path: Option<String>,
    media_mimetype: Option<String>,
    status: &'static str,
    created_at: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MessageMetadata")]
struct Metadata {
    media: FileView,
}

/// A file with its bytes, or one whose bytes are to be had from its own route.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MessageFile")]
pub(super) struct FileView {
    mimetype: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<String>,
    /// The bytes in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    omitted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_bytes: Option<u64>,
}

/// How the dialect writes the account's own side.
pub(super) const ME: &str = "me";

impl FileView {
    pub(super) fn new(media: &content::Media, bytes: Option<&[u8]>) -> Self {
        Self {
            mimetype: media.mimetype.clone(),
            filename: media.filename.clone(),
            data: bytes.map(|bytes| STANDARD.encode(bytes)),
            omitted: bytes.is_none(),
            size_bytes: media.size.filter(|_| bytes.is_none()),
        }
    }
}

impl MessageView {
    pub(super) fn new(message: &Message, chat_name: Option<String>, file: Option<&[u8]>) -> Self {
        let chat = jid::to_text(&message.chat);
        let (from, to) = ends(message);
        let media = message.content.media().filter(|_| !message.deleted);
        let outgoing = message.from_me;
        Self {
            id: message.id.to_string(),
            session_id: message.session.to_string(),
            wa_message_id: message_id::of(message),
            from,
            to,
            author: author(message),
            body: body(message),
            kind: kind::of(message),
            direction: if outgoing { "outgoing" } else { "incoming" },
            timestamp: message.timestamp.as_secs(),
            media_path: None,
            media_mimetype: media.and_then(|media| media.mimetype.clone()),
            metadata: media.map(|media| Metadata {
                media: FileView::new(media, file),
            }),
            status: status(message.status),
            created_at: iso(message.created_at),
            chat_id: chat,
            chat_name,
        }
    }
}

/// Who wrote to whom.
pub(super) fn ends(message: &Message) -> (String, String) {
    let chat = jid::to_text(&message.chat);
    if message.from_me {
        (ME.to_owned(), chat)
    } else {
        (chat, ME.to_owned())
    }
}

/// Who wrote it, in a group.
pub(super) fn author(message: &Message) -> Option<String> {
    let sender = message.sender.address().filter(|_| !message.from_me)?;
    message.chat.is_group().then(|| jid::to_text(sender))
}

pub(super) fn body(message: &Message) -> Option<String> {
    if message.deleted {
        return None;
    }
    match &message.content {
        Content::Contact(contact) => contact.vcard.clone().or_else(|| contact.name.clone()),
        content => content.body().map(str::to_owned),
    }
}

/// What arrived here was delivered; the dialect does not tell played from read.
const fn status(status: Option<MessageStatus>) -> &'static str {
    match status {
        Some(MessageStatus::Pending) => "pending",
        Some(MessageStatus::Sent) => "sent",
        Some(MessageStatus::Delivered) | None => "delivered",
        Some(MessageStatus::Read | MessageStatus::Played) => "read",
        Some(MessageStatus::Failed) => "failed",
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;
    use wagon_domain::Timestamp;
    use wagon_domain::content::{Media, MediaKind};
    use wagon_domain::message::Party;

    use super::*;

    pub(in crate::messages) fn in_group(content: Content) -> Message {
        Message {
            id: "msg_1".parse().unwrap(),
            session: "sess_1".parse().unwrap(),
            wa_id: "3EB0A1".parse().unwrap(),
            chat: "120363000000000001@g.us".parse().unwrap(),
            sender: Party {
                jid: Some("15550000001@s.whatsapp.net".parse().unwrap()),
                ..Party::default()
            },
            from_me: false,
            content,
            quote: None,
            mentions: Vec::new(),
            status: None,
            outbox: None,
            timestamp: Timestamp::from_secs(1_719_312_000),
            created_at: Timestamp::from_millis(1_719_312_000_500),
            edited: false,
            deleted: false,
        }
    }

    #[test]
    fn a_message_of_a_group_names_its_author() {
        let view = MessageView::new(&in_group(Content::text("hi")), Some("Trip".to_owned()), None);
        assert_eq!(
            serde_json::to_value(view).unwrap(),
            json!({
                "id": "msg_1", "sessionId": "sess_1", "chatId": "120363000000000001@g.us", "chatName": "Trip",
                "waMessageId": "false_120363000000000001@g.us_3EB0A1_15550000001@c.us",
                "from": "120363000000000001@g.us", "to": "me", "author": "15550000001@c.us", "body": "hi",
                "type": "text", "direction": "incoming", "timestamp": 1_719_312_000, "metadata": null,
                "mediaPath": null, "mediaMimetype": null, "status": "delivered",
                "createdAt": "2024-06-25T10:40:00.500Z",
            })
        );
    }

    #[test]
    fn what_was_deleted_says_nothing() {
        let voice = Media {
            ptt: true,
            mimetype: Some("audio/ogg".to_owned()),
            size: Some(7),
            ..Media::of(MediaKind::Audio)
        };
        let mut message = in_group(Content::Media(voice));
        let shown = serde_json::to_value(MessageView::new(&message, None, None)).unwrap();
        assert_eq!(
            (&shown["type"], &shown["metadata"]),
            (
                &json!("voice"),
                &json!({ "media": { "mimetype": "audio/ogg", "omitted": true, "sizeBytes": 7 } })
            )
        );
        message.deleted = true;
        let shown = serde_json::to_value(MessageView::new(&message, None, None)).unwrap();
        assert_eq!(
            (&shown["type"], &shown["metadata"]),
            (&json!("revoked"), &json!(null))
        );
    }
}
