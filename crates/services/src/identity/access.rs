//! Who is calling.

use std::net::IpAddr;

use wagon_domain::{Actor, Caller, Email, OrgId, Person, UserId};
use wagon_store::{ExternalIdentity, Store};
use wagon_tokens::ExternalClaims;

use super::standing::Standing;
use super::tokens::{Tokens, Told};
use crate::error::Error;
use crate::keys::Keys;

/// What a request shows to say who it comes from.
#[derive(Debug, Clone, Copy)]
pub enum Credential<'a> {
    ApiKey(&'a str),
    Token(&'a str),
}

/// Who a credential belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identified {
    /// A program, with its key.
    Program(Caller),
    Person(Person),
}

/// Verifies credentials of both kinds.
#[derive(Clone)]
pub struct Access {
    store: Store,
    keys: Keys,
    tokens: Tokens,
    standing: Standing,
}

impl Access {
    pub(crate) fn new(store: Store, keys: Keys, tokens: Tokens, standing: Standing) -> Self {
        Self {
            store,
            keys,
            tokens,
            standing,
        }
    }

    /// Who shows this credential; none when it is not, or no longer, good for anything.
    pub async fn identify(
        &self,
        credential: Credential<'_>,
        address: Option<IpAddr>,
    ) -> Result<Option<Identified>, Error> {
        match credential {
            Credential::ApiKey(secret) => {
                let caller = self.keys.authenticate(secret, address).await?;
                Ok(caller.map(Identified::Program))
            }
            Credential::Token(token) => {
                let person = self.person(token, address).await?;
                Ok(person.map(Identified::Person))
            }
        }
    }

    async fn person(&self, token: &str, address: Option<IpAddr>) -> Result<Option<Person>, Error> {
        match self.tokens.verify(token).await? {
            None => Ok(None),
            Some(Told::Own { user, org }) => self.standing.person(&user, org.as_ref(), address).await,
            Some(Told::External { identity, claims }) => self.external(identity, &claims, address).await,
        }
    }

    /// Someone whom an issuer outside vouches for. They are the user that they were before, or the one
    /// with the email address that the issuer has verified. What they may do is up to us.
    async fn external(
        &self,
        identity: ExternalIdentity,
        claims: &ExternalClaims,
        address: Option<IpAddr>,
    ) -> Result<Option<Person>, Error> {
        let user = match self.store.user_by_identity(&identity).await? {
            Some(user) => Some(user),
            None => self.link(identity, claims).await?,
        };
        let Some(user) = user else { return Ok(None) };
        let org: Option<OrgId> = match &claims.active_organization_id {
            Some(org) => match org.parse() {
                Ok(org) => Some(org),
                Err(_) => return Ok(None),
            },
            None => self.standing.first_org(&user).await?,
        };
        self.standing.person(&user, org.as_ref(), address).await
    }

    async fn link(
        &self,
        identity: ExternalIdentity,
        claims: &ExternalClaims,
    ) -> Result<Option<UserId>, Error> {
        let verified = claims.email.as_deref().filter(|_| claims.email_verified);
        let Some(email) = verified.and_then(|email| email.parse::<Email>().ok()) else {
            return Ok(None);
        };
        match self.store.user_by_email(&email).await? {
            Some(user) => self.standing.link(identity, user.id).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether whoever opened a stream may still follow it.
    pub(crate) async fn stands(&self, caller: &Caller) -> Result<bool, Error> {
        match &caller.actor {
            Actor::Key(key) => self.keys.stands(&caller.org, key).await,
            Actor::User(user) => {
                let person = self.standing.person(user, Some(&caller.org), None).await?;
                Ok(person.is_some_and(|person| !caller.super_admin || person.super_admin))
            }
            Actor::Operator | Actor::Anonymous => Ok(false),
        }
    }
}
