//! What happens to media on the host with time: it expires, and phones upload it again.

use super::{MediaHost, blobs::Lookup};

impl MediaHost {
    /// Drops a blob as the real host does after some weeks: it answers 410 from now on. Phones still
    /// have it, unless it is `lost`. Says whether there was one.
    pub(crate) fn expire(&self, path: &str, lost: bool) -> bool {
        self.blobs().expire(path, lost)
    }

    /// Puts what a phone still has of an expired blob to a new path.
    pub(crate) fn upload_again(&self, path: &str) -> Option<String> {
        let mut blobs = self.blobs();
        let blob = match blobs.lookup(path) {
            Lookup::Complete(blob) => blob,
            _ => blobs.kept_by_phones(path)?,
        };
        let again = format!("{path}-{:08x}", rand::random::<u32>());
        blobs.complete(&again, blob);
        Some(again)
    }

    /// The credential that clients are given with the host's address.
    pub(crate) fn auth(&self) -> String {
        crate::state::lock(&self.auth).clone()
    }

    /// Makes clients fetch a new credential: the old one is refused with 401 from now on.
    pub(crate) fn rotate_auth(&self) {
        *crate::state::lock(&self.auth) = format!("sandbox-{:016x}", rand::random::<u64>());
    }

    /// Whether a request may be served. Not all clients send a credential to download.
    pub(super) fn admits(&self, auth: Option<&str>) -> bool {
        auth.is_none_or(|auth| auth == self.auth())
    }
}
