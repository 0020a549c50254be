//! Messages as they arrive.

use wacore::proto_helpers::MessageExt;
use wacore::types::events::InboundMessage;
use wacore::types::message::MessageInfo;
use wagon_domain::message::{Content, Inbound, MediaKind, Party, Quote};
use wagon_domain::{Jid, Server, Timestamp};
use waproto::whatsapp as wa;
use whatsapp_rust::Client;

use super::address::{chat_of, to_domain};

/// The domain form of a decrypted message. `None` when there is nothing to tell: key exchange,
/// settings, and other traffic that no person wrote.
pub(crate) async fn inbound(client: &Client, item: &InboundMessage) -> Option<Inbound> {
    let info = &item.info;
    let message = item.message.get_base_message();
    let said = content(message)?;
    let source = &info.source;
    let chat_other = if source.is_from_me {
        source.recipient_alt.as_ref()
    } else {
        source.sender_alt.as_ref()
    };
    let chat = chat_of(client, &source.chat, chat_other.filter(|_| !source.is_group)).await?;
    let sender = sender(client, info).await?;
    let context = context_of(message);
    Some(Inbound {
        wa_id: info.id.parse().ok()?,
        chat,
        sender,
        from_me: source.is_from_me,
        content: said,
        quote: match context {
            Some(context) => quote(client, context).await,
            None => None,
        },
        mentions: context.map(mentions).unwrap_or_default(),
        timestamp: Timestamp::from_millis(info.timestamp.timestamp_millis()),
    })
}

async fn sender(client: &Client, info: &MessageInfo) -> Option<Party> {
    let chat = chat_of(client, &info.source.sender, info.source.sender_alt.as_ref()).await?;
    let (jid, lid) = match chat.jid.server() {
        Server::Lid => (None, Some(chat.jid)),
        _ => (Some(chat.jid), chat.alias),
    };
    let name = Some(info.push_name.clone()).filter(|name| !name.is_empty());
    Some(Party { jid, lid, name })
}

/// What a person would see. `None` for protocol traffic.
fn content(message: &wa::Message) -> Option<Content> {
    if let Some(text) = message.text_content() {
        return Some(Content::Text {
            text: text.to_owned(),
        });
    }
    if let Some(image) = message.image_message.as_option() {
        return Some(media(
            MediaKind::Image,
            image.mimetype.as_ref(),
            image.file_length,
            None,
            image.caption.as_ref(),
        ));
    }
    if let Some(video) = message.video_message.as_option() {
        return Some(media(
            MediaKind::Video,
            video.mimetype.as_ref(),
            video.file_length,
            None,
            video.caption.as_ref(),
        ));
    }
    if let Some(audio) = message.audio_message.as_option() {
        return Some(media(
            MediaKind::Audio,
            audio.mimetype.as_ref(),
            audio.file_length,
            None,
            None,
        ));
    }
    if let Some(document) = message.document_message.as_option() {
        let name = document.file_name.clone().or_else(|| document.title.clone());
        return Some(media(
            MediaKind::Document,
            document.mimetype.as_ref(),
            document.file_length,
            name,
            document.caption.as_ref(),
        ));
    }
    if let Some(sticker) = message.sticker_message.as_option() {
        return Some(media(
            MediaKind::Sticker,
            sticker.mimetype.as_ref(),
            sticker.file_length,
            None,
            None,
        ));
    }
    if let Some(location) = message.location_message.as_option() {
        return Some(Content::Location {
            name: location.name.clone(),
        });
    }
    if let Some(contact) = message.contact_message.as_option() {
        return Some(Content::Contact {
            name: contact.display_name.clone(),
        });
    }
    for poll in [
        &message.poll_creation_message,
        &message.poll_creation_message_v2,
        &message.poll_creation_message_v3,
    ] {
        if let Some(poll) = poll.as_option() {
            return Some(Content::Poll {
                name: poll.name.clone().unwrap_or_default(),
            });
        }
    }
    None
}

