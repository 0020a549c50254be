//! Signing in with a password, and staying signed in.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngExt;
use sha2::{Digest, Sha256};
use wagon_domain::audit::{Action, Deed};
use wagon_domain::{Actor, Clock, Email, IdSource, OrgId, Person};
use wagon_store::{RefreshToken, Store, User};

use super::attempts::Attempts;
use super::audit::Ledger;
use super::passwords::Passwords;
use super::standing::Standing;
use super::tokens::Tokens;
use crate::error::{Error, Missing};

/// How long someone who does not come back stays signed in.
const REFRESH_LIFETIME: Duration = Duration::from_hours(30 * 24);
/// A client that did not get the answer may ask again with the token that it still has.
const REPEAT: Duration = Duration::from_secs(30);

/// Signs people in, keeps them so, and signs them out.
#[derive(Clone)]
pub struct SignIn {
    store: Store,
    clock: Arc<dyn Clock>,
    ids: Arc<IdSource>,
    ledger: Ledger,
    passwords: Passwords,
    attempts: Attempts,
    standing: Standing,
    tokens: Tokens,
}

/// Who wants to sign in.
pub struct SignInRequest {
    pub email: Email,
    pub password: String,
    /// Where they want to act; by default where they first became a member.
    pub org: Option<OrgId>,
    pub address: Option<IpAddr>,
}

/// What someone who has signed in goes on with. The tokens are not kept anywhere.
pub struct Session {
    pub person: Person,
    pub user: User,
    pub access_token: String,
    pub access_lifetime: Duration,
    pub refresh_token: String,
    pub refresh_lifetime: Duration,
}

/// What came of showing a refresh token.
enum Shown {
    Good(RefreshToken),
    Unknown,
    /// A second time: the sign-in is over, for whoever has it.
    Reused,
}

