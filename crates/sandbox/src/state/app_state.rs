//! Collections of app state as the server keeps them: encrypted records that it can order, but not read.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
};

use buffa::{Message as _, MessageField};
use serde::{Deserialize, Serialize};
use wacore::appstate::schemas::COLLECTIONS;
use waproto::whatsapp::{
    KeyId, SyncdMutation, SyncdPatch, SyncdRecord, SyncdSnapshot, SyncdVersion,
    syncd_mutation::SyncdOperation,
};

use super::lock;
use crate::keys::Blob;

/// Patches kept per collection; who is further behind gets a snapshot.
const KEPT: usize = 200;
/// Patches in one answer.
const PER_ANSWER: usize = 50;

/// The app state of one account.
#[derive(Default)]
pub(crate) struct AppState(Mutex<BTreeMap<&'static str, Collection>>);

#[derive(Default)]
struct Collection {
    version: u64,
    /// Encoded, the latest last; that one made `version`.
    patches: VecDeque<Vec<u8>>,
    /// By the MAC of their index.
    records: BTreeMap<Vec<u8>, SyncdRecord>,
    /// What the author of the latest patch says of the whole; the server cannot compute it.
    mac: Option<Vec<u8>>,
    key_id: Option<Vec<u8>>,
}

/// What a device lacks.
pub(crate) struct Pull {
    pub(crate) version: u64,
    /// Encoded, in order.
    pub(crate) patches: Vec<Vec<u8>>,
    /// Whether there are more than fit into one answer.
    pub(crate) more: bool,
}

/// Why a patch was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PushError {
    /// There is no such collection.
    Unknown,
    /// It builds on another version than the current one.
    Conflict,
    /// It lacks what every patch has, or removes and sets in ways no client does.
    Malformed,
}

/// The stored form of a collection.
#[derive(Serialize, Deserialize)]
pub(crate) struct CollectionRecord {
    snapshot: Blob,
    patches: Vec<Blob>,
}

/// The name of a collection that exists.
fn known(name: &str) -> Option<&'static str> {
    COLLECTIONS
        .iter()
        .map(|collection| collection.as_str())
        .find(|known| *known == name)
}

impl AppState {
    /// Whether anything was ever written.
    pub(crate) fn is_written(&self) -> bool {
        lock(&self.0).values().any(|collection| collection.version > 0)
    }

    /// Takes a patch that builds on version `base`. Answers the version it makes.
    pub(crate) fn push(&self, name: &str, base: u64, patch: SyncdPatch) -> Result<u64, PushError> {
        let name = known(name).ok_or(PushError::Unknown)?;
        let mut collections = lock(&self.0);
        let collection = collections.entry(name).or_default();
        if base != collection.version {
            return Err(PushError::Conflict);
        }
        collection.apply(patch)?;
        Ok(collection.version)
    }

    /// The patches after `version`; `None` when they are no longer kept and only a snapshot will do.
    pub(crate) fn since(&self, name: &str, version: u64) -> Option<Pull> {
        let collections = lock(&self.0);
        let Some(collection) = known(name).and_then(|name| collections.get(name)) else {
            return Some(Pull {
                version: 0,
                patches: Vec::new(),
                more: false,
            });
        };
        let missing = usize::try_from(collection.version.saturating_sub(version)).ok()?;
        let start = collection.patches.len().checked_sub(missing)?;
        let patches: Vec<_> = collection
            .patches
            .range(start..)
            .take(PER_ANSWER)
            .cloned()
            .collect();
        Some(Pull {
            version: version + patches.len() as u64,
            more: patches.len() < missing,
            patches,
        })
    }

    /// The whole collection; `None` while nothing was ever written to it.
    pub(crate) fn snapshot(&self, name: &str) -> Option<SyncdSnapshot> {
        let collections = lock(&self.0);
        known(name)
            .and_then(|name| collections.get(name))
            .filter(|collection| collection.version > 0)
            .map(Collection::snapshot)
    }

    pub(crate) fn records(&self) -> BTreeMap<String, CollectionRecord> {
        lock(&self.0)
            .iter()
            .map(|(name, collection)| {
                let record = CollectionRecord {
                    snapshot: Blob(collection.snapshot().encode_to_vec()),
                    patches: collection.patches.iter().cloned().map(Blob).collect(),
                };
                ((*name).to_owned(), record)
            })
            .collect()
    }

    /// A collection that does not read is left out: its devices start it anew.
    pub(crate) fn restore(records: BTreeMap<String, CollectionRecord>) -> Self {
        let collections = records
            .into_iter()
            .filter_map(|(name, record)| Some((known(&name)?, Collection::restore(record)?)));
        Self(Mutex::new(collections.collect()))
    }
}

