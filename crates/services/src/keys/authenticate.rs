//! Whose key it is.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use subtle::ConstantTimeEq;
use wagon_domain::{Actor, Caller, Clock, IdSource, KeyId, OrgId, Timestamp};
use wagon_store::{ApiKey, Store};

use super::pace::Pace;
use super::secret::Pepper;
use super::uses::Unwritten;
use crate::error::Error;
use crate::identity::Ledger;

/// How long a verified key is believed without asking the store; the longest a key revoked by
/// another process goes on to work.
const BELIEVED_FOR: Duration = Duration::from_secs(5);
const MAX_BELIEVED: usize = 10_000;

/// Verifies and manages API keys.
#[derive(Clone)]
pub struct Keys {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<IdSource>,
    pub(super) ledger: Ledger,
    pub(super) pepper: Pepper,
    believed: Arc<Mutex<Believed>>,
    pace: Arc<Pace>,
    pub(super) unwritten: Arc<Unwritten>,
}

/// Verified keys by their digest, each until a time.
type Believed = HashMap<[u8; 32], (Arc<ApiKey>, Timestamp)>;

impl Keys {
    pub fn new(store: Store, clock: Arc<dyn Clock>, pepper: Pepper) -> Self {
        Self {
            store,
            ledger: Ledger::new(Arc::clone(&clock)),
            pepper,
            clock,
            ids: Arc::default(),
            believed: Arc::default(),
            pace: Arc::default(),
            unwritten: Arc::default(),
        }
    }

    /// The caller that this secret belongs to; none when it is nobody's.
    pub(crate) async fn authenticate(
        &self,
        secret: &str,
        address: Option<IpAddr>,
    ) -> Result<Option<Caller>, Error> {
        let Some(key) = self.verify(secret).await? else {
            return Ok(None);
        };
        let allowed = |networks: &wagon_domain::Networks| address.is_some_and(|ip| networks.contains(ip));
        if !key.addresses.as_ref().is_none_or(allowed) {
            return Err(Error::AddressRefused);
        }
        if let Some(per_minute) = key.rate_per_min {
            self.pace
                .take(&key.id, per_minute, self.clock.now())
                .map_err(|retry_after| Error::TooManyRequests { retry_after })?;
        }
        self.unwritten.note(&key.id, self.clock.now());
        Ok(Some(Caller {
            org: key.org.clone(),
            actor: Actor::Key(key.id.clone()),
            capabilities: key.capabilities,
            sessions: key.sessions.clone(),
            chats: key.chats.clone(),
            super_admin: false,
            address,
        }))
    }

    async fn verify(&self, secret: &str) -> Result<Option<Arc<ApiKey>>, Error> {
        let hash = self.pepper.digest(secret);
        let now = self.clock.now();
        let known = self.lock().get(&hash).filter(|(_, until)| *until > now).cloned();
        if let Some((key, _)) = known {
            return Ok(Some(key));
        }
        let Some(key) = self.store.key_by_hash(&hash).await? else {
            return Ok(None);
        };
        let same = bool::from(key.hash.ct_eq(&hash));
        if !same {
            return Ok(None);
        }
        if key.revoked_at.is_some() {
            return Err(Error::KeyRevoked);
        }
        if !is_valid(&key, now) {
            return Err(Error::KeyExpired);
        }
        if let Some(uses) = self.unwritten.take(&key.id) {
            let id = key.id.clone();
            self.store
                .write_behind(move |tx| Box::pin(async move { tx.count_key_uses(&id, uses).await }))
                .await?;
        }
        let until = now + BELIEVED_FOR;
        let until = key.expires_at.map_or(until, |expiry| until.min(expiry));
        let key = Arc::new(key);
        let mut believed = self.lock();
        if believed.len() >= MAX_BELIEVED {
            believed.retain(|_, (_, until)| *until > now);
        }
        if believed.len() < MAX_BELIEVED {
            believed.insert(hash, (Arc::clone(&key), until));
        }
        Ok(Some(key))
    }

    /// The key is gone.
    pub(super) fn forget(&self, id: &KeyId) {
        self.lock().retain(|_, (key, _)| key.id != *id);
        self.pace.forget(id);
    }

    /// The organisation is gone, and its keys with it.
    pub(crate) fn forget_all(&self, org: &OrgId) {
        self.lock().retain(|_, (key, _)| key.org != *org);
    }

    /// Whether the key still stands.
    pub(crate) async fn stands(&self, org: &OrgId, id: &KeyId) -> Result<bool, Error> {
        let key = self.store.key(org, id).await?;
        Ok(key.is_some_and(|key| is_valid(&key, self.clock.now())))
    }

    fn lock(&self) -> MutexGuard<'_, Believed> {
        self.believed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn is_valid(key: &ApiKey, now: Timestamp) -> bool {
    key.revoked_at.is_none() && key.expires_at.is_none_or(|expiry| expiry > now)
}
