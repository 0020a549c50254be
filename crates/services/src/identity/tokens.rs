//! The gateway's own signing keys, and the tokens of an issuer outside.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use wagon_domain::audit::{Action, Deed};
use wagon_domain::{Clock, IdSource, OrgId, Person, Timestamp, TokenKeyId, UserId};
use wagon_store::{ExternalIdentity, Store, TokenKey};
use wagon_tokens::{
    Claims, ExternalClaims, ExternalIssuer, JwksView, Keypair, OwnIssuer, SigningKey, key_id,
};

use super::audit::Ledger;
use crate::error::Error;

/// How long an access token is good for: what it says of a person is looked up anyway.
const LIFETIME: Duration = Duration::from_mins(5);
/// The longest that a key which another process made, or retired, stays unnoticed.
const KEYS_BELIEVED_FOR: Duration = Duration::from_mins(1);
/// Between two looks for a key that is not known: a token may name any.
const KEYS_LOOKED_FOR: Duration = Duration::from_secs(1);
/// How long a retired key is published: longer than any of its tokens, and than others keep a copy.
const PUBLISHED_FOR: Duration = Duration::from_hours(24);

/// Signs and verifies access tokens.
#[derive(Clone)]
pub struct Tokens {
    store: Store,
    clock: Arc<dyn Clock>,
    ids: Arc<IdSource>,
    ledger: Ledger,
    /// Issuer and audience of our own.
    name: Arc<str>,
    own: Arc<Mutex<Option<Loaded>>>,
    external: Option<Arc<ExternalIssuer>>,
}

/// Our keys, and when they were read.
type Loaded = (Arc<OwnIssuer>, Timestamp);

/// What a token says, if it is to be believed.
pub(crate) enum Told {
    Own {
        user: UserId,
        org: Option<OrgId>,
    },
    External {
        identity: ExternalIdentity,
        claims: ExternalClaims,
    },
}

/// A new access token.
pub(crate) struct AccessToken {
    pub(crate) token: String,
    pub(crate) lifetime: Duration,
}

impl Tokens {
    /// `name` is issuer and audience of the gateway's own tokens.
    pub fn new(store: Store, clock: Arc<dyn Clock>, name: &str, external: Option<ExternalIssuer>) -> Self {
        Self {
            store,
            ledger: Ledger::new(Arc::clone(&clock)),
            clock,
            ids: Arc::default(),
            name: name.into(),
            own: Arc::default(),
            external: external.map(Arc::new),
        }
    }

    /// The public keys that others verify our tokens with.
    pub async fn jwks(&self) -> Result<JwksView, Error> {
        Ok(self.own(None).await?.jwks())
    }

    /// Makes a new signing key and retires the others, which go on to verify for a day.
    pub async fn rotate(&self, person: &Person) -> Result<TokenKeyId, Error> {
        if !person.super_admin {
            return Err(Error::SuperAdminRequired);
        }
        self.rotate_by(Deed::by_person(person, Action::TokenKeyRotate))
            .await
    }

    /// The same, from the gateway's own machine.
    pub async fn rotate_as_operator(&self) -> Result<TokenKeyId, Error> {
        self.rotate_by(Deed::by_operator(Action::TokenKeyRotate)).await
    }

    async fn rotate_by(&self, deed: Deed) -> Result<TokenKeyId, Error> {
        let key = self.generate();
        let (id, now) = (key.id.clone(), key.created_at);
        let entry = self.ledger.entry(deed.to(&id));
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.retire_token_keys(now, now - PUBLISHED_FOR).await?;
                    tx.insert_token_key(&key).await?;
                    tx.record(&entry).await
                })
            })
            .await?;
        *self.own.lock().await = None;
        Ok(id)
    }

    pub(crate) async fn sign(&self, person: &Person) -> Result<AccessToken, Error> {
        let own = self.own(None).await?;
        let now = self.clock.now();
        let claims = Claims {
            iss: own.name().to_owned(),
            aud: own.name().to_owned(),
            sub: person.user.to_string(),
            iat: now.as_secs(),
            exp: (now + LIFETIME).as_secs(),
            jti: self.ids.next(now, &mut rand::rng()).to_string(),
            active_organization_id: person.org.as_ref().map(ToString::to_string),
            org_role: person.role.map(|role| role.to_string()),
            role: person.super_admin.then(|| "super_admin".to_owned()),
        };
        let token = own.sign(&claims);
        let token = token.ok_or_else(|| Error::internal("no key signs tokens"))?;
        Ok(AccessToken {
            token: token.map_err(Error::internal)?,
            lifetime: LIFETIME,
        })
    }

    /// Whose token it is, if it is to be believed.
    pub(crate) async fn verify(&self, token: &str) -> Result<Option<Told>, Error> {
        let Some(kid) = key_id(token) else {
            return Ok(None);
        };
        if kid.starts_with(TokenKeyId::PREFIX) {
            let own = self.own(Some(&kid)).await?;
            return Ok(own.verify(token).ok().and_then(|claims| {
                Some(Told::Own {
                    user: claims.sub.parse().ok()?,
                    org: match claims.active_organization_id {
                        Some(org) => Some(org.parse().ok()?),
                        None => None,
                    },
                })
            }));
        }
        let Some(external) = &self.external else {
            return Ok(None);
        };
        match external.verify(token).await {
            Ok(claims) => Ok(Some(Told::External {
                identity: ExternalIdentity {
                    issuer: external.issuer().to_owned(),
                    subject: claims.sub.clone(),
                },
                claims,
            })),
            Err(error) => {
                tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "a token from outside is refused"
                );
                Ok(None)
            }
        }
    }

    /// The keys as they are, looked up again when they are old, or lack one that a token names. The first
    /// call ever makes one.
    async fn own(&self, wanted: Option<&str>) -> Result<Arc<OwnIssuer>, Error> {
        let mut own = self.own.lock().await;
        let now = self.clock.now();
        if let Some((issuer, loaded)) = own.as_ref() {
            let has = wanted.is_none_or(|kid| issuer.has(kid));
            let believed = if has { KEYS_BELIEVED_FOR } else { KEYS_LOOKED_FOR };
            if now.since(*loaded) < believed {
                return Ok(Arc::clone(issuer));
            }
        }
        let mut keys = self.store.token_keys().await?;
        if keys.iter().all(|key| key.retired_at.is_some()) {
            self.make_first().await?;
            keys = self.store.token_keys().await?;
        }
        let keys = keys.into_iter().map(|key| SigningKey {
            kid: key.id.to_string(),
            public: key.public,
            active: key.retired_at.is_none(),
            private: key.private,
        });
        let issuer = Arc::new(OwnIssuer::new(self.name.as_ref().to_owned(), keys));
        *own = Some((Arc::clone(&issuer), now));
        Ok(issuer)
    }

    /// Another process may do the same at this moment; the first one counts.
    async fn make_first(&self) -> Result<(), Error> {
        let key = self.generate();
        let made = self.store.write(move |tx| {
            Box::pin(async move {
                if tx.has_active_token_key().await? {
                    return Ok(());
                }
                tx.insert_token_key(&key).await
            })
        });
        Ok(made.await?)
    }

    fn generate(&self) -> TokenKey {
        let now = self.clock.now();
        let Keypair { public, private } = Keypair::generate();
        TokenKey {
            id: TokenKeyId::from_ulid(self.ids.next(now, &mut rand::rng())),
            public,
            private,
            created_at: now,
            retired_at: None,
        }
    }
}
