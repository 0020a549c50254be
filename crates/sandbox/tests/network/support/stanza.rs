use wacore_binary::{Node, NodeContent, builder::NodeBuilder};

/// An attribute as text; empty if absent.
pub(crate) fn attr(node: &Node, key: &str) -> String {
    node.attrs
        .get(key)
        .map(|value| value.as_str().into_owned())
        .unwrap_or_default()
}

/// The first child of that name.
pub(crate) fn child<'n>(node: &'n Node, tag: &str) -> &'n Node {
    node.get_optional_child(tag)
        .unwrap_or_else(|| panic!("no <{tag}> in {node:?}"))
}

/// Binary content.
pub(crate) fn bytes(node: &Node) -> Vec<u8> {
    match &node.content {
        Some(NodeContent::Bytes(bytes)) => bytes.clone(),
        Some(NodeContent::String(text)) => text.as_bytes().to_vec(),
        other => panic!("no bytes but {other:?}"),
    }
}

/// A request to the server.
pub(crate) fn iq(id: &str, kind: &'static str, xmlns: &'static str, children: Vec<Node>) -> Node {
    NodeBuilder::new("iq")
        .attr("id", id)
        .attr("type", kind)
        .attr("xmlns", xmlns)
        .attr("to", "s.whatsapp.net")
        .children(children)
        .build()
}
