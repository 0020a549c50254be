use std::sync::Arc;

use wacore_binary::{Node, builder::NodeBuilder};

use super::{
    GroupError, Notice, change,
    view::{add_mode, approval_mode, link_mode},
};
use crate::{
    network::Network,
    state::{Account, Description, Flag, Group, Subject},
};

/// In characters.
pub(super) const LONGEST_SUBJECT: usize = 100;
pub(super) const LONGEST_DESCRIPTION: usize = 2048;

/// A description and the name its author gave this version.
pub(crate) struct NewDescription {
    pub(crate) id: String,
    pub(crate) text: String,
}

/// One switch in its new position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setting {
    Locked(bool),
    Announcement(bool),
    /// Seconds; 0 is off.
    Ephemeral(u32),
    Approval(bool),
    MembersMayAdd(bool),
    MembersMayInvite(bool),
    Flag(Flag, bool),
}

pub(crate) fn rename(
    network: &Arc<Network>,
    group: &Group,
    actor: &Arc<Account>,
    subject: &str,
) -> Result<(), GroupError> {
    if subject.trim().is_empty() || subject.chars().count() > LONGEST_SUBJECT {
        return Err(GroupError::NotAcceptable);
    }
    change(network, group, actor, |state| {
        state.require_editor(actor)?;
        let at = network.clock.now();
        state.subject = Subject {
            text: subject.to_owned(),
            by: Arc::clone(actor),
            at,
        };
        let action = NodeBuilder::new("subject")
            .attr("subject", subject.to_owned())
            .attr("s_o", group.address(actor))
            .attr("s_t", at)
            .build();
        Ok(((), vec![Notice::everyone(action, state)]))
    })
}

/// Sets or deletes the description. `previous` names the version that is replaced.
pub(crate) fn describe(
    network: &Arc<Network>,
    group: &Group,
    actor: &Arc<Account>,
    new: Option<NewDescription>,
    previous: Option<&str>,
) -> Result<(), GroupError> {
    if new
        .as_ref()
        .is_some_and(|new| new.text.chars().count() > LONGEST_DESCRIPTION)
    {
        return Err(GroupError::NotAcceptable);
    }
    change(network, group, actor, |state| {
        state.require_editor(actor)?;
        let current = state
            .description
            .as_ref()
            .map(|description| description.id.as_str());
        if current != previous {
            return Err(GroupError::Conflict);
        }
        let builder = NodeBuilder::new("description");
        state.description = new.map(|new| Description {
            id: new.id,
            text: new.text,
            by: Arc::clone(actor),
            at: network.clock.now(),
        });
        let action = match &state.description {
            Some(new) => {
                let body = NodeBuilder::new("body").string_content(new.text.as_str());
                builder.attr("id", new.id.clone()).children([body.build()])
            }
            None => builder.children([NodeBuilder::new("delete").build()]),
        };
        Ok(((), vec![Notice::everyone(action.build(), state)]))
    })
}

/// Turns one switch. Only admins do.
pub(crate) fn set(
    network: &Arc<Network>,
    group: &Group,
    actor: &Arc<Account>,
    setting: Setting,
) -> Result<(), GroupError> {
    change(network, group, actor, |state| {
        state.require_admin(actor)?;
        let settings = &mut state.settings;
        match setting {
            Setting::Locked(on) => settings.locked = on,
            Setting::Announcement(on) => settings.announcement = on,
            Setting::Ephemeral(seconds) => settings.ephemeral = seconds,
            Setting::Approval(on) => settings.approval = on,
            Setting::MembersMayAdd(on) => settings.members_may_add = on,
            Setting::MembersMayInvite(on) => settings.members_may_invite = on,
            Setting::Flag(flag, true) => drop(settings.flags.insert(flag)),
            Setting::Flag(flag, false) => drop(settings.flags.remove(&flag)),
        }
        Ok(((), vec![Notice::everyone(action(setting), state)]))
    })
}

fn action(setting: Setting) -> Node {
    let plain = |on: bool, tags: (&'static str, &'static str)| {
        NodeBuilder::new(if on { tags.0 } else { tags.1 }).build()
    };
    match setting {
        Setting::Locked(on) => plain(on, ("locked", "unlocked")),
        Setting::Announcement(on) => plain(on, ("announcement", "not_announcement")),
        Setting::Flag(flag, on) => plain(on, flag.tags()),
        Setting::Approval(on) => approval_mode(on),
        Setting::Ephemeral(0) => NodeBuilder::new("not_ephemeral").build(),
        Setting::Ephemeral(seconds) => NodeBuilder::new("ephemeral").attr("expiration", seconds).build(),
        Setting::MembersMayAdd(on) => NodeBuilder::new("member_add_mode")
            .string_content(add_mode(on))
            .build(),
        Setting::MembersMayInvite(on) => NodeBuilder::new("member_link_mode")
            .string_content(link_mode(on))
            .build(),
    }
}
