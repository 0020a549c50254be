use std::sync::Arc;

use bytes::Bytes;
use wacore_binary::{Jid, builder::NodeBuilder};

use super::{GroupError, find};
use crate::{network::Network, route, state::Account};

/// Gives a group a picture, whose id is the result, or takes it away.
pub(crate) fn set(
    network: &Arc<Network>,
    jid: &Jid,
    actor: &Arc<Account>,
    image: Option<Bytes>,
) -> Result<Option<String>, GroupError> {
    let group = find(network, jid)?;
    let pictures = &network.directory.pictures;
    let id = image.as_ref().map(|_| network.next_id().to_string());
    group.with(|state| {
        state.require_editor(actor)?;
        let change = if let (Some(image), Some(id)) = (image, &id) {
            pictures.set(&group.jid(), id.clone(), image);
            NodeBuilder::new("set").attr("id", id.clone())
        } else {
            pictures.remove(&group.jid());
            NodeBuilder::new("delete")
        };
        let change = change
            .attr("jid", group.jid())
            .attr("author", group.address(actor))
            .build();
        route::group_notification(network, "picture", &group, actor, change, &state.everyone());
        Ok(())
    })?;
    network.persistence.touch();
    Ok(id)
}
