//! `w:m`: where media goes.

use wacore_binary::builder::NodeBuilder;

use super::request::{Answer, Request};

const TTL_S: u32 = 21_600;

/// The sandbox is its own media host, on the same port.
pub(super) fn connection(request: &Request<'_>) -> Answer {
    let host = NodeBuilder::new("host")
        .attr("hostname", request.peer.network.addr.to_string())
        .attr("type", "primary")
        .children([])
        .build();
    NodeBuilder::new("media_conn")
        .attr("auth", request.peer.network.media.auth())
        .attr("ttl", TTL_S)
        .attr("auth_ttl", TTL_S)
        .attr("max_buckets", 12u32)
        .attr("id", "1")
        .children([host])
        .build()
        .into()
}
