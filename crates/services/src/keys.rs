//! API keys: who is calling.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::RngExt;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use wagon_domain::{Caller, Capabilities, Clock, KeyId, OrgId, SessionId, Timestamp};
use wagon_store::{ApiKey, Org, Store};

use crate::error::{Error, Missing};

/// How long a verified key is believed without asking the store; the longest a key revoked by
/// another process goes on to work.
const BELIEVED_FOR: Duration = Duration::from_secs(5);
const MAX_BELIEVED: usize = 10_000;
/// The random part of a key: 64 letters, more than 360 bits.
const SECRET_LEN: usize = 64;

/// Verifies and manages API keys.
#[derive(Clone)]
pub struct Keys {
    store: Store,
    clock: Arc<dyn Clock>,
    believed: Arc<Mutex<Believed>>,
}

/// Verified callers by the digest of their key, each until a time.
type Believed = HashMap<[u8; 32], (Caller, Timestamp)>;

/// A key to be made.
#[derive(Debug, Clone)]
pub struct CreateKey {
    pub name: String,
    pub capabilities: Capabilities,
    pub sessions: Option<Vec<SessionId>>,
    pub expires_at: Option<Timestamp>,
}

/// A key that was just made. The secret is not kept anywhere.
pub struct NewKey {
    pub record: ApiKey,
    pub secret: String,
}

impl Keys {
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            clock,
            believed: Arc::default(),
        }
    }

    /// The caller that this secret belongs to; none when it is wrong, revoked or expired.
    pub async fn authenticate(&self, secret: &str) -> Result<Option<Caller>, Error> {
        let hash = digest(secret);
        let now = self.clock.now();
        if let Some(caller) = self.believed(&hash, now) {
            return Ok(Some(caller));
        }
        let Some(key) = self.store.key_by_hash(&hash).await? else {
            return Ok(None);
        };
        let same = bool::from(key.hash.ct_eq(&hash));
        if !same || !is_valid(&key, now) {
            return Ok(None);
        }
        let caller = Caller {
            org: key.org,
            key: key.id,
            capabilities: key.capabilities,
            sessions: key.sessions,
        };
        let until = now + BELIEVED_FOR;
        let until = key.expires_at.map_or(until, |expiry| until.min(expiry));
        let mut believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        if believed.len() >= MAX_BELIEVED {
            believed.retain(|_, (_, until)| *until > now);
        }
        if believed.len() < MAX_BELIEVED {
            believed.insert(hash, (caller.clone(), until));
        }
        Ok(Some(caller))
    }

    fn believed(&self, hash: &[u8; 32], now: Timestamp) -> Option<Caller> {
        let believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        believed
            .get(hash)
            .filter(|(_, until)| *until > now)
            .map(|(caller, _)| caller.clone())
    }

    /// Whether the key behind `caller` still stands.
    pub(crate) async fn stands(&self, caller: &Caller) -> Result<bool, Error> {
        let keys = self.store.keys(&caller.org).await?;
        let now = self.clock.now();
        Ok(keys.iter().any(|key| key.id == caller.key && is_valid(key, now)))
    }

    /// The organisation that a single-tenant installation works in; made at first start.
    pub async fn default_org(&self) -> Result<OrgId, Error> {
        if let Some(org) = self.store.first_org().await? {
            return Ok(org.id);
        }
        let now = self.clock.now();
        let id = OrgId::from_ulid(wagon_domain::IdSource::default().next(now, &mut rand::rng()));
        let org = Org {
            id: id.clone(),
            name: "default".to_owned(),
            created_at: now,
        };
        self.store
            .write(move |tx| Box::pin(async move { tx.create_org(&org).await }))
            .await?;
        Ok(id)
    }

    pub async fn any_exist(&self) -> Result<bool, Error> {
        Ok(self.store.has_keys().await?)
    }

    pub async fn create(&self, org: &OrgId, request: CreateKey) -> Result<NewKey, Error> {
        self.insert(org, request, generate()).await
    }

    /// Makes sure that exactly this secret is a key, as an operator chose it.
    pub async fn adopt(&self, org: &OrgId, name: &str, secret: &str) -> Result<(), Error> {
        if self
            .store
            .key_by_hash(&digest(secret))
            .await?
            .is_some_and(|key| is_valid(&key, self.clock.now()))
        {
            return Ok(());
        }
        let request = CreateKey {
            name: name.to_owned(),
            capabilities: Capabilities::all(),
            sessions: None,
            expires_at: None,
        };
        self.insert(org, request, secret.to_owned()).await?;
        Ok(())
    }

    async fn insert(&self, org: &OrgId, request: CreateKey, secret: String) -> Result<NewKey, Error> {
        let now = self.clock.now();
        let record = ApiKey {
            id: KeyId::from_ulid(wagon_domain::IdSource::default().next(now, &mut rand::rng())),
            org: org.clone(),
            name: request.name,
            hash: digest(&secret),
            hint: hint(&secret),
            capabilities: request.capabilities,
            sessions: request.sessions,
            created_at: now,
            expires_at: request.expires_at,
            revoked_at: None,
        };
        let row = record.clone();
        self.store
            .write(move |tx| Box::pin(async move { tx.insert_key(&row).await }))
            .await?;
        Ok(NewKey { record, secret })
    }

    pub async fn list(&self, org: &OrgId) -> Result<Vec<ApiKey>, Error> {
        Ok(self.store.keys(org).await?)
    }

    pub async fn revoke(&self, org: &OrgId, id: &KeyId) -> Result<(), Error> {
        let now = self.clock.now();
        let (org, key) = (org.clone(), id.clone());
        let revoked = self
            .store
            .write(move |tx| Box::pin(async move { tx.revoke_key(&org, &key, now).await }))
            .await?;
        let mut believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        believed.retain(|_, (caller, _)| caller.key != *id);
        if revoked {
            Ok(())
        } else {
            Err(Error::NotFound(Missing::Key))
        }
    }
}

fn is_valid(key: &ApiKey, now: Timestamp) -> bool {
    key.revoked_at.is_none() && key.expires_at.is_none_or(|expiry| expiry > now)
}

/// Keys are random and long, so a fast hash is the right one.
fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn generate() -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rng = rand::rng();
    let letters = (0..SECRET_LEN).map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())]));
    "wa_".chars().chain(letters).collect()
}

/// The last four characters, for people to tell keys apart; nothing of a secret too short for it.
fn hint(secret: &str) -> String {
    let count = secret.chars().count();
    if count < 16 {
        String::new()
    } else {
        secret.chars().skip(count - 4).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_form_that_clients_know() {
        let key = generate();
        assert_eq!(key.len(), 67);
        assert!(key.starts_with("wa_") && key[3..].bytes().all(|b| b.is_ascii_alphabetic()));
        assert_ne!(key, generate());
    }

    #[test]
    fn a_hint_never_gives_a_short_secret_away() {
        assert_eq!(hint("short"), "");
        assert_eq!(hint("wa_abcdefghijklmnop"), "mnop");
    }
}
