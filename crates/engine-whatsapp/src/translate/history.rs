//! Conversations from before the device was linked.

use wacore::types::events::LazyHistorySync;
use wacore_binary::Jid as WaJid;
use wagon_domain::chat::MUTED_FOR_GOOD;
use wagon_domain::contact::Names;
use wagon_domain::history::{HistoryPart, PastChat, PastMessage};
use wagon_domain::message::{Chat, Inbound, Party};
use wagon_domain::{MessageStatus, Server, Timestamp};
use waproto::whatsapp as wa;
use waproto::whatsapp::history_sync::HistorySyncType;
use waproto::whatsapp::web_message_info::Status;
use whatsapp_rust::Client;

use super::address::chat_of;
use super::content::{base, content};
use super::inbound::{context_of, mentions, quote};
use super::wire::keep;

/// Conversations in one part: what is stored in one transaction.
const CONVERSATIONS: usize = 20;

/// Reads one transfer of the phone in parts that fit into a transaction. The progress is on the last.
pub(crate) async fn history(client: &Client, transfer: &LazyHistorySync) -> Vec<HistoryPart> {
    let on_demand = transfer.sync_type() == HistorySyncType::ON_DEMAND as i32;
    let mut parts = Vec::new();
    let mut part = HistoryPart::default();
    let mut stream = transfer.stream();
    loop {
        match stream.next_conversation() {
            Ok(Some(conversation)) => {
                part.conversations.extend(past_chat(client, &conversation).await);
                if part.conversations.len() == CONVERSATIONS {
                    parts.push(std::mem::take(&mut part));
                }
            }
            Ok(None) => break,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a part of the history does not read"
                );
                break;
            }
        }
    }
    if let Ok(rest) = stream.remainder() {
        part.people = people(client, &rest).await;
    }
    part.progress = transfer.progress().filter(|_| !on_demand);
    parts.push(part);
    for part in &mut parts {
        part.on_demand = on_demand;
    }
    parts
}

async fn people(client: &Client, rest: &wa::HistorySync) -> Vec<(Chat, Names)> {
    let mut people = Vec::new();
    for mapping in &rest.phone_number_to_lid_mappings {
        let (Some(phone), Some(lid)) = (&mapping.pn_jid, &mapping.lid_jid) else {
            continue;
        };
        if let (Ok(phone), Ok(lid)) = (phone.parse::<WaJid>(), lid.parse::<WaJid>())
            && let Some(who) = chat_of(client, &phone, Some(&lid)).await
        {
            people.push((who, Names::default()));
        }
    }
    for named in &rest.pushnames {
        let (Some(id), Some(name)) = (&named.id, &named.pushname) else {
            continue;
        };
        if let Ok(jid) = id.parse::<WaJid>()
            && let Some(who) = chat_of(client, &jid, None).await
            && who.jid.is_person()
            && !name.is_empty()
        {
            people.push((who, Names::pushed(name)));
        }
    }
    people
}

async fn past_chat(client: &Client, conversation: &wa::Conversation) -> Option<PastChat> {
    let jid: WaJid = conversation.id.parse().ok()?;
    let parse = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<WaJid>().ok());
    let other = parse(&conversation.lid_jid).or_else(|| parse(&conversation.pn_jid));
    let chat = chat_of(client, &jid, other.as_ref()).await?;
    let mut messages = Vec::with_capacity(conversation.messages.len());
    for message in &conversation.messages {
        if let Some(info) = message.message.as_option() {
            messages.extend(past_message(client, &chat, info).await);
        }
    }
    let muted_until = conversation.mute_end_time.map(|end| {
        let end = i64::try_from(end).map_or(MUTED_FOR_GOOD, Timestamp::from_secs);
        end.min(MUTED_FOR_GOOD)
    });
    Some(PastChat {
        chat,
        name: conversation
            .name
            .clone()
            .or_else(|| conversation.display_name.clone())
            .filter(|name| !name.is_empty()),
        unread: conversation.unread_count,
        archived: conversation.archived,
        pinned: conversation.pinned.map(|pinned| pinned > 0),
        muted_until: muted_until.filter(|end| end.as_millis() > 0),
        messages,
    })
}

async fn past_message(client: &Client, chat: &Chat, info: &wa::WebMessageInfo) -> Option<PastMessage> {
    let key = info.key.as_option()?;
    let whole = info.message.as_option()?;
    let message = base(whole);
    let said = content(message)?;
    let from_me = key.from_me.unwrap_or_default();
    let context = context_of(message);
    let message = Inbound {
        wa_id: key.id.as_deref()?.parse().ok()?,
        chat: chat.clone(),
        sender: author(client, chat, info, from_me).await,
        from_me,
        content: said,
        quote: match context {
            Some(context) => quote(client, context).await,
            None => None,
        },
        mentions: context.map(mentions).unwrap_or_default(),
        wire: keep(key.clone(), whole),
        timestamp: Timestamp::from_secs(i64::try_from(info.message_timestamp?).ok()?),
    };
    let status = from_me.then(|| status(info.status));
    Some(PastMessage { message, status })
}

/// In a chat of two the author is the other one; in a group the message names them.
async fn author(client: &Client, chat: &Chat, info: &wa::WebMessageInfo, from_me: bool) -> Party {
    if from_me {
        return Party::default();
    }
    let named = info
        .participant
        .as_deref()
        .or_else(|| info.key.participant.as_deref())
        .and_then(|jid| jid.parse::<WaJid>().ok());
    let who = match named {
        Some(jid) => chat_of(client, &jid, None).await,
        None => Some(chat.clone()).filter(|chat| chat.jid.is_person()),
    };
    let name = info.push_name.clone().filter(|name| !name.is_empty());
    let Some(who) = who else {
        return Party {
            name,
            ..Party::default()
        };
    };
    let (jid, lid) = match who.jid.server() {
        Server::Lid => (None, Some(who.jid)),
        _ => (Some(who.jid), who.alias),
    };
    Party { jid, lid, name }
}

fn status(status: Option<Status>) -> MessageStatus {
    match status {
        Some(Status::ERROR) => MessageStatus::Failed,
        Some(Status::DELIVERY_ACK) => MessageStatus::Delivered,
        Some(Status::READ) => MessageStatus::Read,
        Some(Status::PLAYED) => MessageStatus::Played,
        // The phone has sent what it hands over.
        Some(Status::PENDING | Status::SERVER_ACK) | None => MessageStatus::Sent,
    }
}
