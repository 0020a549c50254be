//! Whether a message may pass, and the tokens that let it.

use std::sync::Arc;

use wacore_binary::{NodeRef, builder::NodeBuilder};

use super::{
    Origin,
    deliver::{deliver_all, parcel},
};
use crate::{
    network::Network,
    state::{Account, Class, Distrust, Space},
    wire::{Stanza, attr_str, child, content, nodes},
};

/// Judges a message to a single account. Only what linked devices say of themselves is judged: phones are
/// moved by tests, which can leave out what they do not want.
pub(super) fn admit(
    origin: &Origin,
    recipient: &Arc<Account>,
    node: &NodeRef<'_>,
    now: u64,
) -> Result<(), Distrust> {
    let sender = &origin.account;
    let judged = origin.device != 0 && sender.pn != recipient.pn && !is_internal(node);
    if judged {
        let stranger = !recipient.trust.knows(&sender.pn);
        if stranger && recipient.trust.limits().restricted && !vouched_for(sender, recipient, node) {
            return Err(Distrust::Token);
        }
        sender.trust.open_chat(&recipient.pn, now)?;
    } else if sender.pn != recipient.pn {
        sender.trust.meet(&recipient.pn);
    }
    recipient.trust.meet(&sender.pn);
    Ok(())
}

/// Words between devices and repetitions are no new message.
fn is_internal(node: &NodeRef<'_>) -> bool {
    let repeated = nodes(node)
        .iter()
        .any(|part| part.tag == *"enc" && attr_str(part, "count").is_some());
    repeated || node.get_attr("category").is_some()
}

fn vouched_for(sender: &Account, recipient: &Account, node: &NodeRef<'_>) -> bool {
    let trusted =
        child(node, "tctoken").is_some_and(|token| recipient.trust.gave(&sender.pn, content(token)));
    let lid = recipient.jid(Space::Lid, 0).to_string();
    let derived =
        child(node, "cstoken").is_some_and(|token| sender.trust.made_chat_token(&lid, content(token)));
    trusted || derived
}

/// Gives an account a token of the issuer, and brings it there.
pub(crate) fn issue_token(network: &Network, issuer: &Arc<Account>, to: &Arc<Account>) {
    let token = issuer.trust.give_token(&to.pn);
    let token = NodeBuilder::new("token")
        .attr("type", "trusted_contact")
        .attr("t", network.clock.now())
        .bytes(token)
        .build();
    let id = network.next_id().to_string();
    let node = NodeBuilder::new("notification")
        .attr("type", "privacy_token")
        .attr("from", issuer.jid(Space::Pn, 0))
        .attr("sender_lid", issuer.jid(Space::Lid, 0))
        .attr("id", id.clone())
        .attr("t", network.clock.now())
        .children([NodeBuilder::new("tokens").children([token]).build()])
        .build();
    if let Ok(stanza) = Stanza::encode(&node) {
        deliver_all(
            to,
            None,
            false,
            &parcel(Class::Notification, &id, &issuer.pn, stanza),
        );
    }
    network.persistence.touch();
}
