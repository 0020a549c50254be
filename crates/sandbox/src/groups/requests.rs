use std::sync::Arc;

use wacore_binary::{Jid, Node, builder::NodeBuilder};

use super::{GroupError, Notice, Outcome, change, members::welcome};
use crate::{
    network::Network,
    state::{Account, Group, GroupState, JoinRequest, RequestMethod, Role},
};

/// Who waits to be let in, oldest first.
pub(crate) fn list(group: &Group, actor: &Account) -> Result<Vec<JoinRequest>, GroupError> {
    group.with(|state| {
        state.require_admin(actor)?;
        let mut requests: Vec<JoinRequest> = state.requests.values().cloned().collect();
        requests.sort_by_key(|request| request.at);
        Ok(requests)
    })
}

/// Lets people in who have asked, or turns them away.
pub(crate) fn decide(
    network: &Arc<Network>,
    group: &Group,
    actor: &Arc<Account>,
    approve: bool,
    jids: &[Jid],
) -> Result<Vec<Outcome>, GroupError> {
    change(network, group, actor, |state| {
        state.require_admin(actor)?;
        let (mut decided, mut outcomes) = (Vec::new(), Vec::new());
        for jid in jids {
            let request = network
                .directory
                .resolve(jid)
                .and_then(|account| state.requests.remove(&account.pn));
            outcomes.push(Outcome {
                jid: jid.to_non_ad(),
                refused: request.is_none().then_some(GroupError::NotFound),
                invitation: None,
            });
            decided.extend(request.map(|request| request.account));
        }
        let notices = if approve {
            for account in &decided {
                state.admit(account, Role::Member);
            }
            welcome(group, state, &decided, Some("invite"))
        } else {
            withdrawn(group, state, &decided)
        };
        Ok((outcomes, notices))
    })
}

/// Takes the actor's own request back.
pub(crate) fn cancel(network: &Arc<Network>, group: &Group, actor: &Arc<Account>) -> Result<(), GroupError> {
    change(network, group, actor, |state| {
        let request = state.requests.remove(&actor.pn).ok_or(GroupError::NotFound)?;
        let notices = withdrawn(group, state, &[request.account]);
        Ok(((), notices))
    })
}

/// Notes that somebody wants to come in. Only admins hear of it, and only once.
pub(super) fn ask(
    group: &Group,
    state: &mut GroupState,
    account: &Arc<Account>,
    method: RequestMethod,
    now: u64,
) -> Vec<Notice> {
    if state.requests.contains_key(&account.pn) {
        return Vec::new();
    }
    let request = JoinRequest {
        account: Arc::clone(account),
        method,
        at: now,
    };
    state.requests.insert(account.pn.clone(), request);
    let action = NodeBuilder::new("created_membership_requests")
        .attr("request_method", method.as_str())
        .children([person("requested_user", group, account)])
        .build();
    vec![Notice::new(action, state.admins())]
}

fn withdrawn(group: &Group, state: &GroupState, people: &[Arc<Account>]) -> Vec<Notice> {
    if people.is_empty() {
        return Vec::new();
    }
    let participants = people.iter().map(|account| person("participant", group, account));
    let action = NodeBuilder::new("revoked_membership_requests").children(participants);
    let mut audience = state.admins();
    audience.extend_from_slice(people);
    vec![Notice::new(action.build(), audience)]
}

fn person(tag: &'static str, group: &Group, account: &Account) -> Node {
    let other = group.alternate(account);
    NodeBuilder::new(tag)
        .attr("jid", group.address(account))
        .attr(other.participant, other.jid)
        .build()
}
