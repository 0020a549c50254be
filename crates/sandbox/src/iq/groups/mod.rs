//! `w:g2`: groups and communities.

mod community;
mod create;
mod invite;
mod members;
mod query;
mod settings;

pub(super) use community::{
    delete_parent, join_linked_group, linked_groups_participants, links, query_linked, unlink,
};
pub(super) use create::create;
pub(super) use invite::{
    accept, cancel_requests, info, invite, membership_requests, membership_requests_action, revoke,
};
pub(super) use members::{change, leave};
pub(super) use query::{acknowledge, participating, pictures, query};
pub(super) use settings::{description, setting, subject};

use std::sync::Arc;

use wacore_binary::{Jid, Node, NodeRef, builder::NodeBuilder};

use super::request::{Answer, Refusal, Request};
use crate::{
    groups::{self, GroupError, Outcome},
    network::Network,
    state::{Account, Group},
    wire::{attr_jid, nodes},
};

impl From<GroupError> for Refusal {
    fn from(error: GroupError) -> Self {
        error.refusal()
    }
}

impl<'r> Request<'r> {
    fn network(&self) -> &'r Arc<Network> {
        &self.peer.network
    }

    fn actor(&self) -> &'r Arc<Account> {
        &self.peer.origin.account
    }

    /// The group the request is sent to.
    fn group(&self) -> Result<Arc<Group>, GroupError> {
        let to = attr_jid(self.node, "to").ok_or(GroupError::Malformed)?;
        groups::find(self.network(), &to)
    }
}

/// Turns the result of an operation into an answer.
fn answer(result: Result<Vec<Node>, GroupError>) -> Answer {
    match result {
        Ok(nodes) => Answer::with(nodes),
        Err(error) => Refusal::from(error).into(),
    }
}

/// The addresses of an element's `participant` children.
fn participants(node: &NodeRef<'_>) -> Vec<Jid> {
    let participants = nodes(node).iter().filter(|child| child.tag == *"participant");
    participants.filter_map(|child| attr_jid(child, "jid")).collect()
}

/// One `participant` of an answer.
fn outcome_node(outcome: &Outcome) -> Node {
    let builder = NodeBuilder::new("participant").attr("jid", outcome.jid.clone());
    let Some(error) = outcome.refused else {
        return builder.attr("type", "200").build();
    };
    let builder = builder.attr("error", error.code());
    match &outcome.invitation {
        Some(invitation) => {
            let request = NodeBuilder::new("add_request")
                .attr("code", invitation.code.clone())
                .attr("expiration", invitation.expires);
            builder.children([request.build()]).build()
        }
        None => builder.build(),
    }
}

fn outcome_nodes(outcomes: &[Outcome]) -> impl Iterator<Item = Node> {
    outcomes.iter().map(outcome_node)
}

/// A group by its id, with or without the server part.
fn group_jid(text: &str) -> Jid {
    let user = text.split_once('@').map_or(text, |(user, _)| user);
    Jid::group(user)
}
