use wacore_binary::{Node, NodeRef, builder::NodeBuilder};

use super::{answer, outcome_nodes, participants};
use crate::{
    groups::{self, GroupError, Joined},
    iq::request::{Answer, Request},
    wire::{attr_str, nodes},
};

/// Joins with a code, or replaces the group's own.
pub(in crate::iq) fn invite(request: &Request<'_>) -> Answer {
    let run = || match given_code(request) {
        Some(code) => groups::join(request.network(), request.actor(), &code).map(joined_node),
        None => groups::revoke_invite(request.network(), &*request.group()?, request.actor()).map(code_node),
    };
    answer(run().map(|node| vec![node]))
}

/// Tells what a code leads to, or the group's own.
pub(in crate::iq) fn info(request: &Request<'_>) -> Answer {
    let run = || match given_code(request) {
        Some(code) => groups::invite_info(request.network(), &code),
        None => groups::invite_code(&*request.group()?, request.actor()).map(code_node),
    };
    answer(run().map(|node| vec![node]))
}

/// Joins by a personal invitation.
pub(in crate::iq) fn accept(request: &Request<'_>) -> Answer {
    let run = || {
        let node = request.child().ok_or(GroupError::Malformed)?;
        let code = attr_str(node, "code").ok_or(GroupError::Malformed)?;
        let expires = attr_str(node, "expiration").and_then(|expires| expires.parse().ok());
        let group = request.group()?;
        let expires = expires.ok_or(GroupError::Malformed)?;
        groups::accept(request.network(), &group, request.actor(), &code, expires).map(joined_node)
    };
    answer(run().map(|node| vec![node]))
}

/// Takes personal invitations back.
pub(in crate::iq) fn revoke(request: &Request<'_>) -> Answer {
    let run = || {
        let node = request.child().ok_or(GroupError::Malformed)?;
        let group = request.group()?;
        let (network, actor) = (request.network(), request.actor());
        let outcomes = groups::revoke_invitations(network, &group, actor, &participants(node))?;
        Ok(NodeBuilder::new("revoke")
            .children(outcome_nodes(&outcomes))
            .build())
    };
    answer(run().map(|node| vec![node]))
}

pub(in crate::iq) fn membership_requests(request: &Request<'_>) -> Answer {
    let run = || {
        let group = request.group()?;
        let requests = groups::requests(&group, request.actor())?;
        let nodes = requests.iter().map(|waiting| {
            let other = group.alternate(&waiting.account);
            NodeBuilder::new("membership_approval_request")
                .attr("jid", group.address(&waiting.account))
                .attr(other.participant, other.jid)
                .attr("request_method", waiting.method.as_str())
                .attr("request_time", waiting.at)
                .build()
        });
        Ok(NodeBuilder::new("membership_approval_requests")
            .children(nodes)
            .build())
    };
    answer(run().map(|node| vec![node]))
}

pub(in crate::iq) fn membership_requests_action(request: &Request<'_>) -> Answer {
    let run = || {
        let decisions = request.child().map(nodes).unwrap_or_default();
        let decision = decisions.first().ok_or(GroupError::Malformed)?;
        let tag = match &*decision.tag {
            "approve" => "approve",
            "reject" => "reject",
            _ => return Err(GroupError::Malformed),
        };
        let group = request.group()?;
        let (network, actor) = (request.network(), request.actor());
        let outcomes = groups::decide(network, &group, actor, tag == "approve", &participants(decision))?;
        let decided = NodeBuilder::new(tag).children(outcome_nodes(&outcomes)).build();
        Ok(NodeBuilder::new("membership_requests_action")
            .children([decided])
            .build())
    };
    answer(run().map(|node| vec![node]))
}

/// Somebody no longer wants to join. Only the own request can be taken back, whoever is listed.
pub(in crate::iq) fn cancel_requests(request: &Request<'_>) -> Answer {
    let run = || {
        let group = request.group()?;
        groups::cancel_requests(request.network(), &group, request.actor())?;
        let own = NodeBuilder::new("participant")
            .attr("jid", group.address(request.actor()))
            .attr("type", "200");
        Ok(NodeBuilder::new("cancel_membership_requests")
            .children([own.build()])
            .build())
    };
    answer(run().map(|node| vec![node]))
}

fn given_code(request: &Request<'_>) -> Option<String> {
    let code = |node: &NodeRef<'_>| attr_str(node, "code").map(std::borrow::Cow::into_owned);
    request.child().and_then(code)
}

fn code_node(code: String) -> Node {
    NodeBuilder::new("invite").attr("code", code).build()
}

pub(super) fn joined_node(joined: Joined) -> Node {
    match joined {
        Joined::Member(jid) => NodeBuilder::new("group").attr("jid", jid).build(),
        Joined::Waiting(jid) => NodeBuilder::new("membership_approval_request")
            .attr("jid", jid)
            .build(),
    }
}
