//! `privacy`, `blocklist` and `disappearing_mode`: who may see and write what.

use wacore_binary::{Node, builder::NodeBuilder};

use super::request::{Answer, Refusal, Request};
use crate::{
    route::{self, Hearers},
    state::{Account, Space},
    wire::{attr_jid, attr_str, nodes},
};

/// Privacy settings that every account has, open to all unless changed.
const CATEGORIES: &[&str] = &[
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
const LONGEST_VALUE: usize = 64;

pub(super) fn settings(request: &Request<'_>) -> Answer {
    let changed = request.peer.origin.account.settings.privacy();
    let categories = CATEGORIES.iter().map(|name| {
        let default = if *name == "defense" { "off" } else { "all" };
        let value = changed.get(*name).map_or(default, String::as_str);
        category(name, value)
    });
    NodeBuilder::new("privacy").children(categories).build().into()
}

pub(super) fn set(request: &Request<'_>) -> Answer {
    let origin = &request.peer.origin;
    let mut answer = Vec::new();
    for change in request.child().map(nodes).unwrap_or_default() {
        let (name, value) = (attr_str(change, "name"), attr_str(change, "value"));
        let (Some(name), Some(value)) = (name, value) else {
            return Refusal::BAD_REQUEST.into();
        };
        if !CATEGORIES.contains(&&*name) || value.len() > LONGEST_VALUE {
            return Refusal::BAD_REQUEST.into();
        }
        origin.account.settings.set_privacy(&name, &value);
        answer.push(category(&name, &value));
    }
    let privacy = NodeBuilder::new("privacy").children(answer).build();
    let news = privacy.clone();
    route::tell(&request.peer.network, origin, Hearers::Own, "account_sync", news);
    privacy.into()
}

fn category(name: &str, value: &str) -> Node {
    NodeBuilder::new("category")
        .attr("name", name)
        .attr("value", value)
        .attr("dhash", "1")
        .build()
}

pub(super) fn blocklist(request: &Request<'_>) -> Answer {
    list(&request.peer.origin.account, request.now()).into()
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
    let origin = &request.peer.origin;
    route::set_blocked(&request.peer.network, origin, &other, blocked);
    list(&origin.account, request.now()).into()
}

fn list(account: &Account, now: u64) -> Node {
    let blocked = account.settings.blocked();
    let dhash = format!("{}.{}", blocked.len(), blocked.last().map_or("", String::as_str));
    let items = blocked.iter().map(|lid| {
        NodeBuilder::new("item")
            .attr("jid", Space::Lid.jid(lid, 0))
            .attr("t", now)
            .build()
    });
    NodeBuilder::new("list")
        .attr("addressing_mode", "lid")
        .attr("dhash", dhash)
        .children(items)
        .build()
}

pub(super) fn disappearing(request: &Request<'_>) -> Answer {
    let seconds = request
        .child()
        .and_then(|mode| attr_str(mode, "duration")?.parse().ok());
    let Some(seconds) = seconds else {
        return Refusal::BAD_REQUEST.into();
    };
    let origin = &request.peer.origin;
    let now = request.now();
    origin.account.settings.set_disappearing(seconds, now);
    let mode = NodeBuilder::new("disappearing_mode")
        .attr("duration", seconds)
        .attr("t", now)
        .build();
    let kind = "disappearing_mode";
    route::tell(&request.peer.network, origin, Hearers::Everyone, kind, mode);
    Answer::empty()
}