fn media(
    kind: MediaKind,
    mimetype: Option<&String>,
    size: Option<u64>,
    filename: Option<String>,
    caption: Option<&String>,
) -> Content {
    Content::Media {
        kind,
        mimetype: mimetype.cloned(),
        size,
        filename,
        caption: caption.cloned(),
    }
}

/// The context of whichever part carries the content: quotes and mentions live there.
fn context_of(message: &wa::Message) -> Option<&wa::ContextInfo> {
    if let Some(text) = message.extended_text_message.as_option() {
        return text.context_info.as_option();
    }
    if let Some(image) = message.image_message.as_option() {
        return image.context_info.as_option();
    }
    if let Some(video) = message.video_message.as_option() {
        return video.context_info.as_option();
    }
    if let Some(audio) = message.audio_message.as_option() {
        return audio.context_info.as_option();
    }
    if let Some(document) = message.document_message.as_option() {
        return document.context_info.as_option();
    }
    if let Some(sticker) = message.sticker_message.as_option() {
        return sticker.context_info.as_option();
    }
    if let Some(location) = message.location_message.as_option() {
        return location.context_info.as_option();
    }
    message
        .contact_message
        .as_option()
        .and_then(|contact| contact.context_info.as_option())
}

async fn quote(client: &Client, context: &wa::ContextInfo) -> Option<Quote> {
    let id = context.stanza_id.as_deref()?.parse().ok()?;
    let author = context
        .participant
        .as_deref()
        .and_then(|jid| jid.parse::<wacore_binary::Jid>().ok());
    let sender = match &author {
        Some(author) => chat_of(client, author, None).await.map(|chat| chat.jid),
        None => None,
    };
    let own = [client.pn(), client.lid()]
        .into_iter()
        .flatten()
        .filter_map(|jid| to_domain(&jid))
        .any(|own| {
            let own = own.bare();
            sender.as_ref() == Some(&own)
        });
    let text = context
        .quoted_message
        .as_option()
        .and_then(content)
        .and_then(|c| c.body().map(str::to_owned));
    Some(Quote {
        id,
        sender,
        text,
        from_me: own,
    })
}

fn mentions(context: &wa::ContextInfo) -> Vec<Jid> {
    context
        .mentioned_jid
        .iter()
        .filter_map(|jid| jid.parse::<Jid>().ok())
        .map(|jid| jid.bare())
        .collect()
}

#[cfg(test)]
mod tests {
    use buffa::MessageField;

    use super::*;

    #[test]
    fn words_are_content() {
        let plain = wa::Message {
            conversation: Some("שלום 👋".into()),
            ..Default::default()
        };
        assert_eq!(
            content(&plain),
            Some(Content::Text {
                text: "שלום 👋".into()
            })
        );
        let extended = wa::message::ExtendedTextMessage {
            text: Some("hi".into()),
            ..Default::default()
        };
        let extended = wa::Message {
            extended_text_message: MessageField::some(extended),
            ..Default::default()
        };
        assert_eq!(content(&extended), Some(Content::Text { text: "hi".into() }));
    }

    #[test]
    fn media_keeps_its_description() {
        let image = wa::message::ImageMessage {
            mimetype: Some("image/png".into()),
            caption: Some("look".into()),
            file_length: Some(7),
            ..Default::default()
        };
        let message = wa::Message {
            image_message: MessageField::some(image),
            ..Default::default()
        };
        let content = content(&message).unwrap();
        assert_eq!((content.kind(), content.body()), ("image", Some("look")));
    }

    #[test]
    fn protocol_traffic_is_not_content() {
        let protocol = wa::message::ProtocolMessage::default();
        let message = wa::Message {
            protocol_message: MessageField::some(protocol),
            ..Default::default()
        };
        assert_eq!(content(&message), None);
    }

    #[test]
    fn mentions_lose_their_device_part() {
        let context = wa::ContextInfo {
            mentioned_jid: vec!["15550000002:3@s.whatsapp.net".into(), "nonsense".into()],
            ..Default::default()
        };
        assert_eq!(
            mentions(&context),
            vec!["15550000002@s.whatsapp.net".parse::<Jid>().unwrap()]
        );
    }
}
