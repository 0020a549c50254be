//! Messages as they arrive.

use wacore::proto_helpers::MessageExt;
use wacore::types::events::InboundMessage;
use wacore::types::message::MessageInfo;
use wacore_binary::JidExt as _;
use wagon_domain::content::Content;
use wagon_domain::message::{Inbound, Party, Quote};
use wagon_domain::{Jid, Server, Timestamp};
use waproto::whatsapp as wa;
use whatsapp_rust::Client;

use super::address::{chat_of, to_domain};
use super::change::Reader;
use super::content::{base, content};
use super::wire::keep;

/// The domain form of a decrypted message. `None` when there is nothing to tell: key exchange,
/// settings, and other traffic that no person wrote.
pub(crate) async fn inbound(reader: &Reader<'_>, item: &InboundMessage) -> Option<Inbound> {
    let (client, info) = (reader.client, &item.info);
    let message = base(&item.message);
    let source = &info.source;
    let chat_other = if source.is_from_me {
        source.recipient_alt.as_ref()
    } else {
        source.sender_alt.as_ref()
    };
    let chat = chat_of(client, &source.chat, chat_other.filter(|_| !source.is_group)).await?;
    let mut said = match content(message) {
        Some(said) => said,
        None => reader.change(&chat.jid, info, message).await?,
    };
    if let Content::Media(media) = &mut said {
        media.view_once |= item.message.is_view_once();
    }
    let context = context_of(message);
    Some(Inbound {
        wa_id: info.id.parse().ok()?,
        chat,
        sender: sender(client, info).await?,
        from_me: source.is_from_me,
        content: said,
        quote: match context {
            Some(context) => quote(client, context).await,
            None => None,
        },
        mentions: context.map(mentions).unwrap_or_default(),
        wire: keep(key(info), &item.message),
        timestamp: Timestamp::from_millis(info.timestamp.timestamp_millis()),
    })
}

/// The key by which WhatsApp names the message.
fn key(info: &MessageInfo) -> wa::MessageKey {
    let source = &info.source;
    let participant = (source.is_group && !source.is_from_me).then(|| source.sender.to_non_ad_string());
    wa::MessageKey {
        remote_jid: Some(source.chat.to_non_ad_string()),
        from_me: Some(source.is_from_me),
        id: Some(info.id.clone()),
        participant,
    }
}

async fn sender(client: &Client, info: &MessageInfo) -> Option<Party> {
    if info.source.chat.is_newsletter() {
        // A channel does not say who of its admins wrote.
        return Some(Party::default());
    }
    let chat = chat_of(client, &info.source.sender, info.source.sender_alt.as_ref()).await?;
    let (jid, lid) = match chat.jid.server() {
        Server::Lid => (None, Some(chat.jid)),
        _ => (Some(chat.jid), chat.alias),
    };
    let name = Some(info.push_name.clone()).filter(|name| !name.is_empty());
    Some(Party { jid, lid, name })
}

/// The context of whichever part carries the content: quotes and mentions live there.
pub(super) fn context_of(message: &wa::Message) -> Option<&wa::ContextInfo> {
    macro_rules! first {
        ($($part:ident),+ $(,)?) => {
            $(if let Some(part) = message.$part.as_option() {
                return part.context_info.as_option();
            })+
        };
    }
    first!(
        extended_text_message,
        image_message,
        video_message,
        ptv_message,
        audio_message,
        document_message,
        sticker_message,
        location_message,
        live_location_message,
        contact_message,
        contacts_array_message,
        poll_creation_message,
        poll_creation_message_v2,
        poll_creation_message_v3,
        album_message,
        group_invite_message,
        event_message,
        list_response_message,
        buttons_response_message,
        template_button_reply_message,
        interactive_response_message,
    );
    None
}

pub(super) async fn quote(client: &Client, context: &wa::ContextInfo) -> Option<Quote> {
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
        .map(base)
        .and_then(content)
        .and_then(|c| c.body().map(str::to_owned));
    Some(Quote {
        id,
        sender,
        text,
        from_me: own,
    })
}

pub(super) fn mentions(context: &wa::ContextInfo) -> Vec<Jid> {
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
