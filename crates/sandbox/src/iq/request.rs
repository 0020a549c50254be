use wacore_binary::{Node, NodeRef, builder::NodeBuilder};

use super::SERVER;
use crate::{
    conn::Peer,
    wire::{self, Stanza, attr_str, nodes},
};

/// A request and who sent it.
pub(crate) struct Request<'r> {
    pub(crate) peer: &'r Peer,
    pub(crate) node: &'r NodeRef<'r>,
}

/// An error answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal {
    pub(crate) code: u16,
    pub(crate) text: &'static str,
}

impl Refusal {
    pub(crate) const BAD_REQUEST: Self = Self {
        code: 400,
        text: "bad-request",
    };
    pub(crate) const NOT_FOUND: Self = Self {
        code: 404,
        text: "item-not-found",
    };
}

/// The answer to a request and what follows once it is on its way.
pub(crate) struct Answer {
    pub(super) body: Result<Vec<Node>, Refusal>,
    pub(super) then: Then,
}

pub(super) enum Then {
    Nothing,
    /// Start delivering what waits for the device.
    OpenMailbox,
    /// The device has given us keys.
    KeysUploaded,
    /// Take a device off the account.
    Unlink(u16),
}

impl Answer {
    pub(super) fn empty() -> Self {
        Self::with(Vec::new())
    }

    pub(super) fn with(nodes: Vec<Node>) -> Self {
        Self {
            body: Ok(nodes),
            then: Then::Nothing,
        }
    }

    pub(super) fn then(self, then: Then) -> Self {
        Self { then, ..self }
    }
}

impl From<Node> for Answer {
    fn from(node: Node) -> Self {
        Self::with(vec![node])
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self {
            body: Err(refusal),
            then: Then::Nothing,
        }
    }
}

impl<'r> Request<'r> {
    pub(super) fn new(peer: &'r Peer, node: &'r NodeRef<'r>) -> Self {
        Self { peer, node }
    }

    /// The time of the network.
    pub(crate) fn now(&self) -> u64 {
        self.peer.network.clock.now()
    }

    /// The first child element, which says what is wanted.
    pub(crate) fn child(&self) -> Option<&NodeRef<'r>> {
        nodes(self.node).first()
    }

    pub(super) fn reply(&self, body: Result<Vec<Node>, Refusal>) -> Result<Stanza, wire::Error> {
        match body {
            Ok(children) => {
                let builder = envelope(self.node, "result").attr("t", self.now());
                let node = if children.is_empty() {
                    builder
                } else {
                    builder.children(children)
                };
                Stanza::encode(&node.build())
            }
            Err(refusal) => Stanza::encode(&error(self.node, refusal.code, refusal.text)),
        }
    }
}

/// The answer to a request that was granted.
pub(crate) fn result(request: &NodeRef<'_>, content: Option<Node>, now: u64) -> Node {
    let builder = envelope(request, "result").attr("t", now);
    match content {
        Some(content) => builder.children([content]).build(),
        None => builder.build(),
    }
}

/// The error answer to a request.
pub(crate) fn error(request: &NodeRef<'_>, code: u16, text: &'static str) -> Node {
    let error = NodeBuilder::new("error")
        .attr("code", code)
        .attr("text", text)
        .build();
    error_with(request, error)
}

/// The error answer to a request with an `error` element of its own.
pub(crate) fn error_with(request: &NodeRef<'_>, error: Node) -> Node {
    envelope(request, "error").children([error]).build()
}

/// Whether this answers a request of ours.
pub(crate) fn is_answer(node: &NodeRef<'_>) -> bool {
    matches!(attr_str(node, "type").as_deref(), Some("result" | "error"))
}

fn envelope(request: &NodeRef<'_>, kind: &'static str) -> NodeBuilder {
    let from = match request.get_attr("to") {
        Some(to) => to.to_node_value(),
        None => SERVER.into(),
    };
    NodeBuilder::new("iq")
        .attr("from", from)
        .attr("type", kind)
        .attr("id", attr_str(request, "id").unwrap_or_default().into_owned())
}
