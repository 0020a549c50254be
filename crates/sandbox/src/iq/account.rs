//! Settings of an account: privacy, block list, about text, picture.

use wacore_binary::{Node, builder::NodeBuilder};

use super::request::{Answer, Refusal, Request};
use crate::{
    clock,
    state::{Account, Space},
    wire::{attr_jid, attr_str, child, nodes, text},
};

/// Privacy settings that every account has, open to all unless changed.
const PRIVACY: &[&str] = &[
    "last",
    "online",
    "profile",
    "status",
    "groupadd",
    "readreceipts",
    "calladd",
    "messages",
    "defense",
];
const LONGEST_SETTING: usize = 64;
const LONGEST_ABOUT: usize = 700;

pub(super) fn privacy(request: &Request<'_>) -> Answer {
    let changed = request.peer.origin.account.settings.privacy();
    let categories = PRIVACY.iter().map(|name| {
        let default = if *name == "defense" { "off" } else { "all" };
        let value = changed.get(*name).map_or(default, String::as_str);
        category(name, value)
    });
    NodeBuilder::new("privacy").children(categories).build().into()
}

pub(super) fn set_privacy(request: &Request<'_>) -> Answer {
    let mut answer = Vec::new();
    for change in request.child().map(nodes).unwrap_or_default() {
        let (name, value) = (attr_str(change, "name"), attr_str(change, "value"));
        let (Some(name), Some(value)) = (name, value) else {
            return Refusal::BAD_REQUEST.into();
        };
        if !PRIVACY.contains(&&*name) || value.len() > LONGEST_SETTING {
            return Refusal::BAD_REQUEST.into();
        }
        request.peer.origin.account.settings.set_privacy(&name, &value);
        answer.push(category(&name, &value));
    }
    request.peer.network.persistence.touch();
    NodeBuilder::new("privacy").children(answer).build().into()
}

fn category(name: &str, value: &str) -> Node {
    NodeBuilder::new("category")
        .attr("name", name)
        .attr("value", value)
        .attr("dhash", "1")
        .build()
}

pub(super) fn blocklist(request: &Request<'_>) -> Answer {
    blocklist_node(&request.peer.origin.account).into()
}

pub(super) fn block(request: &Request<'_>) -> Answer {
    let Some(item) = request.child() else {
        return Refusal::BAD_REQUEST.into();
    };
    let blocked = match attr_str(item, "action").as_deref() {
        Some("block") => true,
        Some("unblock") => false,
        _ => return Refusal::BAD_REQUEST.into(),
    };
    let other = attr_jid(item, "jid").and_then(|jid| request.peer.network.directory.resolve(&jid));
    let Some(other) = other else {
        return Refusal::NOT_FOUND.into();
    };
    let account = &request.peer.origin.account;
    account.settings.block(&other.lid, blocked);
    request.peer.network.persistence.touch();
    blocklist_node(account).into()
}

fn blocklist_node(account: &Account) -> Node {
    let blocked = account.settings.blocked();
    let dhash = format!("{}.{}", blocked.len(), blocked.last().map_or("", String::as_str));
    let items = blocked.iter().map(|lid| {
        NodeBuilder::new("item")
            .attr("jid", Space::Lid.jid(lid, 0))
            .attr("t", clock::now())
            .build()
    });
    NodeBuilder::new("list")
        .attr("addressing_mode", "lid")
        .attr("dhash", dhash)
        .children(items)
        .build()
}

/// The about texts of the users asked for.
pub(super) fn about(request: &Request<'_>) -> Answer {
    let asked = request.child().map(nodes).unwrap_or_default();
    let users = asked.iter().filter_map(|user| {
        let jid = attr_jid(user, "jid")?;
        let account = request.peer.network.directory.resolve(&jid)?;
        let user = NodeBuilder::new("user").attr("jid", jid).attr("t", clock::now());
        Some(user.string_content(account.settings.about()).build())
    });
    NodeBuilder::new("status").children(users).build().into()
}

pub(super) fn set_about(request: &Request<'_>) -> Answer {
    let about = child(request.node, "status").map(text).unwrap_or_default();
    if about.len() > LONGEST_ABOUT {
        return Refusal::BAD_REQUEST.into();
    }
    request.peer.origin.account.settings.set_about(&about);
    request.peer.network.persistence.touch();
    Answer::empty()
}

/// Nobody has a picture.
pub(super) fn picture(_: &Request<'_>) -> Answer {
    Refusal::NOT_FOUND.into()
}
