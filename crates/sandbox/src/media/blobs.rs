use std::collections::{HashMap, HashSet, VecDeque};

use bytes::Bytes;

/// Paths of dropped blobs that are remembered, to answer "gone" instead of "never existed".
const REMEMBERED_EXPIRIES: usize = 4096;

/// What is known about a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lookup {
    Complete(Bytes),
    /// An interrupted upload left this many bytes.
    Partial(usize),
    Expired,
    Unknown,
}

#[derive(Debug)]
enum Blob {
    Partial(Bytes),
    Complete(Bytes),
}

impl Blob {
    fn len(&self) -> usize {
        match self {
            Self::Partial(bytes) | Self::Complete(bytes) => bytes.len(),
        }
    }
}

/// Blobs by path, bounded in total size; the oldest go first.
#[derive(Debug)]
pub(super) struct BlobStore {
    limit: usize,
    total: usize,
    blobs: HashMap<String, Blob>,
    oldest_first: VecDeque<String>,
    expired: HashSet<String>,
    /// Expired blobs that their senders' and readers' phones still have.
    on_phones: HashMap<String, Bytes>,
    expired_oldest_first: VecDeque<String>,
}

impl BlobStore {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            total: 0,
            blobs: HashMap::new(),
            oldest_first: VecDeque::new(),
            expired: HashSet::new(),
            on_phones: HashMap::new(),
            expired_oldest_first: VecDeque::new(),
        }
    }

    pub(super) fn lookup(&self, path: &str) -> Lookup {
        match self.blobs.get(path) {
            Some(Blob::Complete(bytes)) => Lookup::Complete(bytes.clone()),
            Some(Blob::Partial(bytes)) => Lookup::Partial(bytes.len()),
            None if self.expired.contains(path) => Lookup::Expired,
            None => Lookup::Unknown,
        }
    }

    pub(super) fn complete(&mut self, path: &str, bytes: Bytes) {
        self.insert(path, Blob::Complete(bytes));
    }

    /// Keeps what arrived of an interrupted upload. A complete blob is never replaced by a part of it.
    pub(super) fn keep_partial(&mut self, path: &str, bytes: Bytes) {
        if !bytes.is_empty() && !matches!(self.blobs.get(path), Some(Blob::Complete(_))) {
            self.insert(path, Blob::Partial(bytes));
        }
    }

    /// Takes the interrupted upload out, so that the continuation can grow the same buffer.
    pub(super) fn take_partial(&mut self, path: &str) -> Option<Bytes> {
        if !matches!(self.blobs.get(path), Some(Blob::Partial(_))) {
            return None;
        }
        match self.remove(path) {
            Some(Blob::Partial(bytes)) => Some(bytes),
            Some(Blob::Complete(_)) | None => None,
        }
    }

    /// Drops a complete blob; says whether there was one.
    pub(super) fn expire(&mut self, path: &str, lost: bool) -> bool {
        if !matches!(self.blobs.get(path), Some(Blob::Complete(_))) {
            return false;
        }
        if let Some(Blob::Complete(bytes)) = self.remove(path)
            && !lost
        {
            self.on_phones.insert(path.to_owned(), bytes);
        }
        self.remember_expiry(path.to_owned());
        true
    }

    pub(super) fn kept_by_phones(&self, path: &str) -> Option<Bytes> {
        self.on_phones.get(path).cloned()
    }

    fn insert(&mut self, path: &str, blob: Blob) {
        self.remove(path);
        if self.expired.remove(path) {
            self.expired_oldest_first.retain(|known| known != path);
        }
        self.total += blob.len();
        self.blobs.insert(path.to_owned(), blob);
        self.oldest_first.push_back(path.to_owned());
        while self.total > self.limit
            && let Some(oldest) = self.oldest_first.front().cloned()
        {
            if let Some(Blob::Complete(_)) = self.remove(&oldest) {
                self.remember_expiry(oldest);
            }
        }
    }

    fn remove(&mut self, path: &str) -> Option<Blob> {
        let blob = self.blobs.remove(path)?;
        self.total -= blob.len();
        if self.oldest_first.front().is_some_and(|oldest| oldest == path) {
            self.oldest_first.pop_front();
        } else {
            self.oldest_first.retain(|known| known != path);
        }
        Some(blob)
    }

    fn remember_expiry(&mut self, path: String) {
        if self.expired_oldest_first.len() == REMEMBERED_EXPIRIES
            && let Some(forgotten) = self.expired_oldest_first.pop_front()
        {
            self.expired.remove(&forgotten);
        }
        self.expired.insert(path.clone());
        self.expired_oldest_first.push_back(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(len: usize) -> Bytes {
        Bytes::from(vec![7; len])
    }

    #[test]
    fn drops_the_oldest_beyond_the_limit_and_remembers_them_as_expired() {
        let mut store = BlobStore::new(10);
        store.complete("/a", bytes(4));
        store.complete("/b", bytes(4));
        store.complete("/c", bytes(4));

        assert_eq!(store.lookup("/a"), Lookup::Expired);
        assert_eq!(store.lookup("/b"), Lookup::Complete(bytes(4)));
        assert_eq!(store.lookup("/c"), Lookup::Complete(bytes(4)));
        assert_eq!(store.lookup("/d"), Lookup::Unknown);
        assert_eq!(store.total, 8);

        store.complete("/a", bytes(2));
        assert_eq!(
            store.lookup("/a"),
            Lookup::Complete(bytes(2)),
            "uploading again revives an expired blob"
        );
    }

    #[test]
    fn a_blob_above_the_limit_empties_the_store_without_breaking_it() {
        let mut store = BlobStore::new(10);
        store.complete("/small", bytes(1));
        store.complete("/huge", bytes(11));
        assert_eq!(store.lookup("/huge"), Lookup::Expired);
        assert_eq!(store.total, 0);
        assert!(store.oldest_first.is_empty());
    }

    #[test]
    fn replacing_a_blob_counts_it_once() {
        let mut store = BlobStore::new(10);
        store.complete("/a", bytes(6));
        store.complete("/a", bytes(6));
        assert_eq!(store.total, 6);
        assert_eq!(store.oldest_first.len(), 1);
    }

    #[test]
    fn partial_uploads_are_taken_once_and_never_shadow_a_complete_blob() {
        let mut store = BlobStore::new(10);
        store.keep_partial("/a", bytes(3));
        assert_eq!(store.lookup("/a"), Lookup::Partial(3));
        assert_eq!(store.take_partial("/a"), Some(bytes(3)));
        assert_eq!(store.take_partial("/a"), None);

        store.complete("/a", bytes(5));
        store.keep_partial("/a", bytes(2));
        assert_eq!(store.take_partial("/a"), None);
        assert_eq!(store.lookup("/a"), Lookup::Complete(bytes(5)));
    }

    #[test]
    fn forgets_the_oldest_expiries() {
        let mut store = BlobStore::new(0);
        for index in 0..=REMEMBERED_EXPIRIES {
            store.complete(&format!("/{index}"), bytes(1));
        }
        assert_eq!(store.lookup("/0"), Lookup::Unknown);
        assert_eq!(store.lookup("/1"), Lookup::Expired);
        assert_eq!(store.expired.len(), REMEMBERED_EXPIRIES);
    }
}
