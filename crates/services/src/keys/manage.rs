//! Making, listing and revoking keys over the API. Nobody makes a key that may more than they may.

use wagon_domain::audit::{Action, Deed};
use wagon_domain::{Caller, Capabilities, Capability, Jid, KeyId, Networks, OrgId, SessionId, Timestamp};
use wagon_store::{ApiKey, Uses};

use super::authenticate::Keys;
use super::secret::{KeyForm, generate, hint, prefix};
use crate::error::{Error, Missing};

const MAX_NAME: usize = 100;
/// A limit above this is none.
const MAX_RATE: u32 = 60_000;

/// A key to be made.
#[derive(Debug, Clone)]
pub struct CreateKey {
    pub name: String,
    pub capabilities: Capabilities,
    pub sessions: Option<Vec<SessionId>>,
    pub chats: Option<Vec<Jid>>,
    pub addresses: Option<Networks>,
    pub rate_per_min: Option<u32>,
    pub expires_at: Option<Timestamp>,
    pub form: KeyForm,
}

impl CreateKey {
    /// A key without limits.
    pub fn unlimited(name: impl Into<String>, capabilities: Capabilities) -> Self {
        Self {
            name: name.into(),
            capabilities,
            sessions: None,
            chats: None,
            addresses: None,
            rate_per_min: None,
            expires_at: None,
            form: KeyForm::Native,
        }
    }
}

/// A key that was just made. The secret is not kept anywhere.
pub struct NewKey {
    pub record: ApiKey,
    pub secret: String,
}

impl Keys {
    pub async fn create(&self, caller: &Caller, request: CreateKey) -> Result<NewKey, Error> {
        permit(caller)?;
        let more = request.capabilities.iter().find(|wanted| !caller.may(*wanted));
        if let Some(capability) = more {
            return Err(Error::Forbidden { capability });
        }
        let request = self.check(caller, request).await?;
        let secret = generate(request.form);
        self.insert(
            &caller.org,
            request,
            secret,
            Deed::by_caller(caller, Action::KeyCreate),
        )
        .await
    }

    /// The organisation's keys, oldest first, revoked ones too.
    pub async fn list(&self, caller: &Caller) -> Result<Vec<ApiKey>, Error> {
        permit(caller)?;
        let mut keys = self.store.keys(&caller.org).await?;
        for key in &mut keys {
            key.used = self.unwritten.on_top_of(&key.id, key.used);
        }
        Ok(keys)
    }

    pub async fn get(&self, caller: &Caller, id: &KeyId) -> Result<ApiKey, Error> {
        let key = self.store.key(&caller.org, id).await?;
        let mut key = key.ok_or(Error::NotFound(Missing::Key))?;
        permit(caller)?;
        key.used = self.unwritten.on_top_of(&key.id, key.used);
        Ok(key)
    }

    pub async fn revoke(&self, caller: &Caller, id: &KeyId) -> Result<(), Error> {
        self.get(caller, id).await?;
        self.take_back(&caller.org, id, Deed::by_caller(caller, Action::KeyRevoke))
            .await
    }

    async fn check(&self, caller: &Caller, request: CreateKey) -> Result<CreateKey, Error> {
        let name = request.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > MAX_NAME {
            return Err(invalid(
                "name",
                format!("name must have between 1 and {MAX_NAME} characters"),
            ));
        }
        if request.capabilities.iter().next().is_none() {
            return Err(invalid("capabilities", "capabilities must name at least one"));
        }
        if request.expires_at.is_some_and(|at| at <= self.clock.now()) {
            return Err(invalid("expiresAt", "expiresAt must be in the future"));
        }
        if request
            .rate_per_min
            .is_some_and(|rate| rate == 0 || rate > MAX_RATE)
        {
            return Err(invalid(
                "ratePerMin",
                format!("ratePerMin must be between 1 and {MAX_RATE}"),
            ));
        }
        // Whoever is limited to sessions passes on no more than those.
        let sessions = request.sessions.or_else(|| caller.sessions.clone());
        for session in sessions.iter().flatten() {
            let found = self.store.session(session).await?;
            found
                .filter(|session| caller.sees(&session.org, &session.id))
                .ok_or(Error::NotFound(Missing::Session))?;
        }
        Ok(CreateKey {
            name,
            sessions,
            ..request
        })
    }

    pub(super) async fn insert(
        &self,
        org: &OrgId,
        request: CreateKey,
        secret: String,
        deed: Deed,
    ) -> Result<NewKey, Error> {
        let now = self.clock.now();
        let record = ApiKey {
            id: KeyId::from_ulid(self.ids.next(now, &mut rand::rng())),
            org: org.clone(),
            name: request.name,
            hash: self.pepper.digest(&secret),
            hint: hint(&secret),
            prefix: prefix(&secret),
            capabilities: request.capabilities,
            sessions: request.sessions,
            chats: request.chats,
            addresses: request.addresses.filter(|addresses| !addresses.is_empty()),
            rate_per_min: request.rate_per_min,
            created_at: now,
            expires_at: request.expires_at,
            revoked_at: None,
            used: Uses::default(),
        };
        let deed = deed.within(org).to(&record.id).detail(&record.capabilities);
        let (row, entry) = (record.clone(), self.ledger.entry(deed));
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.insert_key(&row).await?;
                    tx.record(&entry).await
                })
            })
            .await?;
        Ok(NewKey { record, secret })
    }

    pub(super) async fn take_back(&self, org: &OrgId, id: &KeyId, deed: Deed) -> Result<(), Error> {
        let now = self.clock.now();
        let entry = self.ledger.entry(deed.within(org).to(id));
        let (org, key) = (org.clone(), id.clone());
        let revoked = self.store.write(move |tx| {
            Box::pin(async move {
                let revoked = tx.revoke_key(&org, &key, now).await?;
                if revoked {
                    tx.record(&entry).await?;
                }
                Ok(revoked)
            })
        });
        let revoked = revoked.await?;
        self.forget(id);
        if revoked {
            Ok(())
        } else {
            Err(Error::NotFound(Missing::Key))
        }
    }
}

fn permit(caller: &Caller) -> Result<(), Error> {
    let capability = Capability::Admin;
    if caller.may(capability) {
        Ok(())
    } else {
        Err(Error::Forbidden { capability })
    }
}

fn invalid(field: &'static str, message: impl Into<String>) -> Error {
    Error::Invalid {
        field,
        message: message.into(),
    }
}
