use std::sync::Arc;

use wacore_binary::{Node, builder::NodeBuilder};

use super::{GroupError, participant_node};
use crate::{
    network::Network,
    route,
    state::{Account, Group, GroupState, Role},
};

/// What some accounts are told about a change.
pub(super) struct Notice {
    action: Node,
    audience: Vec<Arc<Account>>,
}

impl Notice {
    pub(super) fn new(action: Node, audience: Vec<Arc<Account>>) -> Self {
        Self { action, audience }
    }

    /// Tells all members.
    pub(super) fn everyone(action: Node, state: &GroupState) -> Self {
        Self::new(action, state.everyone())
    }

    /// Tells all members but some.
    pub(super) fn others(action: Node, state: &GroupState, except: &[Arc<Account>]) -> Self {
        let mut audience = state.everyone();
        audience.retain(|account| !except.iter().any(|other| other.pn == account.pn));
        Self::new(action, audience)
    }
}

/// Changes a group and tells about it.
pub(super) fn change<R>(
    network: &Arc<Network>,
    group: &Group,
    actor: &Arc<Account>,
    run: impl FnOnce(&mut GroupState) -> Result<(R, Vec<Notice>), GroupError>,
) -> Result<R, GroupError> {
    let result = group.with(|state| {
        let (result, notices) = run(state)?;
        for notice in notices {
            route::group_notification(
                network,
                route::GROUP_NEWS,
                group,
                actor,
                notice.action,
                &notice.audience,
            );
        }
        Ok(result)
    });
    network.persistence.touch();
    result
}

/// An action that lists people, such as `<add>`.
pub(super) fn people(tag: &'static str, group: &Group, accounts: &[Arc<Account>], role: Role) -> NodeBuilder {
    let participants = accounts
        .iter()
        .map(|account| participant_node(group, account, role));
    NodeBuilder::new(tag).children(participants)
}
