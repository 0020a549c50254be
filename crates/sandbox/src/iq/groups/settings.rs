use super::answer;
use crate::{
    groups::{self, GroupError, NewDescription, Setting},
    iq::request::{Answer, Request},
    state::Flag,
    wire::{attr_str, child, text},
};

pub(in crate::iq) fn subject(request: &Request<'_>) -> Answer {
    let run = || {
        let subject = request.child().map(text).unwrap_or_default();
        groups::rename(request.network(), &*request.group()?, request.actor(), &subject)
    };
    answer(run().map(|()| Vec::new()))
}

pub(in crate::iq) fn description(request: &Request<'_>) -> Answer {
    let run = || {
        let node = request.child().ok_or(GroupError::Malformed)?;
        let new = match child(node, "body") {
            Some(body) => Some(NewDescription {
                id: attr_str(node, "id").ok_or(GroupError::Malformed)?.into_owned(),
                text: text(body).into_owned(),
            }),
            None if attr_str(node, "delete").as_deref() == Some("true") => None,
            None => return Err(GroupError::Malformed),
        };
        let previous = attr_str(node, "prev");
        let group = request.group()?;
        groups::describe(
            request.network(),
            &group,
            request.actor(),
            new,
            previous.as_deref(),
        )
    };
    answer(run().map(|()| Vec::new()))
}

/// Any switch.
pub(in crate::iq) fn setting(request: &Request<'_>) -> Answer {
    let run = || {
        let setting = parse(request).ok_or(GroupError::Malformed)?;
        groups::set(request.network(), &*request.group()?, request.actor(), setting)
    };
    answer(run().map(|()| Vec::new()))
}

fn parse(request: &Request<'_>) -> Option<Setting> {
    let node = request.child()?;
    let word = text(node);
    Some(match &*node.tag {
        "locked" => Setting::Locked(true),
        "unlocked" => Setting::Locked(false),
        "announcement" => Setting::Announcement(true),
        "not_announcement" => Setting::Announcement(false),
        "ephemeral" => Setting::Ephemeral(attr_str(node, "expiration")?.parse().ok()?),
        "not_ephemeral" => Setting::Ephemeral(0),
        "membership_approval_mode" => match attr_str(child(node, "group_join")?, "state").as_deref()? {
            "on" => Setting::Approval(true),
            "off" => Setting::Approval(false),
            _ => return None,
        },
        "member_add_mode" => match &*word {
            "all_member_add" => Setting::MembersMayAdd(true),
            "admin_add" => Setting::MembersMayAdd(false),
            _ => return None,
        },
        "member_link_mode" => match &*word {
            "all_member_link" => Setting::MembersMayInvite(true),
            "admin_link" => Setting::MembersMayInvite(false),
            _ => return None,
        },
        tag => {
            let (flag, on) = Flag::parse(tag)?;
            Setting::Flag(flag, on)
        }
    })
}
