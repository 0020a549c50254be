//! The payload of `message` and of the events that tell of changes to a message.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use wagon_domain::event::MessageEvent;
use wagon_domain::message::{Party, Quote};
use wagon_domain::{Jid, Server};

use super::details::Details;

/// How much of a quoted text is repeated.
const MAX_QUOTED_LEN: usize = 4096;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MessagePayload")]
pub(super) struct Payload<'a> {
    wa_message_id: &'a str,
    chat_jid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_jid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_lid: Option<String>,
    from_me: bool,
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(flatten)]
    quote: Option<Quoted<'a>>,
    /// Each mentioned JID, with an object for what is known of that person.
    #[serde(skip_serializing_if = "Map::is_empty")]
    mentions: Map<String, Value>,
    has_media: bool,
    /// Always null: media is not part of events.
    media: (),
    #[serde(flatten)]
    details: Details<'a>,
    timestamp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    push_name: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Quoted<'a> {
    #[serde(rename = "quotedMessageId")]
    id: &'a str,
    #[serde(rename = "quotedFromMe", skip_serializing_if = "std::ops::Not::not")]
    from_me: bool,
    #[serde(rename = "quotedSenderJid", skip_serializing_if = "Option::is_none")]
    sender_jid: Option<String>,
    #[serde(rename = "quotedSenderLid", skip_serializing_if = "Option::is_none")]
    sender_lid: Option<String>,
    #[serde(rename = "quotedBody", skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
}

impl<'a> From<&'a MessageEvent> for Payload<'a> {
    fn from(message: &'a MessageEvent) -> Self {
        let Party { jid, lid, name } = &message.sender;
        Self {
            wa_message_id: message.wa_id.as_str(),
            chat_jid: message.chat.to_string(),
            sender_jid: jid.as_ref().map(bare),
            sender_lid: lid.as_ref().map(bare),
            from_me: message.from_me,
            kind: message.content.kind(),
            body: message.content.body(),
            quote: message.quote.as_ref().map(Quoted::from),
            mentions: message
                .mentions
                .iter()
                .map(|jid| (jid.to_string(), Value::Object(Map::new())))
                .collect(),
            has_media: message.content.media().is_some(),
            media: (),
            details: Details::from(&message.content),
            timestamp: message.timestamp.as_millis(),
            push_name: name.as_deref(),
        }
    }
}

impl<'a> From<&'a Quote> for Quoted<'a> {
    fn from(quote: &'a Quote) -> Self {
        let (lid, jid) = match &quote.sender {
            Some(sender) if sender.server() == Server::Lid => (Some(bare(sender)), None),
            sender => (None, sender.as_ref().map(bare)),
        };
        Self {
            id: quote.id.as_str(),
            from_me: quote.from_me,
            sender_jid: jid,
            sender_lid: lid,
            body: quote
                .text
                .as_deref()
                .map(|text| &text[..text.floor_char_boundary(MAX_QUOTED_LEN)]),
        }
    }
}

fn bare(jid: &Jid) -> String {
    jid.bare().into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wagon_domain::content::{Media, MediaKind};
    use wagon_domain::{Content, Timestamp};

    use super::*;

    fn event(content: Content) -> MessageEvent {
        MessageEvent {
            wa_id: "3EB0A1".parse().unwrap(),
            chat: "15550000001@s.whatsapp.net".parse().unwrap(),
            sender: Party::default(),
            from_me: false,
            content,
            quote: None,
            mentions: Vec::new(),
            timestamp: Timestamp::from_millis(1),
        }
    }

    fn payload(event: &MessageEvent) -> Value {
        serde_json::to_value(Payload::from(event)).unwrap()
    }

    #[test]
    fn a_group_text_tells_sender_quote_and_mentions() {
        let event = MessageEvent {
            chat: "120363000000000001@g.us".parse().unwrap(),
            sender: Party {
                jid: Some("15550000001:4@s.whatsapp.net".parse().unwrap()),
                lid: Some("100000000000001:4@lid".parse().unwrap()),
                name: Some("Alex".to_owned()),
            },
            quote: Some(Quote {
                id: "3EB0FE".parse().unwrap(),
                sender: Some("15550000002@s.whatsapp.net".parse().unwrap()),
                text: Some("3pm".to_owned()),
                from_me: false,
            }),
            mentions: vec!["15550000003@s.whatsapp.net".parse().unwrap()],
            ..event(Content::text("@15550000003 tomorrow?"))
        };
        assert_eq!(
            payload(&event),
            json!({
                "waMessageId": "3EB0A1", "chatJid": "120363000000000001@g.us",
                "senderJid": "15550000001@s.whatsapp.net", "senderLid": "100000000000001@lid",
                "fromMe": false, "type": "text", "body": "@15550000003 tomorrow?",
                "quotedMessageId": "3EB0FE", "quotedSenderJid": "15550000002@s.whatsapp.net",
                "quotedBody": "3pm", "mentions": {"15550000003@s.whatsapp.net": {}},
                "hasMedia": false, "media": null, "timestamp": 1, "pushName": "Alex",
            })
        );
    }

    #[test]
    fn media_has_a_type_and_a_caption_and_never_bytes() {
        let image = Media {
            caption: Some("receipt".to_owned()),
            ..Media::of(MediaKind::Image)
        };
        assert_eq!(
            payload(&event(Content::Media(image))),
            json!({
                "waMessageId": "3EB0A1", "chatJid": "15550000001@s.whatsapp.net", "fromMe": false,
                "type": "image", "body": "receipt", "hasMedia": true, "media": null, "timestamp": 1,
            })
        );
        assert_eq!(payload(&event(Content::text("hi")))["hasMedia"], false);
    }

    #[test]
    fn a_long_quote_is_cut_between_characters() {
        let quote = Quote {
            id: "3EB0FE".parse().unwrap(),
            sender: Some("100000000000001:2@lid".parse().unwrap()),
            text: Some(format!("a{}", "é".repeat(4096))),
            from_me: true,
        };
        let event = MessageEvent {
            quote: Some(quote),
            ..event(Content::text("ok"))
        };
        let payload = payload(&event);
        assert_eq!(payload["quotedBody"].as_str().unwrap().len(), 4095);
        assert_eq!(payload["quotedSenderLid"], "100000000000001@lid");
        assert_eq!(payload["quotedSenderJid"], Value::Null);
        assert_eq!(payload["quotedFromMe"], true);
    }
}
