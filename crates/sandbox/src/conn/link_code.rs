//! The stanzas of linking with a typed code, on a connection that is not linked yet.

use std::sync::Arc;

use wacore_binary::{Node, NodeRef, builder::NodeBuilder};

use super::PendingRegistration;
use crate::{
    iq::{self, Refusal},
    network::Network,
    pairing::{Finish, WRAPPED_KEY},
    wire::{attr_jid, attr_str, child, content},
};

/// The country of every number that begins with 1, and of those we know nothing about.
const COUNTRY: &str = "US";

/// Answers a step of linking with a code; `None` for any other stanza.
pub(super) fn answer(
    network: &Network,
    pending: &Arc<PendingRegistration>,
    node: &NodeRef<'_>,
) -> Option<Node> {
    let registration = child(node, "link_code_companion_reg").filter(|_| node.tag == *"iq")?;
    let stage = attr_str(registration, "stage").unwrap_or_default();
    let reply = match &*stage {
        "companion_hello" => hello(network, pending, registration).map(|reference| {
            let reference = NodeBuilder::new("link_code_pairing_ref").bytes(reference).build();
            Some(at_stage("companion_hello", reference))
        }),
        "get_country_code" => {
            let country = NodeBuilder::new("country_code").attr("iso", COUNTRY).build();
            Some(Some(at_stage("get_country_code", country)))
        }
        "companion_finish" => finish(network, pending, registration).then_some(None),
        _ => None,
    };
    Some(match reply {
        Some(reply) => iq::result(node, reply, network.clock.now()),
        None => iq::error(node, Refusal::BAD_REQUEST.code, Refusal::BAD_REQUEST.text),
    })
}

/// Notes that the device shows a code, if it names a phone that exists and its own key.
fn hello(network: &Network, pending: &Arc<PendingRegistration>, node: &NodeRef<'_>) -> Option<Vec<u8>> {
    let phone = attr_jid(node, "jid")?;
    network.directory.resolve(&phone)?;
    let bytes = |tag| child(node, tag).map(content);
    if bytes("companion_server_auth_key_pub")? != pending.noise_key {
        return None;
    }
    let wrapped: [u8; WRAPPED_KEY] = bytes("link_code_pairing_wrapped_companion_ephemeral_pub")?
        .try_into()
        .ok()?;
    Some(network.pairing.offer_code(&phone.user, pending, wrapped))
}

fn finish(network: &Network, pending: &Arc<PendingRegistration>, node: &NodeRef<'_>) -> bool {
    let bytes = |tag| child(node, tag).map(|part| content(part).to_vec());
    let parts = (
        bytes("link_code_pairing_ref"),
        bytes("link_code_pairing_wrapped_key_bundle"),
        bytes("companion_identity_public"),
    );
    let (Some(reference), Some(sealed_bundle), Some(identity)) = parts else {
        return false;
    };
    let finish = Finish {
        reference,
        sealed_bundle,
        identity,
    };
    network.pairing.finish_code(pending, finish)
}

fn at_stage(stage: &'static str, part: Node) -> Node {
    NodeBuilder::new("link_code_companion_reg")
        .attr("stage", stage)
        .children([part])
        .build()
}
