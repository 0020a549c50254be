use wacore_binary::{Node, NodeContent, NodeRef};

/// This far from its end every kind of ciphertext has something that is authenticated; behind it may
/// be numbers whose change nobody would notice.
const FROM_THE_END: usize = 20;

/// The stanza with a bit changed in the content of every element of that name.
pub(super) fn corrupt(node: &NodeRef<'_>, element: &str) -> Node {
    let mut node = node.to_owned();
    each(&mut node, &mut |node| {
        if node.tag == *element {
            flip(node);
        }
    });
    node
}

/// The stanza with key bundles that lack their one-time keys.
pub(super) fn without_one_time_keys(node: &NodeRef<'_>) -> Node {
    let mut node = node.to_owned();
    each(&mut node, &mut |node| {
        if node.tag == *"user"
            && let Some(NodeContent::Nodes(children)) = &mut node.content
        {
            children.retain(|child| child.tag != *"key");
        }
    });
    node
}

fn flip(node: &mut Node) {
    if let Some(NodeContent::Bytes(bytes)) = &mut node.content {
        let index = bytes.len().saturating_sub(FROM_THE_END);
        if let Some(byte) = bytes.get_mut(index) {
            *byte ^= 1;
        }
    }
}

fn each(node: &mut Node, change: &mut impl FnMut(&mut Node)) {
    change(node);
    if let Some(NodeContent::Nodes(children)) = &mut node.content {
        for child in children {
            each(child, change);
        }
    }
}

#[cfg(test)]
mod tests {
    use wacore_binary::builder::NodeBuilder;

    use super::*;

    fn leaf(tag: &'static str, bytes: &[u8]) -> Node {
        NodeBuilder::new(tag).bytes(bytes.to_vec()).build()
    }

    #[test]
    fn only_the_named_elements_change() {
        let node = NodeBuilder::new("message")
            .children([leaf("enc", &[1, 2]), leaf("other", &[1, 2])])
            .build();
        let changed = NodeBuilder::new("message")
            .children([leaf("enc", &[0, 2]), leaf("other", &[1, 2])])
            .build();
        assert_eq!(corrupt(&node.as_node_ref(), "enc"), changed);
    }

    #[test]
    fn bundles_lose_one_time_keys_and_keep_signed_ones() {
        let bundle = |children: Vec<Node>| {
            let user = NodeBuilder::new("user").children(children).build();
            NodeBuilder::new("list").children([user]).build()
        };
        let whole = bundle(vec![leaf("key", &[1]), leaf("skey", &[2])]);
        let left = bundle(vec![leaf("skey", &[2])]);
        assert_eq!(without_one_time_keys(&whole.as_node_ref()), left);
    }
}
