//! Changing and removing keys, as long as one is left that may manage keys.

use wagon_domain::audit::{Action, Deed};
use wagon_domain::{Caller, Capabilities, Capability, Edit, Jid, KeyId, Networks, SessionId, Timestamp};
use wagon_store::ApiKey;

use super::authenticate::{Keys, is_valid};
use crate::error::{Conflict, Error, Missing};

/// Changes to a key; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct UpdateKey {
    pub name: Option<String>,
    pub capabilities: Option<Capabilities>,
    pub sessions: Edit<Vec<SessionId>>,
    pub chats: Edit<Vec<Jid>>,
    pub addresses: Edit<Networks>,
    pub expires_at: Edit<Timestamp>,
}

impl UpdateKey {
    fn apply(self, key: &mut ApiKey) {
        key.name = self.name.unwrap_or_else(|| std::mem::take(&mut key.name));
        key.capabilities = self.capabilities.unwrap_or(key.capabilities);
        self.sessions.apply(&mut key.sessions);
        self.chats.apply(&mut key.chats);
        self.addresses
            .and_then(|addresses| Some(addresses).filter(|addresses| !addresses.is_empty()))
            .apply(&mut key.addresses);
        self.expires_at.apply(&mut key.expires_at);
    }
}

/// What happens to a key.
enum Fate {
    Changed(UpdateKey),
    Revoked,
    Deleted,
}

impl Keys {
    pub async fn update(&self, caller: &Caller, id: &KeyId, change: UpdateKey) -> Result<ApiKey, Error> {
        if caller.sessions.is_some() || caller.chats.is_some() {
            // Whoever is limited could lift limits with it.
            return Err(Error::Forbidden {
                capability: Capability::Admin,
            });
        }
        let more = change.capabilities.iter().flat_map(|wanted| wanted.iter());
        if let Some(capability) = more.into_iter().find(|wanted| !caller.may(*wanted)) {
            return Err(Error::Forbidden { capability });
        }
        if let Edit::Set(at) = change.expires_at
            && at <= self.clock.now()
        {
            return Err(Error::Invalid {
                field: "expiresAt",
                message: "expiresAt must be in the future".to_owned(),
            });
        }
        self.dispose(caller, id, Fate::Changed(change), Action::KeyUpdate)
            .await?;
        self.get(caller, id).await
    }

    /// Revokes it, unless nobody could manage keys afterwards.
    pub async fn retire(&self, caller: &Caller, id: &KeyId) -> Result<ApiKey, Error> {
        self.dispose(caller, id, Fate::Revoked, Action::KeyRevoke).await?;
        self.get(caller, id).await
    }

    /// Removes its record too, unless nobody could manage keys afterwards.
    pub async fn delete(&self, caller: &Caller, id: &KeyId) -> Result<(), Error> {
        self.dispose(caller, id, Fate::Deleted, Action::KeyDelete).await
    }

    async fn dispose(&self, caller: &Caller, id: &KeyId, fate: Fate, action: Action) -> Result<(), Error> {
        self.get(caller, id).await?;
        let now = self.clock.now();
        let entry = self.ledger.entry(Deed::by_caller(caller, action).to(id));
        let (org, target) = (caller.org.clone(), id.clone());
        let outcome = self.store.write(move |tx| {
            Box::pin(async move {
                let mut keys = tx.keys_of(&org).await?;
                let others = keys.iter().any(|key| key.id != target && manages(key, now));
                let Some(key) = keys.iter_mut().find(|key| key.id == target) else {
                    return Ok(Err(Error::NotFound(Missing::Key)));
                };
                let managed = manages(key, now);
                match fate {
                    Fate::Changed(change) => {
                        change.apply(key);
                        if managed && !others && !manages(key, now) {
                            return Ok(Err(Error::Conflict(Conflict::LastAdminKey)));
                        }
                        tx.update_key(key).await?;
                    }
                    Fate::Revoked | Fate::Deleted if managed && !others => {
                        return Ok(Err(Error::Conflict(Conflict::LastAdminKey)));
                    }
                    Fate::Revoked => {
                        tx.revoke_key(&org, &target, now).await?;
                    }
                    Fate::Deleted => {
                        tx.delete_key(&org, &target).await?;
                    }
                }
                tx.record(&entry).await?;
                Ok(Ok(()))
            })
        });
        outcome.await??;
        self.forget(id);
        Ok(())
    }
}

/// Whether keys can be managed with it, all of them.
fn manages(key: &ApiKey, now: Timestamp) -> bool {
    is_valid(key, now)
        && key.capabilities.contains(Capability::Admin)
        && key.sessions.is_none()
        && key.chats.is_none()
}
