//! Where bytes are kept: a folder, or S3.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt as _};
use wagon_domain::{MessageId, OutboxId, SessionId};

use crate::https::Https;

/// A bucket and how to reach it. Its debug output shows no secret.
#[derive(Clone)]
pub struct S3 {
    pub bucket: String,
    pub region: String,
    /// Of a service that is not Amazon's.
    pub endpoint: Option<String>,
    pub access_key_id: String,
    pub secret_access_key: String,
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3")
            .field("bucket", &self.bucket)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// Bytes could not be kept or found.
#[derive(Debug, thiserror::Error)]
#[error("the media store failed")]
pub struct StoreError(#[from] object_store::Error);

/// What a file is kept for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaKey(Key);

impl MediaKey {
    /// The file at a place of a send that is not done.
    pub fn outgoing(send: &OutboxId, index: usize) -> Self {
        Self(Key::from_iter(["outgoing", send.as_str(), &index.to_string()]))
    }

    /// The file of a stored message.
    pub fn message(session: &SessionId, message: &MessageId) -> Self {
        Self(Key::from_iter(["messages", session.as_str(), message.as_str()]))
    }
}

/// Bytes that are being read.
pub struct StoredMedia {
    /// Of the whole file.
    pub size: u64,
    /// What of it `bytes` gives.
    pub range: Range<u64>,
    pub bytes: BoxStream<'static, Result<Bytes, StoreError>>,
}

/// Keeps files by key. Cheap to clone.
#[derive(Debug, Clone)]
pub struct MediaStore {
    objects: Arc<dyn ObjectStore>,
}

impl MediaStore {
    /// Keeps files in a folder, which is made.
    pub fn folder(path: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(path).map_err(|source| object_store::Error::Generic {
            store: "folder",
            source: Box::new(source),
        })?;
        let objects = LocalFileSystem::new_with_prefix(path)?.with_automatic_cleanup(true);
        Ok(Self {
            objects: Arc::new(objects),
        })
    }

    /// Keeps files in a bucket.
    pub fn s3(s3: S3) -> Result<Self, StoreError> {
        let mut builder = AmazonS3Builder::new()
            .with_http_connector(Https)
            .with_bucket_name(s3.bucket)
            .with_region(s3.region)
            .with_access_key_id(s3.access_key_id)
            .with_secret_access_key(s3.secret_access_key);
        if let Some(endpoint) = s3.endpoint {
            builder = builder
                .with_allow_http(endpoint.starts_with("http://"))
                .with_endpoint(endpoint);
        }
        Ok(Self {
            objects: Arc::new(builder.build()?),
        })
    }

    pub async fn put(&self, key: &MediaKey, bytes: Bytes) -> Result<(), StoreError> {
        self.objects.put(&key.0, bytes.into()).await?;
        Ok(())
    }

    /// The whole file; `None` if there is none.
    pub async fn get(&self, key: &MediaKey) -> Result<Option<Bytes>, StoreError> {
        match self.objects.get(&key.0).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The size of a file; `None` if there is none.
    pub async fn size(&self, key: &MediaKey) -> Result<Option<u64>, StoreError> {
        match self.objects.head(&key.0).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The file or a part of it, piece by piece; `None` if there is none.
    pub async fn read(
        &self,
        key: &MediaKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<StoredMedia>, StoreError> {
        let options = GetOptions {
            range: range.map(Into::into),
            ..GetOptions::default()
        };
        match self.objects.get_opts(&key.0, options).await {
            Ok(found) => Ok(Some(StoredMedia {
                size: found.meta.size,
                range: found.range.clone(),
                bytes: found.into_stream().map_err(StoreError).boxed(),
            })),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The sends that files are kept for.
    pub async fn outgoing(&self) -> Result<HashSet<OutboxId>, StoreError> {
        let prefix = Key::from("outgoing");
        let listed: Vec<_> = self.objects.list(Some(&prefix)).try_collect().await?;
        let send =
            |file: &ObjectMeta| -> Option<OutboxId> { file.location.parts().nth(1)?.as_ref().parse().ok() };
        Ok(listed.iter().filter_map(send).collect())
    }

    /// The messages that files are kept for.
    pub fn messages(&self) -> BoxStream<'static, Result<(SessionId, MessageId), StoreError>> {
        let owner = |file: ObjectMeta| {
            let mut parts = file.location.parts().skip(1);
            let session = parts.next()?.as_ref().parse().ok()?;
            Some((session, parts.next()?.as_ref().parse().ok()?))
        };
        self.objects
            .list(Some(&Key::from("messages")))
            .map_err(StoreError)
            .try_filter_map(move |file| std::future::ready(Ok(owner(file))))
            .boxed()
    }

    /// Drops the files of a send.
    pub async fn drop_outgoing(&self, send: &OutboxId) -> Result<(), StoreError> {
        let prefix = Key::from_iter(["outgoing", send.as_str()]);
        let listed: Vec<_> = self.objects.list(Some(&prefix)).try_collect().await?;
        for file in listed {
            self.delete(&MediaKey(file.location)).await?;
        }
        Ok(())
    }

    /// Drops a file; one that is not there is no error.
    pub async fn delete(&self, key: &MediaKey) -> Result<(), StoreError> {
        match self.objects.delete(&key.0).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests;
