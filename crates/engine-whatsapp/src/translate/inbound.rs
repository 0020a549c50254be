//! Messages as they arrive.

use wacore::proto_helpers::MessageExt;
use wacore::types::events::InboundMessage;
use wacore::types::message::MessageInfo;
use wagon_domain::message::{Inbound, Party, Quote};
use wagon_domain::{Jid, Server, Timestamp};
use waproto::whatsapp as wa;
use whatsapp_rust::Client;

use super::address::{chat_of, to_domain};
use super::content::content;

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
        wire: None,
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
    use super::*;

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
