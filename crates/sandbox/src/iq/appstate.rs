//! `w:sync:app:state`: a store in which nothing has ever been written.

use wacore_binary::{Node, NodeRef, builder::NodeBuilder};

use super::request::{Answer, Refusal, Request};
use crate::wire::{attr_str, child, nodes};

/// Every collection is up to date; patches from the client count as applied.
pub(super) fn sync(request: &Request<'_>) -> Answer {
    let Some(sync) = request.child() else {
        return Refusal::BAD_REQUEST.into();
    };
    let collections = nodes(sync).iter().filter_map(collection);
    NodeBuilder::new("sync").children(collections).build().into()
}

fn collection(asked: &NodeRef<'_>) -> Option<Node> {
    let name = attr_str(asked, "name")?.into_owned();
    let known: u64 = attr_str(asked, "version")
        .and_then(|version| version.parse().ok())
        .unwrap_or(0);
    let version = known.saturating_add(u64::from(child(asked, "patch").is_some()));
    Some(
        NodeBuilder::new("collection")
            .attr("name", name)
            .attr("version", version)
            .build(),
    )
}
