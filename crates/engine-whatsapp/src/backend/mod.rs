//! whatsapp-rust's storage traits on Wagon's store.
//!
//! Every kind of record is a set of encrypted key-value rows of one session, so a number's keys
//! share the database, its backups and its encryption. Records whose loss the protocol repairs by
//! itself are written behind; everything else is durable before the call returns.

mod app_sync;
mod behind;
mod device;
mod msg_secrets;
mod protocol;
mod retries;
mod signal;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;
use wacore::store::error::{Result, StoreError};
use wagon_domain::SessionId;
use wagon_store::{StateRow, Store};

use crate::redelivered::Redelivered;
use behind::{Behind, What};

/// The kinds of records. The words are stored, so they never change.
mod kind {
    pub(super) const DEVICE: &str = "device";
    pub(super) const IDENTITY: &str = "identity";
    pub(super) const SESSION: &str = "session";
    pub(super) const PRE_KEY: &str = "pre_key";
    pub(super) const SIGNED_PRE_KEY: &str = "signed_pre_key";
    pub(super) const SENDER_KEY: &str = "sender_key";
    pub(super) const SENDER_KEY_DEVICE: &str = "sender_key_device";
    pub(super) const SYNC_KEY: &str = "sync_key";
    pub(super) const SYNC_KEY_LATEST: &str = "sync_key_latest";
    pub(super) const SYNC_VERSION: &str = "sync_version";
    pub(super) const MUTATION_MAC: &str = "mutation_mac";
    pub(super) const LID_MAPPING: &str = "lid_mapping";
    pub(super) const BASE_KEY: &str = "base_key";
    pub(super) const DEVICE_LIST: &str = "device_list";
    pub(super) const GROUP: &str = "group";
    pub(super) const TC_TOKEN: &str = "tc_token";
    pub(super) const SENT_MESSAGE: &str = "sent_message";
    pub(super) const RETRY_REQUEST: &str = "retry_request";
    pub(super) const PENDING_INBOUND: &str = "pending_inbound";
    pub(super) const MSG_SECRET: &str = "msg_secret";
}

/// One session's key store.
#[derive(Clone)]
pub struct DeviceBackend {
    store: Store,
    session: SessionId,
    closed: Arc<AtomicBool>,
    behind: Arc<Behind>,
    lists_dropped: Arc<AtomicU64>,
    redelivered: Arc<Redelivered>,
}

impl DeviceBackend {
    pub fn new(store: Store, session: SessionId) -> Self {
        Self {
            store,
            session,
            closed: Arc::default(),
            behind: Arc::default(),
            lists_dropped: Arc::default(),
            redelivered: Arc::default(),
        }
    }

    /// How often a device list was thrown away, to be asked for anew.
    pub(crate) fn device_lists_dropped(&self) -> u64 {
        self.lists_dropped.load(Ordering::Acquire)
    }

    pub(crate) fn redelivered(&self) -> &Redelivered {
        &self.redelivered
    }

    /// Refuses every later write: a straggler of a connection that is over must not bring back
    /// state that was cleared, or overwrite that of its successor.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    fn open(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) {
            return Err(StoreError::Validation(
                "this connection's key store is closed".into(),
            ));
        }
        Ok(())
    }

    async fn get(&self, kind: &'static str, id: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.row(kind, id).await?.map(|row| row.value))
    }

    async fn row(&self, kind: &'static str, id: &str) -> Result<Option<StateRow>> {
        self.store
            .get_state(&self.session, kind, id)
            .await
            .map_err(database)
    }

    async fn get_json<T: DeserializeOwned>(&self, kind: &'static str, id: &str) -> Result<Option<T>> {
        self.get(kind, id).await?.map(|bytes| decode(&bytes)).transpose()
    }

    async fn put(&self, kind: &'static str, rows: Vec<StateRow>) -> Result<()> {
        self.open()?;
        if rows.is_empty() {
            return Ok(());
        }
        let session = self.session.clone();
        self.store
            .write(move |tx| Box::pin(async move { tx.put_state(&session, kind, &rows).await }))
            .await
            .map_err(database)
    }

    async fn put_one(&self, kind: &'static str, id: &str, value: &[u8]) -> Result<()> {
        self.put(kind, vec![row(id, value)]).await
    }

    async fn put_json<T: Serialize>(&self, kind: &'static str, id: &str, value: &T) -> Result<()> {
        self.put_one(kind, id, &encode(value)?).await
    }

    fn put_behind(&self, kind: &'static str, rows: Vec<StateRow>) -> Result<()> {
        self.open()?;
        self.change_later(kind, What::Put(rows));
        Ok(())
    }

    async fn delete(&self, kind: &'static str, ids: Vec<String>) -> Result<()> {
        self.open()?;
        let session = self.session.clone();
        self.store
            .write(move |tx| Box::pin(async move { tx.delete_state(&session, kind, &ids).await.map(drop) }))
            .await
            .map_err(database)
    }

    fn delete_behind(&self, kind: &'static str, ids: Vec<String>) -> Result<()> {
        self.open()?;
        self.change_later(kind, What::Delete(ids));
        Ok(())
    }

    async fn delete_older(&self, kind: &'static str, cutoff: i64) -> Result<u32> {
        self.open()?;
        let session = self.session.clone();
        let deleted = self
            .store
            .write(move |tx| Box::pin(async move { tx.delete_state_older(&session, kind, cutoff).await }))
            .await
            .map_err(database)?;
        Ok(u32::try_from(deleted).unwrap_or(u32::MAX))
    }

    async fn clear(&self, kind: &'static str) -> Result<()> {
        self.open()?;
        let session = self.session.clone();
        self.store
            .write(move |tx| Box::pin(async move { tx.clear_state(&session, kind).await.map(drop) }))
            .await
            .map_err(database)
    }

    async fn delete_prefix(&self, kind: &'static str, prefix: String) -> Result<()> {
        self.open()?;
        let session = self.session.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move { tx.delete_state_prefix(&session, kind, &prefix).await.map(drop) })
            })
            .await
            .map_err(database)
    }
}

fn row(id: impl Into<String>, value: &[u8]) -> StateRow {
    StateRow {
        id: id.into(),
        alt: None,
        num: 0,
        value: value.to_vec(),
    }
}

/// Joins the parts of a compound id. Only the last part may hold the separator: the others are JIDs
/// and collection names, which never do.
fn compound(parts: &[&str]) -> String {
    parts.join("|")
}

fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| StoreError::Serialization(Box::new(error)))
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::Serialization(Box::new(error)))
}

fn database(error: wagon_store::Error) -> StoreError {
    StoreError::Database(Box::new(error))
}