impl SignIn {
    pub(crate) fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        passwords: Passwords,
        standing: Standing,
        tokens: Tokens,
    ) -> Self {
        Self {
            store,
            attempts: Attempts::new(Arc::clone(&clock)),
            ledger: Ledger::new(Arc::clone(&clock)),
            clock,
            ids: Arc::default(),
            passwords,
            standing,
            tokens,
        }
    }

    /// Whoever fails learns nothing about why: an unknown address, a wrong password and an account that
    /// may not sign in look the same and take as long.
    pub async fn sign_in(&self, request: SignInRequest) -> Result<Session, Error> {
        let SignInRequest {
            email,
            password,
            org,
            address,
        } = request;
        self.attempts
            .begin(&email, address)
            .map_err(|retry_after| Error::TooManyRequests { retry_after })?;
        let found = self.store.user_by_email(&email).await?;
        let hash = found.as_ref().and_then(|user| user.password.as_deref());
        let same = self.passwords.matches(password, hash).await?;
        let user = match found {
            Some(user) if same && user.disabled_at.is_none() => user,
            found => {
                self.note_refusal(found.map(|user| user.id.to_string()), address)
                    .await?;
                return Err(Error::NotSignedIn);
            }
        };
        self.attempts.succeeded(&email, address);
        let person = self.person(&user, org, address).await?;
        let family = self.ids.next(self.clock.now(), &mut rand::rng()).to_string();
        let entry = self
            .ledger
            .entry(Deed::by_person(&person, Action::SignIn).to(&user.id));
        let (refresh_token, row) = self.refresh_token(&person, family);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.insert_refresh_token(&row).await?;
                    tx.record(&entry).await
                })
            })
            .await?;
        self.session(person, user, refresh_token).await
    }

    /// The next pair of tokens for a refresh token, which is used up by that. One that is shown again
    /// later was copied, so it ends the sign-in.
    pub async fn refresh(
        &self,
        token: &str,
        org: Option<OrgId>,
        address: Option<IpAddr>,
    ) -> Result<Session, Error> {
        let (hash, now) = (digest(token), self.clock.now());
        let reused = self.ledger.entry(Deed {
            actor: Actor::Anonymous,
            address,
            ..Deed::by_operator(Action::RefreshReused)
        });
        let shown = self.store.write(move |tx| {
            Box::pin(async move {
                let Some(found) = tx.refresh_token(&hash).await? else {
                    return Ok(Shown::Unknown);
                };
                if found.expires_at <= now {
                    return Ok(Shown::Unknown);
                }
                if found.used_at.is_some_and(|used| now.since(used) > REPEAT) {
                    tx.delete_refresh_family(&found.family).await?;
                    let mut entry = reused;
                    entry.target = Some(found.user.to_string());
                    entry.org = found.org;
                    tx.record(&entry).await?;
                    return Ok(Shown::Reused);
                }
                if found.used_at.is_none() {
                    tx.use_refresh_token(&hash, now).await?;
                }
                Ok(Shown::Good(found))
            })
        });
        let found = match shown.await? {
            Shown::Good(found) => found,
            Shown::Unknown | Shown::Reused => return Err(Error::NotSignedIn),
        };
        let user = self.store.user(&found.user).await?;
        let user = user.filter(|user| user.disabled_at.is_none());
        let user = user.ok_or(Error::NotSignedIn)?;
        let person = match self.person(&user, org.or(found.org), address).await {
            Err(Error::NotFound(Missing::Organization)) => return Err(Error::NotSignedIn),
            person => person?,
        };
        let (refresh_token, row) = self.refresh_token(&person, found.family);
        let continued = self.store.write(move |tx| {
            Box::pin(async move {
                // The sign-in may have been ended meanwhile, and must not outlive that.
                let lives = tx.refresh_token(&hash).await?.is_some();
                if lives {
                    tx.insert_refresh_token(&row).await?;
                }
                Ok(lives)
            })
        });
        if !continued.await? {
            return Err(Error::NotSignedIn);
        }
        self.session(person, user, refresh_token).await
    }

    /// Ends a sign-in. One that is over already is none to tell about.
    pub async fn sign_out(&self, token: &str, address: Option<IpAddr>) -> Result<(), Error> {
        let hash = digest(token);
        let entry = self.ledger.entry(Deed {
            address,
            ..Deed::by_operator(Action::SignOut)
        });
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let Some(found) = tx.refresh_token(&hash).await? else {
                        return Ok(());
                    };
                    tx.delete_refresh_family(&found.family).await?;
                    let mut entry = entry;
                    entry.target = Some(found.user.to_string());
                    entry.actor = Actor::User(found.user);
                    entry.org = found.org;
                    tx.record(&entry).await
                })
            })
            .await?;
        Ok(())
    }

    /// Without waiting for it: an account that exists must not take longer.
    async fn note_refusal(&self, target: Option<String>, address: Option<IpAddr>) -> Result<(), Error> {
        let entry = self.ledger.entry(Deed {
            actor: Actor::Anonymous,
            target,
            address,
            ..Deed::by_operator(Action::SignInRefused)
        });
        self.store
            .write_behind(move |tx| Box::pin(async move { tx.record(&entry).await }))
            .await?;
        Ok(())
    }

    async fn person(
        &self,
        user: &User,
        org: Option<OrgId>,
        address: Option<IpAddr>,
    ) -> Result<Person, Error> {
        let org = match org {
            Some(org) => Some(org),
            None => self.standing.first_org(&user.id).await?,
        };
        let person = self.standing.person(&user.id, org.as_ref(), address).await?;
        person.ok_or(Error::NotFound(Missing::Organization))
    }

    fn refresh_token(&self, person: &Person, family: String) -> (String, RefreshToken) {
        let random: [u8; 32] = rand::rng().random();
        let token = format!("wrt_{}", URL_SAFE_NO_PAD.encode(random));
        let now = self.clock.now();
        let row = RefreshToken {
            hash: digest(&token),
            family,
            user: person.user.clone(),
            org: person.org.clone(),
            created_at: now,
            expires_at: now + REFRESH_LIFETIME,
            used_at: None,
        };
        (token, row)
    }

    async fn session(&self, person: Person, user: User, refresh_token: String) -> Result<Session, Error> {
        let access = self.tokens.sign(&person).await?;
        Ok(Session {
            person,
            user,
            access_token: access.token,
            access_lifetime: access.lifetime,
            refresh_token,
            refresh_lifetime: REFRESH_LIFETIME,
        })
    }
}

/// They are random and long, so a fast hash is the right one.
fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
