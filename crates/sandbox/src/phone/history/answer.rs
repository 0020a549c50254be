//! What linked devices ask their phone for.

use std::sync::Arc;

use buffa::{Message as _, MessageField};
use wacore_binary::Jid;
use waproto::whatsapp::{
    Conversation, HistorySyncMsg, Message,
    media_retry_notification::ResultType,
    message::{
        PeerDataOperationRequestMessage, PeerDataOperationRequestResponseMessage, ProtocolMessage,
        peer_data_operation_request_message::HistorySyncOnDemandRequest,
        peer_data_operation_request_response_message::{
            PeerDataOperationResult, peer_data_operation_result::PlaceholderMessageResendResponse,
        },
        protocol_message,
    },
};

use super::{
    chunk,
    transfer::{send_chunk, send_peer},
};
use crate::{
    network::Network,
    phone::SendError,
    state::{Account, Space},
};

/// Messages in one answer unless the device wants fewer.
const MOST_MESSAGES: usize = 200;

/// Answers a request of a linked device; one that phones here know nothing about is passed over.
pub(in crate::phone) async fn answer(
    network: &Arc<Network>,
    account: &Arc<Account>,
    device: u16,
    request_id: &str,
    message: &Message,
) -> Result<(), SendError> {
    let protocol = message.protocol_message.as_option();
    let Some(request) =
        protocol.and_then(|protocol| protocol.peer_data_operation_request_message.as_option())
    else {
        return Ok(());
    };
    if let Some(wanted) = request.history_sync_on_demand_request.as_option() {
        let chunk = chunk::on_demand(older(network, account, wanted));
        let session = Some(request_id.to_owned());
        return send_chunk(network, account, device, &chunk, session).await;
    }
    if request.placeholder_message_resend_request.is_empty() {
        return Ok(());
    }
    let response = resend(account, request_id, request);
    send_peer(network, account, device, &response).await
}

/// Older messages of a chat.
fn older(network: &Network, account: &Account, wanted: &HistorySyncOnDemandRequest) -> Conversation {
    let asked = wanted.chat_jid.clone().unwrap_or_default();
    // Conversations are kept under phone numbers; the answer names the chat as the question did.
    let chat = asked
        .parse::<Jid>()
        .ok()
        .and_then(|jid| network.directory.resolve(&jid))
        .map_or_else(|| asked.clone(), |other| other.jid(Space::Pn, 0).to_string());
    let before = wanted
        .oldest_msg_timestamp_ms
        .and_then(|time| u64::try_from(time).ok())
        .map_or(u64::MAX, |time| time.div_ceil(1000));
    let limit = wanted
        .on_demand_msg_count
        .and_then(|count| usize::try_from(count).ok())
        .unwrap_or(MOST_MESSAGES)
        .min(MOST_MESSAGES);
    let messages = account.phone.book.before(&chat, before, limit);
    Conversation {
        id: asked,
        end_of_history_transfer: Some(messages.len() < limit),
        messages: messages
            .into_iter()
            .map(|info| HistorySyncMsg {
                message: MessageField::some(info),
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    }
}

/// The messages that a device could not open itself.
fn resend(account: &Account, request_id: &str, request: &PeerDataOperationRequestMessage) -> Message {
    let results = request.placeholder_message_resend_request.iter().map(|wanted| {
        let id = wanted.message_key.id.as_deref().unwrap_or_default();
        match account.phone.book.find(id) {
            Some(info) => PeerDataOperationResult {
                media_upload_result: Some(ResultType::SUCCESS),
                placeholder_message_resend_response: MessageField::some(PlaceholderMessageResendResponse {
                    web_message_info_bytes: Some(info.encode_to_vec()),
                }),
                ..Default::default()
            },
            None => PeerDataOperationResult {
                media_upload_result: Some(ResultType::NOT_FOUND),
                ..Default::default()
            },
        }
    });
    let response = PeerDataOperationRequestResponseMessage {
        peer_data_operation_request_type: request.peer_data_operation_request_type,
        stanza_id: Some(request_id.to_owned()),
        peer_data_operation_result: results.collect(),
    };
    let protocol = ProtocolMessage {
        r#type: Some(protocol_message::Type::PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE),
        peer_data_operation_request_response_message: MessageField::some(response),
        ..Default::default()
    };
    Message {
        protocol_message: MessageField::some(protocol),
        ..Default::default()
    }
}
