//! `encrypt`: the key server.

use sha1::{Digest as _, Sha1};
use wacore_binary::{Node, NodeRef, builder::NodeBuilder};

use super::request::{Answer, Refusal, Request, Then};
use crate::{
    route,
    state::{FetchedBundle, OneTimeKey, SignedKey},
    wire::{attr_jid, child, content, nodes},
};

/// The only key type there is: Curve25519.
const KEY_TYPE: u8 = 5;
/// The device is not, or no longer, part of the account.
const DEVICE_GONE: u16 = 406;
/// Users whose keys can be fetched with one request.
const MOST_USERS: usize = 4096;

pub(super) fn count(request: &Request<'_>) -> Answer {
    let count = with_own_device(request, |device| device.bundle.one_time.len());
    match count {
        Some(count) => NodeBuilder::new("count").attr("value", count).build().into(),
        None => Refusal::NOT_FOUND.into(),
    }
}

pub(super) fn upload(request: &Request<'_>) -> Answer {
    let node = request.node;
    let field = |tag| child(node, tag).map(|field| content(field).to_vec());
    let (registration, identity) = (field("registration"), field("identity"));
    let signed = child(node, "skey").and_then(signed_key);
    let one_time: Vec<OneTimeKey> = child(node, "list").map(one_time_keys).unwrap_or_default();
    let stored = with_own_device(request, |device| {
        // The identity is fixed by the pairing; another one would break its signatures.
        if identity
            .as_ref()
            .is_some_and(|identity| *identity != device.bundle.identity)
        {
            return false;
        }
        if let Some(registration) = registration {
            device.bundle.registration = registration;
        }
        if let Some(signed) = signed {
            device.bundle.signed = signed;
        }
        device.bundle.append(one_time);
        true
    });
    if stored == Some(true) {
        request.peer.network.persistence.touch();
        Answer::empty().then(Then::KeysUploaded)
    } else {
        Refusal::BAD_REQUEST.into()
    }
}

pub(super) fn rotate(request: &Request<'_>) -> Answer {
    let signed = request
        .child()
        .and_then(|rotate| child(rotate, "skey"))
        .and_then(signed_key);
    let Some(signed) = signed else {
        return Refusal::BAD_REQUEST.into();
    };
    with_own_device(request, |device| device.bundle.signed = signed);
    request.peer.network.persistence.touch();
    Answer::empty()
}

/// What the server holds, for the device to compare. Not found makes it upload everything.
pub(super) fn digest(request: &Request<'_>) -> Answer {
    let bundle = with_own_device(request, |device| device.bundle.clone());
    let Some(bundle) = bundle.filter(|bundle| !bundle.one_time.is_empty()) else {
        return Refusal::NOT_FOUND.into();
    };
    let mut hash = Sha1::new();
    hash.update(&bundle.identity);
    hash.update(&bundle.signed.value);
    hash.update(&bundle.signed.signature);
    for key in &bundle.one_time {
        hash.update(&key.value);
    }
    let ids = bundle.one_time.iter().map(|key| bytes("id", &key.id));
    NodeBuilder::new("digest")
        .children([
            bytes("registration", &bundle.registration),
            bytes("type", &[KEY_TYPE]),
            bytes("identity", &bundle.identity),
            signed_key_node(&bundle.signed),
            NodeBuilder::new("list").children(ids).build(),
            bytes("hash", &hash.finalize()),
        ])
        .build()
        .into()
}

pub(super) fn fetch(request: &Request<'_>) -> Answer {
    let wanted = request.child().map(nodes).unwrap_or_default();
    if wanted.len() > MOST_USERS {
        return Refusal::BAD_REQUEST.into();
    }
    let users: Vec<Node> = wanted
        .iter()
        .filter_map(|user| fetch_one(request, user))
        .collect();
    request.peer.network.persistence.touch();
    NodeBuilder::new("list").children(users).build().into()
}

/// The answer repeats the address as it was asked for, whichever space that is.
fn fetch_one(request: &Request<'_>, user: &NodeRef<'_>) -> Option<Node> {
    let network = &request.peer.network;
    let jid = attr_jid(user, "jid")?;
    let builder = NodeBuilder::new("user").attr("jid", jid.clone());
    let Some(account) = network.directory.resolve(&jid) else {
        return Some(
            builder
                .children([failure(Refusal::NOT_FOUND.code, "item-not-found")])
                .build(),
        );
    };
    account.note_contact(&request.peer.origin.account.pn);
    let Some((bundle, low)) = account.take_bundle(jid.device) else {
        return Some(builder.children([failure(DEVICE_GONE, "not-acceptable")]).build());
    };
    if low {
        route::ask_for_keys(network, &account, jid.device);
    }
    Some(
        builder
            .attr("t", request.now())
            .children(bundle_nodes(bundle))
            .build(),
    )
}

fn bundle_nodes(bundle: FetchedBundle) -> Vec<Node> {
    let mut children = vec![
        bytes("registration", &bundle.registration),
        bytes("type", &[KEY_TYPE]),
        bytes("identity", &bundle.identity),
    ];
    if let Some(key) = &bundle.one_time {
        let parts = [bytes("id", &key.id), bytes("value", &key.value)];
        children.push(NodeBuilder::new("key").children(parts).build());
    }
    children.push(signed_key_node(&bundle.signed));
    if !bundle.device_identity.is_empty() {
        children.push(
            NodeBuilder::new("device-identity")
                .bytes(bundle.device_identity)
                .build(),
        );
    }
    children
}

fn with_own_device<R>(request: &Request<'_>, run: impl FnOnce(&mut crate::state::Device) -> R) -> Option<R> {
    let origin = &request.peer.origin;
    origin.account.with_device(origin.device, run)
}

fn one_time_keys(list: &NodeRef<'_>) -> Vec<OneTimeKey> {
    nodes(list)
        .iter()
        .filter_map(|key| {
            let (id, value) = (content(child(key, "id")?), content(child(key, "value")?));
            (value.len() == 32).then(|| OneTimeKey {
                id: id.to_vec(),
                value: value.to_vec(),
            })
        })
        .collect()
}

fn signed_key(node: &NodeRef<'_>) -> Option<SignedKey> {
    let field = |tag| child(node, tag).map(|field| content(field).to_vec());
    Some(SignedKey {
        id: field("id")?,
        value: field("value")?,
        signature: field("signature")?,
    })
}

fn signed_key_node(key: &SignedKey) -> Node {
    NodeBuilder::new("skey")
        .children([
            bytes("id", &key.id),
            bytes("value", &key.value),
            bytes("signature", &key.signature),
        ])
        .build()
}

fn bytes(tag: &'static str, value: &[u8]) -> Node {
    NodeBuilder::new(tag).bytes(value.to_vec()).build()
}

fn failure(code: u16, text: &'static str) -> Node {
    NodeBuilder::new("error")
        .attr("code", code)
        .attr("text", text)
        .build()
}
