use std::sync::Arc;

use wacore_binary::builder::NodeBuilder;
use waproto::whatsapp::{HistorySync, Message};

use super::chunk;
use crate::{
    network::Network,
    phone::{SendError, send},
    state::{Account, Space},
};

/// Hands all conversations to a linked device, chunk by chunk.
pub(crate) async fn transfer(
    network: &Arc<Network>,
    account: &Arc<Account>,
    device: u16,
) -> Result<(), SendError> {
    for part in chunk::all(network, account.phone.book.conversations()) {
        send_chunk(network, account, device, &part, None).await?;
    }
    Ok(())
}

pub(super) async fn send_chunk(
    network: &Arc<Network>,
    account: &Arc<Account>,
    device: u16,
    part: &HistorySync,
    session: Option<String>,
) -> Result<(), SendError> {
    let message = chunk::announce(&network.media, part, session).map_err(SendError::Media)?;
    send_peer(network, account, device, &message).await
}

/// Sends a message that concerns devices, not people.
pub(in crate::phone) async fn send_peer(
    network: &Arc<Network>,
    account: &Arc<Account>,
    device: u16,
    message: &Message,
) -> Result<(), SendError> {
    let to = account.jid(Space::Pn, device);
    let stanza = NodeBuilder::new("message")
        .attr("id", send::new_id())
        .attr("type", "text")
        .attr("category", "peer")
        .attr("push_priority", "high");
    send::send_direct(network, account, account, &to, message, stanza).await
}
