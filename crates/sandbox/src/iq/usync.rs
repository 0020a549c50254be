//! `usync`: who is on the network, with which devices and identities.

use std::sync::Arc;

use wacore_binary::{Jid, Node, NodeRef, builder::NodeBuilder};

use super::request::{Answer, Refusal, Request};
use crate::{
    clock, pairing,
    state::{Account, Space},
    wire::{attr_jid, attr_str, child, nodes, text},
};

/// Answers what can be answered per user and leaves the other protocols out.
pub(super) fn query(request: &Request<'_>) -> Answer {
    let Some(usync) = request.child() else {
        return Refusal::BAD_REQUEST.into();
    };
    let protocols: Vec<&str> = child(usync, "query")
        .map(nodes)
        .unwrap_or_default()
        .iter()
        .map(|protocol| &*protocol.tag)
        .collect();
    let users = child(usync, "list").map(nodes).unwrap_or_default();
    let list = users
        .iter()
        .filter_map(|user| answer_user(request, user, &protocols));
    let result = protocols
        .iter()
        .map(|protocol| NodeBuilder::new_dynamic((*protocol).to_owned()).build());
    let echo = |key| attr_str(usync, key).unwrap_or_default().into_owned();
    NodeBuilder::new("usync")
        .attr("sid", echo("sid"))
        .attr("mode", echo("mode"))
        .attr("context", echo("context"))
        .attr("index", "0")
        .attr("last", "true")
        .children([
            NodeBuilder::new("result").children(result).build(),
            NodeBuilder::new("list").children(list).build(),
        ])
        .build()
        .into()
}

fn answer_user(request: &Request<'_>, user: &NodeRef<'_>, protocols: &[&str]) -> Option<Node> {
    let number = child(user, "contact").map(text);
    let jid = match (attr_jid(user, "jid"), &number) {
        (Some(jid), _) => jid.to_non_ad(),
        (None, Some(number)) => Jid::pn(number.trim_start_matches('+')),
        (None, None) => return None,
    };
    let account = request.peer.network.directory.resolve(&jid);
    let mut answers = Vec::with_capacity(protocols.len());
    for protocol in protocols {
        match (*protocol, &account) {
            ("contact", found) => answers.push(contact(found.is_some(), number.as_deref())),
            ("devices", Some(account)) => {
                account.note_contact(&request.peer.origin.account.pn);
                answers.push(devices(account));
            }
            ("lid", Some(account)) => {
                let lid = account.jid(Space::Lid, 0);
                answers.push(NodeBuilder::new("lid").attr("val", lid).build());
            }
            ("status", Some(account)) => {
                let about = account.settings.about();
                answers.push(
                    NodeBuilder::new("status")
                        .attr("t", request.now())
                        .string_content(about)
                        .build(),
                );
            }
            ("picture", Some(account)) => {
                let picture = request
                    .peer
                    .network
                    .directory
                    .pictures
                    .get(&account.jid(Space::Pn, 0));
                answers.extend(
                    picture.map(|picture| NodeBuilder::new("picture").attr("id", picture.id).build()),
                );
            }
            ("disappearing_mode", Some(account)) => {
                let (seconds, since) = account.settings.disappearing();
                let mode = NodeBuilder::new("disappearing_mode")
                    .attr("duration", seconds)
                    .attr("t", since);
                answers.push(mode.build());
            }
            _ => {}
        }
    }
    let mut builder = NodeBuilder::new("user").attr("jid", jid.clone());
    if let (Some(account), Some(Space::Lid)) = (&account, Space::of(jid.server)) {
        builder = builder.attr("pn_jid", account.jid(Space::Pn, 0));
    }
    Some(builder.children(answers).build())
}

fn contact(found: bool, number: Option<&str>) -> Node {
    let builder = NodeBuilder::new("contact").attr("type", if found { "in" } else { "out" });
    match number {
        Some(number) => builder.string_content(number).build(),
        None => builder.build(),
    }
}

/// Device 0 is always listed, and the signed list always comes with it.
fn devices(account: &Arc<Account>) -> Node {
    let (companions, current_index) = account.device_list();
    let mut list = vec![NodeBuilder::new("device").attr("id", 0u32).build()];
    list.extend(companions.iter().map(|(id, key_index)| {
        NodeBuilder::new("device")
            .attr("id", *id)
            .attr("key-index", *key_index)
            .build()
    }));
    let signed = NodeBuilder::new("key-index-list")
        .attr("ts", clock::machine())
        .bytes(pairing::key_index_list(account))
        .build();
    let hash = format!("2:{current_index}.{}", companions.len());
    NodeBuilder::new("devices")
        .children([
            NodeBuilder::new("device-list")
                .attr("hash", hash)
                .children(list)
                .build(),
            signed,
        ])
        .build()
}
