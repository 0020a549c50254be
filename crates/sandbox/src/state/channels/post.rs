use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use wacore_binary::CompactString;

use crate::keys::base64_bytes;

/// A message in a channel, and what its readers did with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Post {
    /// Counts the channel's messages; readers name a message by it.
    pub(crate) server_id: u64,
    /// The id that its author gave it.
    pub(crate) id: String,
    pub(crate) author: CompactString,
    pub(crate) time: u64,
    /// The type and media type of its stanza.
    pub(crate) kind: String,
    pub(crate) media: Option<String>,
    /// The encoded message, which is not encrypted.
    #[serde(with = "base64_bytes")]
    pub(crate) message: Vec<u8>,
    /// When it was changed last.
    pub(crate) edited: Option<u64>,
    pub(super) reactions: BTreeMap<CompactString, String>,
    pub(super) viewers: BTreeSet<CompactString>,
}

impl Post {
    pub(crate) fn new(
        id: &str,
        author: &CompactString,
        time: u64,
        kind: &str,
        media: Option<&str>,
        message: Vec<u8>,
    ) -> Self {
        Self {
            server_id: 0,
            id: id.to_owned(),
            author: author.clone(),
            time,
            kind: kind.to_owned(),
            media: media.map(ToOwned::to_owned),
            message,
            edited: None,
            reactions: BTreeMap::new(),
            viewers: BTreeSet::new(),
        }
    }

    /// How often each reaction was given, in order of the emojis.
    pub(crate) fn reactions(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for reaction in self.reactions.values() {
            *counts.entry(reaction.as_str()).or_default() += 1;
        }
        counts
    }

    /// What one account answered with.
    pub(crate) fn reaction_of(&self, reader: &CompactString) -> Option<&str> {
        self.reactions.get(reader).map(String::as_str)
    }

    pub(crate) fn views(&self) -> usize {
        self.viewers.len()
    }
}
