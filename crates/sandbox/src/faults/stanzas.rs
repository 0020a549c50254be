use wacore_binary::{Node, NodeRef, builder::NodeBuilder};

use crate::{
    conn::Ending,
    iq,
    wire::{Stanza, attr_str},
};

/// The two shapes of a stream error.
#[derive(Debug, Clone, Copy)]
pub(crate) enum StreamError {
    Code(u16),
    Conflict(&'static str),
}

/// The refusal of a message.
pub(super) fn ack_error(node: &NodeRef<'_>, code: u16, now: u64) -> Node {
    NodeBuilder::new("ack")
        .attr("class", "message")
        .attr("id", attr_str(node, "id").unwrap_or_default().into_owned())
        .attr("from", attr_str(node, "to").unwrap_or_default().into_owned())
        .attr("t", now)
        .attr("error", code)
        .build()
}

/// The refusal of a request.
pub(super) fn iq_error(node: &NodeRef<'_>, code: u16, text: Option<&str>, backoff: Option<u32>) -> Node {
    let mut error = NodeBuilder::new("error")
        .attr("code", code)
        .attr("text", text.unwrap_or("fault").to_owned());
    if let Some(backoff) = backoff {
        error = error.attr("backoff", backoff);
    }
    iq::error_with(node, error.build())
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
