//! Stanzas in encoded form, and readers for decoded ones.

use std::borrow::Cow;

use bytes::Bytes;
use wacore_binary::{
    Jid, JidRef, Node, NodeContentRef, NodeRef, NodeStr, OwnedNodeRef,
    jid::JidExt as _,
    node::{AttrsRef, ValueRef},
};

use super::Error;

/// A stanza encoded once and shared by queue, socket, transcript and state file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stanza(Bytes);

impl Stanza {
    /// Takes bytes that start with the flag byte of the stanza codec.
    pub(crate) fn from_encoded(bytes: impl Into<Bytes>) -> Self {
        Self(bytes.into())
    }

    pub(crate) fn encode(node: &Node) -> Result<Self, Error> {
        Ok(Self(wacore_binary::marshal_auto(node)?.into()))
    }

    pub(crate) fn encode_ref(node: &NodeRef<'_>) -> Result<Self, Error> {
        Ok(Self(wacore_binary::marshal_ref_auto(node)?.into()))
    }

    /// The bytes a frame carries, flag byte first.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes behind the flag byte.
    pub(crate) fn body(&self) -> Bytes {
        self.0.slice(1.min(self.0.len())..)
    }

    pub(crate) fn decode(&self) -> Result<OwnedNodeRef, Error> {
        Ok(OwnedNodeRef::new(self.body())?)
    }

    /// The same stanza marked as the n-th one of an offline delivery.
    pub(crate) fn replayed(&self, position: usize) -> Result<Self, Error> {
        let decoded = self.decode()?;
        let node = decoded.get();
        let mut attributes = Attributes::with_capacity(node.attrs.len() + 1);
        for (key, value) in node.attrs.iter() {
            attributes.push(key.clone(), value.clone());
        }
        attributes.text("offline", position.to_string());
        Self::encode_ref(&NodeRef::new(
            node.tag.clone(),
            attributes.build(),
            node.content.clone(),
        ))
    }
}

/// Collects the attributes of a borrowed stanza.
pub(crate) struct Attributes<'a>(Vec<(NodeStr<'a>, ValueRef<'a>)>);

impl<'a> Attributes<'a> {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    pub(crate) fn push(&mut self, key: NodeStr<'a>, value: ValueRef<'a>) {
        self.0.push((key, value));
    }

    pub(crate) fn text(&mut self, key: &'static str, value: impl Into<Cow<'a, str>>) {
        let value = match value.into() {
            Cow::Borrowed(text) => NodeStr::Borrowed(text),
            Cow::Owned(text) => NodeStr::from(wacore_binary::CompactString::from(text)),
        };
        self.push(NodeStr::Borrowed(key), ValueRef::String(value));
    }

    pub(crate) fn jid(&mut self, key: &'static str, jid: &'a Jid) {
        self.push(NodeStr::Borrowed(key), ValueRef::Jid(borrow(jid)));
    }

    pub(crate) fn build(self) -> AttrsRef<'a> {
        AttrsRef::from_vec(self.0)
    }
}

fn borrow(jid: &Jid) -> JidRef<'_> {
    JidRef {
        user: NodeStr::Borrowed(jid.user()),
        server: jid.server,
        agent: jid.agent,
        device: jid.device,
        integrator: jid.integrator,
    }
}

/// An attribute as text.
pub(crate) fn attr_str<'n>(node: &'n NodeRef<'_>, key: &str) -> Option<Cow<'n, str>> {
    node.get_attr(key).map(ValueRef::as_str)
}

/// An attribute as a JID.
pub(crate) fn attr_jid(node: &NodeRef<'_>, key: &str) -> Option<Jid> {
    node.get_attr(key).and_then(ValueRef::to_jid)
}

/// All child elements; none if the content is something else.
pub(crate) fn nodes<'n, 'a>(node: &'n NodeRef<'a>) -> &'n [NodeRef<'a>] {
    node.children().unwrap_or_default()
}

/// The first child element of that name.
pub(crate) fn child<'n, 'a>(node: &'n NodeRef<'a>, tag: &str) -> Option<&'n NodeRef<'a>> {
    nodes(node).iter().find(|child| child.tag == *tag)
}

/// Binary content. Short values that happen to be dictionary words arrive as text.
pub(crate) fn content<'n>(node: &'n NodeRef<'_>) -> &'n [u8] {
    match &node.content {
        Some(NodeContentRef::Bytes(bytes)) => bytes,
        Some(NodeContentRef::String(text)) => text.as_bytes(),
        _ => &[],
    }
}

/// Text content, whichever way the client wrote it.
pub(crate) fn text<'n>(node: &'n NodeRef<'_>) -> Cow<'n, str> {
    String::from_utf8_lossy(content(node))
}

#[cfg(test)]
mod tests {
    use wacore_binary::builder::NodeBuilder;

    use super::*;

    #[test]
    fn a_replayed_stanza_keeps_its_parts() {
        let node = NodeBuilder::new("message")
            .attr("from", Jid::pn_device("15550000001", 3))
            .attr("id", "ABC")
            .children([NodeBuilder::new("enc")
                .attr("type", "msg")
                .bytes(vec![1, 2, 3])
                .build()])
            .build();
        let stanza = Stanza::encode(&node)
            .expect("encodes")
            .replayed(7)
            .expect("replays");
        let decoded = stanza.decode().expect("decodes");
        let node = decoded.get();
        assert_eq!(attr_str(node, "offline").as_deref(), Some("7"));
        assert_eq!(attr_str(node, "id").as_deref(), Some("ABC"));
        assert_eq!(attr_jid(node, "from"), Some(Jid::pn_device("15550000001", 3)));
        assert_eq!(content(child(node, "enc").expect("enc")), [1, 2, 3]);
    }
}
