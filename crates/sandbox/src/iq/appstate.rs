//! `w:sync:app:state`: collections of encrypted settings that the devices of an account share.

use buffa::Message as _;
use wacore::download::MediaType;
use wacore_binary::{Node, NodeRef, builder::NodeBuilder};
use waproto::whatsapp::{ExternalBlobReference, SyncdPatch, SyncdSnapshot};

use super::request::{Answer, Refusal, Request};
use crate::{
    route::{self, Origin},
    state::PushError,
    wire::{attr_str, child, content, nodes},
};

/// Patches of the client first, then what it lacks, per collection.
pub(super) fn sync(request: &Request<'_>) -> Answer {
    let Some(sync) = request.child() else {
        return Refusal::BAD_REQUEST.into();
    };
    let origin = &request.peer.origin;
    origin
        .account
        .with_device(origin.device, |device| device.synced = true);
    let mut changed = Vec::new();
    let collections: Vec<Node> = nodes(sync)
        .iter()
        .filter_map(|asked| collection(request, asked, &mut changed))
        .collect();
    if !changed.is_empty() {
        route::app_state_changed(&request.peer.network, origin, &changed);
    }
    NodeBuilder::new("sync").children(collections).build().into()
}

/// What a device is told that has never asked, though there is something to know.
pub(super) fn dirty(origin: &Origin, now: u64) -> Option<Node> {
    let synced = origin.account.with_device(origin.device, |device| device.synced);
    if synced != Some(false) || !origin.account.app_state.is_written() {
        return None;
    }
    let dirty = NodeBuilder::new("dirty")
        .attr("type", "syncd_app_state")
        .attr("timestamp", now)
        .build();
    Some(NodeBuilder::new("ib").children([dirty]).build())
}

fn collection(request: &Request<'_>, asked: &NodeRef<'_>, changed: &mut Vec<(String, u64)>) -> Option<Node> {
    let name = attr_str(asked, "name")?.into_owned();
    let known: u64 = attr_str(asked, "version")
        .and_then(|version| version.parse().ok())
        .unwrap_or(0);
    let answer = || NodeBuilder::new("collection").attr("name", name.clone());
    let Some(patch) = child(asked, "patch") else {
        let whole = known == 0 || attr_str(asked, "return_snapshot").as_deref() == Some("true");
        return Some(missing(request, answer(), &name, (!whole).then_some(known), None));
    };
    let state = &request.peer.origin.account.app_state;
    let taken = SyncdPatch::decode_from_slice(content(patch))
        .map_err(|_| PushError::Malformed)
        .and_then(|patch| state.push(&name, known, patch));
    let refused = |error| answer().attr("type", "error").children([error]).build();
    Some(match taken {
        Ok(version) => {
            changed.push((name.clone(), version));
            answer().attr("version", version).build()
        }
        Err(PushError::Conflict) => {
            let answer = answer().attr("type", "error");
            missing(
                request,
                answer,
                &name,
                Some(known),
                Some(refusal(409, "conflict")),
            )
        }
        Err(PushError::Unknown) => refused(refusal(404, "item-not-found")),
        Err(PushError::Malformed) => refused(refusal(400, "bad-request")),
    })
}

/// Answers what came after version `known`, or everything, behind `first`.
fn missing(
    request: &Request<'_>,
    answer: NodeBuilder,
    name: &str,
    known: Option<u64>,
    first: Option<Node>,
) -> Node {
    let state = &request.peer.origin.account.app_state;
    let mut children = Vec::from_iter(first);
    let (version, more) = if let Some(pull) = known.and_then(|known| state.since(name, known)) {
        let patches = pull
            .patches
            .into_iter()
            .map(|patch| NodeBuilder::new("patch").bytes(patch).build());
        children.push(NodeBuilder::new("patches").children(patches).build());
        (pull.version, pull.more)
    } else if let Some(snapshot) = state.snapshot(name) {
        children.extend(snapshot_node(request, &snapshot));
        (snapshot.version.version.unwrap_or_default(), false)
    } else {
        (0, false)
    };
    answer
        .attr("version", version)
        .attr("has_more_patches", if more { "true" } else { "false" })
        .children(children)
        .build()
}

/// Snapshots travel by the media host.
fn snapshot_node(request: &Request<'_>, snapshot: &SyncdSnapshot) -> Option<Node> {
    let host = &request.peer.network.media;
    let sealed = host
        .seal(MediaType::AppState, &snapshot.encode_to_vec())
        .inspect_err(|error| tracing::warn!(%error, "a snapshot cannot be encrypted"))
        .ok()?;
    let reference = ExternalBlobReference {
        media_key: Some(sealed.media_key),
        direct_path: Some(sealed.direct_path),
        file_size_bytes: Some(sealed.length),
        file_sha256: Some(sealed.sha256),
        file_enc_sha256: Some(sealed.encrypted_sha256),
        ..Default::default()
    };
    let builder = NodeBuilder::new("snapshot");
    Some(builder.bytes(reference.encode_to_vec()).build())
}

fn refusal(code: u16, text: &'static str) -> Node {
    NodeBuilder::new("error")
        .attr("code", code)
        .attr("text", text)
        .build()
}
