//! A stored message as clients see it.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::{Content, Message, MessageStatus};

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the flags of the wire format")]
#[schemars(rename = "Message")]
pub(crate) struct View {
    id: String,
    session_id: String,
    wa_message_id: String,
    chat_jid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_jid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_lid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_name: Option<String>,
    from_me: bool,
    #[schemars(extend("enum" = ["in", "out"]))]
    direction: &'static str,
    #[serde(rename = "type")]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quoted_message_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mentions: Vec<String>,
    has_media: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    media: Option<Media>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::openapi::words::message_status")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outbox_id: Option<String>,
    edited: bool,
    deleted: bool,
    timestamp: i64,
    created_at: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MessageMedia")]
struct Media {
    #[serde(skip_serializing_if = "Option::is_none")]
    mimetype: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<String>,
}

impl From<Message> for View {
    fn from(message: Message) -> Self {
        let kind = message.content.kind().to_owned();
        let body = message.content.body().map(str::to_owned);
        let media = media(message.content);
        Self {
            id: message.id.into(),
            session_id: message.session.into(),
            wa_message_id: message.wa_id.into(),
            chat_jid: message.chat.into(),
            sender_jid: message.sender.jid.map(|jid| jid.bare().into()),
            sender_lid: message.sender.lid.map(|lid| lid.bare().into()),
            sender_name: message.sender.name,
            from_me: message.from_me,
            direction: if message.from_me { "out" } else { "in" },
            kind,
            body,
            quoted_message_id: message.quote.map(|quote| quote.id.into()),
            mentions: message.mentions.into_iter().map(String::from).collect(),
            has_media: media.is_some(),
            media,
            status: message.status.map(MessageStatus::as_str),
            outbox_id: message.outbox.map(String::from),
            edited: message.edited,
            deleted: message.deleted,
            timestamp: message.timestamp.as_millis(),
            created_at: message.created_at.as_millis(),
        }
    }
}

fn media(content: Content) -> Option<Media> {
    match content {
        Content::Media(media) => Some(Media {
            mimetype: media.mimetype,
            size: media.size,
            filename: media.filename,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wagon_domain::message::{MediaKind, Party, Quote};
    use wagon_domain::{Timestamp, content};

    use super::*;

    fn text() -> Message {
        Message {
            id: "msg_1".parse().unwrap(),
            session: "sess_1".parse().unwrap(),
            wa_id: "3EB0A1".parse().unwrap(),
            chat: "15550000001@s.whatsapp.net".parse().unwrap(),
            sender: Party::default(),
            from_me: true,
            content: Content::text("hello"),
            quote: None,
            mentions: Vec::new(),
            status: Some(MessageStatus::Sent),
            outbox: Some("out_1".parse().unwrap()),
            timestamp: Timestamp::from_millis(1),
            created_at: Timestamp::from_millis(2),
            edited: false,
            deleted: false,
        }
    }

    #[test]
    fn an_own_text_has_no_sender() {
        assert_eq!(
            serde_json::to_value(View::from(text())).unwrap(),
            json!({
                "id": "msg_1", "sessionId": "sess_1", "waMessageId": "3EB0A1",
                "chatJid": "15550000001@s.whatsapp.net", "fromMe": true, "direction": "out",
                "type": "text", "body": "hello", "hasMedia": false, "status": "sent", "outboxId": "out_1",
                "edited": false, "deleted": false, "timestamp": 1, "createdAt": 2,
            })
        );
    }

    #[test]
    fn an_inbound_image_has_sender_quote_and_metadata() {
        let quote = Quote {
            id: "3EB0A0".parse().unwrap(),
            sender: None,
            text: None,
            from_me: false,
        };
        let message = Message {
            sender: Party {
                jid: Some("15550000001:3@s.whatsapp.net".parse().unwrap()),
                lid: Some("100000000000001:3@lid".parse().unwrap()),
                name: Some("Alex".to_owned()),
            },
            from_me: false,
            content: Content::Media(content::Media {
                mimetype: Some("image/png".to_owned()),
                size: Some(7),
                caption: Some("look".to_owned()),
                ..content::Media::of(MediaKind::Image)
            }),
            quote: Some(quote),
            mentions: vec!["15550000002@s.whatsapp.net".parse().unwrap()],
            status: None,
            outbox: None,
            ..text()
        };
        assert_eq!(
            serde_json::to_value(View::from(message)).unwrap(),
            json!({
                "id": "msg_1", "sessionId": "sess_1", "waMessageId": "3EB0A1",
                "chatJid": "15550000001@s.whatsapp.net", "senderJid": "15550000001@s.whatsapp.net",
                "senderLid": "100000000000001@lid", "senderName": "Alex", "fromMe": false,
                "direction": "in", "type": "image", "body": "look", "quotedMessageId": "3EB0A0",
                "mentions": ["15550000002@s.whatsapp.net"], "hasMedia": true,
                "media": {"mimetype": "image/png", "size": 7},
                "edited": false, "deleted": false, "timestamp": 1, "createdAt": 2,
            })
        );
    }
}
