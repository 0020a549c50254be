use wacore_binary::{Node, NodeRef, builder::NodeBuilder};

use crate::{
    clock,
    conn::Ending,
    wire::{Stanza, attr_str},
};

/// The two shapes of a stream error.
#[derive(Debug, Clone, Copy)]
pub(crate) enum StreamError {
    Code(u16),
    Conflict(&'static str),
}

/// The refusal of a message.
pub(super) fn ack_error(node: &NodeRef<'_>, code: u16) -> Node {
    NodeBuilder::new("ack")
        .attr("class", "message")
        .attr("id", attr_str(node, "id").unwrap_or_default().into_owned())
        .attr("from", attr_str(node, "to").unwrap_or_default().into_owned())
        .attr("t", clock::now())
        .attr("error", code)
        .build()
}

/// A stream error and the end of the connection.
pub(crate) fn stream_error(error: StreamError) -> Ending {
    let builder = NodeBuilder::new("stream:error");
    let node = match error {
        StreamError::Code(code) => builder.attr("code", code).build(),
        StreamError::Conflict(kind) => {
            // Clients that know no conflict types tell a removed device from a replaced one by the code.
            let builder = if kind == "device_removed" {
                builder.attr("code", 401u16)
            } else {
                builder
            };
            builder
                .children([NodeBuilder::new("conflict").attr("type", kind).build()])
                .build()
        }
    };
    Stanza::encode(&node).map_or(Ending::Silent, Ending::With)
}

/// The refusal of a login.
pub(crate) fn failure(reason: u16, code: Option<u16>, expire: Option<u64>) -> Node {
    let mut builder = NodeBuilder::new("failure")
        .attr("reason", reason)
        .attr("location", "sandbox");
    if let Some(code) = code {
        builder = builder.attr("code", code);
    }
    if let Some(expire) = expire {
        builder = builder.attr("expire", expire);
    }
    builder.build()
}