impl Collection {
    fn apply(&mut self, mut patch: SyncdPatch) -> Result<(), PushError> {
        let complete = patch.snapshot_mac.is_some() && patch.patch_mac.is_some();
        if !complete || patch.external_mutations.is_set() {
            return Err(PushError::Malformed);
        }
        let mut removed = Vec::new();
        let mut set = Vec::new();
        for mutation in &patch.mutations {
            let (index, record) = parts(mutation).ok_or(PushError::Malformed)?;
            match mutation
                .operation
                .map_or(Some(SyncdOperation::SET), |operation| operation.as_known())
            {
                Some(SyncdOperation::SET) => set.push((index, record.clone())),
                Some(SyncdOperation::REMOVE) => removed.push(index),
                None => return Err(PushError::Malformed),
            }
        }
        for index in removed {
            self.records.remove(&index);
        }
        self.records.extend(set);
        self.version += 1;
        self.mac.clone_from(&patch.snapshot_mac);
        self.key_id = patch.key_id.as_option().and_then(|key| key.id.clone());
        // Clients leave the version to the server, which hands it out with the patch.
        patch.version = version(self.version);
        self.patches.push_back(patch.encode_to_vec());
        if self.patches.len() > KEPT {
            self.patches.pop_front();
        }
        Ok(())
    }

    fn snapshot(&self) -> SyncdSnapshot {
        SyncdSnapshot {
            version: version(self.version),
            records: self.records.values().cloned().collect(),
            mac: self.mac.clone(),
            key_id: MessageField::some(KeyId {
                id: self.key_id.clone(),
            }),
        }
    }

    fn restore(record: CollectionRecord) -> Option<Self> {
        let snapshot = SyncdSnapshot::decode_from_slice(&record.snapshot.0).ok()?;
        let records = snapshot.records.into_iter().filter_map(|record| {
            let index = record.index.as_option()?.blob.clone()?;
            Some((index, record))
        });
        Some(Self {
            version: snapshot.version.as_option()?.version?,
            patches: record.patches.into_iter().map(|patch| patch.0).collect(),
            records: records.collect(),
            mac: snapshot.mac,
            key_id: snapshot.key_id.as_option().and_then(|key| key.id.clone()),
        })
    }
}

fn version(version: u64) -> MessageField<SyncdVersion> {
    MessageField::some(SyncdVersion {
        version: Some(version),
    })
}

fn parts(mutation: &SyncdMutation) -> Option<(Vec<u8>, &SyncdRecord)> {
    let record = mutation.record.as_option()?;
    Some((record.index.as_option()?.blob.clone()?, record))
}

#[cfg(test)]
mod tests {
    use waproto::whatsapp::{SyncdIndex, SyncdValue};

    use super::*;

    fn patch(operation: SyncdOperation, index: u8, value: u8) -> SyncdPatch {
        let record = SyncdRecord {
            index: MessageField::some(SyncdIndex {
                blob: Some(vec![index; 32]),
            }),
            value: MessageField::some(SyncdValue {
                blob: Some(vec![value; 48]),
            }),
            ..Default::default()
        };
        SyncdPatch {
            mutations: vec![SyncdMutation {
                operation: Some(operation.into()),
                record: MessageField::some(record),
            }],
            snapshot_mac: Some(vec![value; 32]),
            patch_mac: Some(vec![value; 32]),
            ..Default::default()
        }
    }

    #[test]
    fn a_patch_on_an_old_version_conflicts_and_the_missing_ones_are_kept() {
        let state = AppState::default();
        assert_eq!(state.push("regular", 0, patch(SyncdOperation::SET, 1, 1)), Ok(1));
        assert_eq!(
            state.push("regular", 0, patch(SyncdOperation::SET, 2, 2)),
            Err(PushError::Conflict)
        );
        assert_eq!(state.push("regular", 1, patch(SyncdOperation::SET, 2, 2)), Ok(2));
        let pull = state.since("regular", 1).expect("kept");
        assert_eq!((pull.version, pull.patches.len(), pull.more), (2, 1, false));
        let stamped = SyncdPatch::decode_from_slice(&pull.patches[0]).expect("a patch");
        assert_eq!(stamped.version.version, Some(2));
        assert_eq!(
            state.push("nonsense", 0, patch(SyncdOperation::SET, 1, 1)),
            Err(PushError::Unknown)
        );
    }

    #[test]
    fn a_snapshot_holds_what_is_left_and_survives_storage() {
        let state = AppState::default();
        assert!(state.snapshot("regular").is_none());
        for (base, change) in [
            patch(SyncdOperation::SET, 1, 1),
            patch(SyncdOperation::SET, 2, 2),
            patch(SyncdOperation::REMOVE, 1, 3),
        ]
        .into_iter()
        .enumerate()
        {
            state.push("regular", base as u64, change).expect("in order");
        }
        let again = AppState::restore(state.records());
        let snapshot = again.snapshot("regular").expect("written to");
        assert_eq!(snapshot.version.version, Some(3));
        assert_eq!(snapshot.records.len(), 1);
        assert_eq!(snapshot.mac, Some(vec![3; 32]));
        assert_eq!(again.since("regular", 0).expect("kept").patches.len(), 3);
    }

    #[test]
    fn who_is_too_far_behind_needs_a_snapshot() {
        let state = AppState::default();
        for base in 0..=KEPT as u64 {
            state
                .push("regular", base, patch(SyncdOperation::SET, 1, 1))
                .expect("in order");
        }
        assert!(state.since("regular", 0).is_none());
        let pull = state.since("regular", 1).expect("kept");
        assert!(pull.more);
        assert_eq!(pull.version, 1 + PER_ANSWER as u64);
    }
}
