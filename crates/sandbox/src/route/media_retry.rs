//! A phone's answer to a device that asked it to upload media again.

use std::sync::Arc;

use wacore_binary::Node;

use super::{
    deliver::{deliver, parcel},
    notify::notification,
};
use crate::{
    network::Network,
    state::{Account, Class},
    wire::Stanza,
};

/// Tells the device what became of the media of the message `id`.
pub(crate) fn media_retry(
    network: &Arc<Network>,
    account: &Arc<Account>,
    device: u16,
    id: &str,
    answer: Node,
) {
    let node = notification(network, account, "mediaretry", id)
        .children([answer])
        .build();
    let Ok(stanza) = Stanza::encode(&node) else { return };
    deliver(
        account,
        device,
        parcel(Class::Notification, id, &account.pn, stanza),
    );
    network.persistence.touch();
}
