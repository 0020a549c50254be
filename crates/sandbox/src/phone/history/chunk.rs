//! What one message of a transfer carries.

use std::{collections::BTreeMap, io::Write as _};

use buffa::{Message as _, MessageField};
use flate2::{Compression, write::ZlibEncoder};
use wacore::download::MediaType;
use waproto::whatsapp::{
    Conversation, HistorySync, Message, PhoneNumberToLIDMapping, Pushname,
    history_sync::HistorySyncType,
    message::{self, HistorySyncNotification, ProtocolMessage, protocol_message},
};

use crate::{media::MediaHost, network::Network, state::Space};

/// Conversations in the first chunk, so that a device has something to show at once.
const FIRST: usize = 20;
/// Messages per conversation in the first chunk.
const FIRST_MESSAGES: usize = 5;
/// Conversations in each chunk after it.
const LATER: usize = 50;
/// Compressed chunks up to this size travel inside their message, larger ones by the media host.
const INLINE: usize = 16 * 1024;
const COMPLETE: u32 = 100;

/// The chunks of a whole transfer, in order.
pub(super) fn all(network: &Network, mut conversations: Vec<Conversation>) -> Vec<HistorySync> {
    conversations.sort_by_key(|conversation| std::cmp::Reverse(conversation.last_msg_timestamp));
    let mut first: Vec<Conversation> = conversations.iter().take(FIRST).cloned().collect();
    for conversation in &mut first {
        conversation.messages.truncate(FIRST_MESSAGES);
    }
    let names = push_names(network, &conversations);
    let mut chunks = vec![
        HistorySync {
            phone_number_to_lid_mappings: mappings(network, &conversations),
            ..chunk(HistorySyncType::INITIAL_BOOTSTRAP, first)
        },
        HistorySync {
            pushnames: names,
            ..chunk(HistorySyncType::PUSH_NAME, Vec::new())
        },
    ];
    let count = conversations.len().div_ceil(LATER).max(1);
    let mut rest = conversations.into_iter();
    for number in 1..=count {
        let part: Vec<Conversation> = rest.by_ref().take(LATER).collect();
        let progress = COMPLETE as usize * number / count;
        chunks.push(HistorySync {
            chunk_order: u32::try_from(number).ok(),
            progress: u32::try_from(progress).ok(),
            ..chunk(HistorySyncType::RECENT, part)
        });
    }
    chunks
}

/// The chunk that answers a request for more of one chat.
pub(super) fn on_demand(conversation: Conversation) -> HistorySync {
    chunk(HistorySyncType::ON_DEMAND, vec![conversation])
}

fn chunk(sync_type: HistorySyncType, conversations: Vec<Conversation>) -> HistorySync {
    HistorySync {
        sync_type,
        conversations,
        ..Default::default()
    }
}

/// The message that announces a chunk, with the chunk in it or a reference to it.
pub(super) fn announce(
    host: &MediaHost,
    chunk: &HistorySync,
    session: Option<String>,
) -> anyhow::Result<Message> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&chunk.encode_to_vec())?;
    let compressed = encoder.finish()?;
    let mut notification = HistorySyncNotification {
        sync_type: Some(kind(chunk.sync_type)),
        chunk_order: chunk.chunk_order,
        progress: chunk.progress,
        peer_data_request_session_id: session,
        ..Default::default()
    };
    if compressed.len() <= INLINE {
        notification.file_length = Some(compressed.len() as u64);
        notification.initial_hist_bootstrap_inline_payload = Some(compressed);
    } else {
        let sealed = host.seal(MediaType::History, &compressed)?;
        notification.file_length = Some(sealed.length);
        notification.file_sha256 = Some(sealed.sha256);
        notification.file_enc_sha256 = Some(sealed.encrypted_sha256);
        notification.media_key = Some(sealed.media_key);
        notification.direct_path = Some(sealed.direct_path);
    }
    let protocol = ProtocolMessage {
        r#type: Some(protocol_message::Type::HISTORY_SYNC_NOTIFICATION),
        history_sync_notification: MessageField::some(notification),
        ..Default::default()
    };
    Ok(Message {
        protocol_message: MessageField::some(protocol),
        ..Default::default()
    })
}

/// The same words exist twice in the protocol.
fn kind(kind: HistorySyncType) -> message::HistorySyncType {
    match kind {
        HistorySyncType::INITIAL_BOOTSTRAP => message::HistorySyncType::INITIAL_BOOTSTRAP,
        HistorySyncType::INITIAL_STATUS_V3 => message::HistorySyncType::INITIAL_STATUS_V3,
        HistorySyncType::FULL => message::HistorySyncType::FULL,
        HistorySyncType::RECENT => message::HistorySyncType::RECENT,
        HistorySyncType::PUSH_NAME => message::HistorySyncType::PUSH_NAME,
        HistorySyncType::NON_BLOCKING_DATA => message::HistorySyncType::NON_BLOCKING_DATA,
        HistorySyncType::ON_DEMAND => message::HistorySyncType::ON_DEMAND,
    }
}

/// Both addresses of everybody that there is a chat with.
fn mappings(network: &Network, conversations: &[Conversation]) -> Vec<PhoneNumberToLIDMapping> {
    conversations
        .iter()
        .filter_map(|conversation| network.directory.resolve(&conversation.id.parse().ok()?))
        .map(|account| PhoneNumberToLIDMapping {
            pn_jid: Some(account.jid(Space::Pn, 0).to_string()),
            lid_jid: Some(account.jid(Space::Lid, 0).to_string()),
        })
        .collect()
}

/// How the people in the conversations call themselves.
fn push_names(network: &Network, conversations: &[Conversation]) -> Vec<Pushname> {
    let mut names = BTreeMap::new();
    for conversation in conversations {
        let account = conversation
            .id
            .parse()
            .ok()
            .and_then(|jid| network.directory.resolve(&jid));
        if let Some(name) = account.and_then(|account| account.settings.name()) {
            names.insert(conversation.id.clone(), name);
        }
        for message in &conversation.messages {
            let info = &message.message;
            let author = info
                .participant
                .clone()
                .unwrap_or_else(|| conversation.id.clone());
            if let Some(name) = info.push_name.clone() {
                names.entry(author).or_insert(name);
            }
        }
    }
    names
        .into_iter()
        .map(|(id, name)| Pushname {
            id: Some(id),
            pushname: Some(name),
        })
        .collect()
}
