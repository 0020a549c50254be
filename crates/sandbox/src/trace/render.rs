use std::fmt::Write as _;

use wacore_binary::{NodeContentRef, NodeRef, marshal::unmarshal_ref};

/// Children and attributes shown per element.
const SHOWN_CHILDREN: usize = 12;

/// A stanza as people read it.
pub(super) fn render(body: &[u8]) -> String {
    match unmarshal_ref(body) {
        Ok(node) => {
            let mut out = String::new();
            render_node(&node, &mut out);
            out
        }
        Err(_) => format!("[{} bytes that do not decode]", body.len()),
    }
}

/// Element names and attributes as they are; content only as its length.
fn render_node(node: &NodeRef<'_>, out: &mut String) {
    out.push('<');
    out.push_str(&node.tag);
    for (key, value) in node.attrs.iter() {
        // Writing to a string cannot fail.
        let _ = write!(out, " {}={value}", &**key);
    }
    match &node.content {
        None => out.push_str("/>"),
        Some(NodeContentRef::Bytes(bytes)) => {
            let _ = write!(out, ">[{} bytes]</{}>", bytes.len(), &*node.tag);
        }
        Some(NodeContentRef::String(text)) => {
            let _ = write!(out, ">[{} bytes]</{}>", text.len(), &*node.tag);
        }
        Some(NodeContentRef::Nodes(children)) => {
            out.push('>');
            for child in children.iter().take(SHOWN_CHILDREN) {
                render_node(child, out);
            }
            if let Some(more) = children.len().checked_sub(SHOWN_CHILDREN + 1) {
                let _ = write!(out, "[{} more]", more + 1);
            }
            let _ = write!(out, "</{}>", &*node.tag);
        }
    }
}

#[cfg(test)]
mod tests {
    use wacore_binary::builder::NodeBuilder;

    use super::*;
    use crate::wire::Stanza;

    #[test]
    fn content_is_shown_as_a_length_only() {
        let node = NodeBuilder::new("message")
            .attr("id", "A")
            .children([NodeBuilder::new("enc").bytes(b"secret".to_vec()).build()])
            .build();
        let body = Stanza::encode(&node).expect("encodes").body();
        assert_eq!(render(&body), "<message id=A><enc>[6 bytes]</enc></message>");
    }
}
