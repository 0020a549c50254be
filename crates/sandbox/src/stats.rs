//! Counters for the admin API.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{state::lock, wire::handshake::Pattern};

/// Distinct unknown shapes that are counted; a client could make up any number of them.
const SHAPES: usize = 500;
/// Longest part of a shape's name.
const SHAPE_PART: usize = 64;

#[derive(Default)]
pub(crate) struct Stats {
    messages: AtomicU64,
    decrypted: AtomicU64,
    undecryptable: AtomicU64,
    handshakes: Mutex<BTreeMap<&'static str, u64>>,
    unknown: Mutex<BTreeMap<String, u64>>,
}

impl Stats {
    /// A message stanza was routed.
    pub(crate) fn message(&self) {
        self.messages.fetch_add(1, Ordering::Relaxed);
    }

    /// A phone opened a message, or failed to.
    pub(crate) fn opened(&self, success: bool) {
        let counter = if success {
            &self.decrypted
        } else {
            &self.undecryptable
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn handshake(&self, pattern: Pattern) {
        *lock(&self.handshakes).entry(pattern.name()).or_default() += 1;
    }

    /// A stanza came in that nothing here answers.
    pub(crate) fn unknown(&self, parts: &[&str]) {
        let parts: Vec<String> = parts
            .iter()
            .map(|part| part.chars().take(SHAPE_PART).collect())
            .collect();
        let shape = parts.join("|");
        tracing::warn!(shape, "no answer for this stanza");
        let mut unknown = lock(&self.unknown);
        if unknown.len() < SHAPES || unknown.contains_key(&shape) {
            *unknown.entry(shape).or_default() += 1;
        }
    }

    pub(crate) fn snapshot(&self) -> serde_json::Value {
        serde_json::json!({
            "messages": self.messages.load(Ordering::Relaxed),
            "phones": {
                "decrypted": self.decrypted.load(Ordering::Relaxed),
                "undecryptable": self.undecryptable.load(Ordering::Relaxed),
            },
            "handshakes": *lock(&self.handshakes),
            "unknown": *lock(&self.unknown),
        })
    }

    pub(crate) fn reset(&self) {
        for counter in [&self.messages, &self.decrypted, &self.undecryptable] {
            counter.store(0, Ordering::Relaxed);
        }
        lock(&self.handshakes).clear();
        lock(&self.unknown).clear();
    }
}
