//! Status updates that a phone posts.

use std::sync::Arc;

use wacore::messages::MessageUtils;
use wacore_binary::{Jid, builder::NodeBuilder};
use waproto::whatsapp::Message;

use super::{
    group,
    send::{SendError, encrypt, new_id, origin},
};
use crate::{
    network::Network,
    route,
    state::{Account, Space},
};

/// Shows a text to these people, and to the own linked devices. Each update comes with its key.
pub(crate) async fn show(
    network: &Arc<Network>,
    account: &Arc<Account>,
    audience: &[Arc<Account>],
    text: String,
    id: Option<String>,
) -> Result<String, SendError> {
    let id = id.unwrap_or_else(new_id);
    let message = Message {
        conversation: Some(text),
        ..Default::default()
    };
    let status = Jid::status_broadcast();
    let name = group::key_name(&status, account, 0);
    let mut own = account.phone.groups.lock().await;
    let distribution = own.keys.distribution(&name).await?;
    let key = group::with_distribution(Message::default(), &status, distribution);
    let key = MessageUtils::encode_and_pad(&key);
    let mut participants = Vec::new();
    let mut signal = account.phone.signal.lock().await;
    for viewer in audience.iter().chain([account]) {
        for device in viewer.companions().into_iter().chain([0]) {
            if viewer.pn != account.pn || device != 0 {
                participants.extend(encrypt(&mut signal, viewer, device, Space::Pn, &key).await);
            }
        }
    }
    drop(signal);
    let ciphertext = own
        .keys
        .encrypt(&name, &MessageUtils::encode_and_pad(&message))
        .await?;
    drop(own);
    let common = NodeBuilder::new("enc")
        .attr("v", "2")
        .attr("type", "skmsg")
        .bytes(ciphertext)
        .build();
    let node = NodeBuilder::new("message")
        .attr("to", status)
        .attr("id", id.clone())
        .attr("type", "text")
        .children([
            NodeBuilder::new("participants").children(participants).build(),
            common,
        ])
        .build();
    route::message(network, &origin(account), &node.as_node_ref()).await?;
    Ok(id)
}
