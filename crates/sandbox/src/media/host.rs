use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    Router,
    routing::{get, post},
};
use bytes::Bytes;

use super::{
    blobs::{BlobStore, Lookup},
    download, upload,
};

/// How much a [`MediaHost`] accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MediaLimits {
    /// Bytes kept in total; the oldest blobs are dropped beyond that.
    pub(crate) total: usize,
    /// Bytes of one upload.
    pub(crate) upload: usize,
}

impl Default for MediaLimits {
    fn default() -> Self {
        Self {
            total: 1024 * 1024 * 1024,
            upload: 128 * 1024 * 1024,
        }
    }
}

/// Keeps uploaded blobs and serves them. Clones share the same blobs.
#[derive(Debug, Clone)]
pub(crate) struct MediaHost {
    limits: MediaLimits,
    blobs: Arc<Mutex<BlobStore>>,
    pub(super) auth: Arc<Mutex<String>>,
}

impl MediaHost {
    pub(crate) fn new() -> Self {
        Self::with_limits(MediaLimits::default())
    }

    pub(crate) fn with_limits(limits: MediaLimits) -> Self {
        Self {
            limits,
            blobs: Arc::new(Mutex::new(BlobStore::new(limits.total))),
            auth: Arc::new(Mutex::new("sandbox".to_owned())),
        }
    }

    /// The upload and download routes, at the paths that clients hard-code.
    pub(crate) fn router(&self) -> Router {
        let uploads = post(upload::handle);
        Router::new()
            .route("/mms/{kind}/{token}", uploads.clone())
            .route("/product/{kind}/{token}", uploads.clone())
            .route("/newsletter/{kind}/{token}", uploads.clone())
            .route("/pps/{kind}/{token}", uploads)
            .route("/v/{kind}/{token}", get(download::handle))
            .with_state(self.clone())
    }

    /// Keeps a complete blob and answers the path to fetch it from.
    pub(crate) fn put(&self, kind: &str, token: &str, blob: Bytes) -> String {
        let path = direct_path(kind, token);
        self.blobs().complete(&path, blob);
        path
    }

    /// A blob as it was uploaded.
    pub(crate) fn get(&self, path: &str) -> Option<Bytes> {
        match self.blobs().lookup(path) {
            Lookup::Complete(blob) => Some(blob),
            Lookup::Partial(_) | Lookup::Expired | Lookup::Unknown => None,
        }
    }

    pub(super) fn upload_limit(&self) -> usize {
        self.limits.upload
    }

    pub(super) fn blobs(&self) -> MutexGuard<'_, BlobStore> {
        // Every method of the store leaves it consistent at each step, so a poisoned one is still usable.
        self.blobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a blob of `kind` with the ciphertext hash `token` is fetched from.
pub(super) fn direct_path(kind: &str, token: &str) -> String {
    format!("/v/{kind}/{token}")
}
