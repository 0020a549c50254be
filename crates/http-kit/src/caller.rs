//! Who is calling.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use axum::extract::{FromRef, FromRequestParts};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use wagon_domain::{Caller, Capability, OrgId, Person};
use wagon_services::{Access, Credential, Identified};

use crate::address::client_address;
use crate::dialect::{Dialect, Problem, Rejection, Unauthenticated};

const API_KEY: &str = "x-api-key";

/// Whoever is behind a request: a program with its key, or a person who has signed in.
#[derive(Debug)]
pub struct Anyone<D> {
    who: Identified,
    dialect: PhantomData<fn() -> D>,
}

impl<D> Deref for Anyone<D> {
    type Target = Identified;

    fn deref(&self) -> &Identified {
        &self.who
    }
}

impl<D, S> FromRequestParts<S> for Anyone<D>
where
    D: Dialect,
    S: Send + Sync,
    Access: FromRef<S>,
{
    type Rejection = Rejection<D>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection<D>> {
        let credentials = credentials(&parts.headers).map_err(Problem::Unauthenticated)?;
        let address = client_address(parts);
        let access = Access::from_ref(state);
        for credential in credentials {
            if let Some(who) = access.identify(credential, address).await? {
                if let Some(slot) = parts.extensions.get::<CallerSlot>() {
                    slot.fill(&who);
                }
                return Ok(Self {
                    who,
                    dialect: PhantomData,
                });
            }
        }
        Err(Problem::Unauthenticated(Unauthenticated::Invalid).into())
    }
}

/// A person who has signed in. A key is a program's and never one.
#[derive(Debug)]
pub struct SignedIn<D> {
    person: Person,
    dialect: PhantomData<fn() -> D>,
}

impl<D> Deref for SignedIn<D> {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.person
    }
}

impl<D, S> FromRequestParts<S> for SignedIn<D>
where
    D: Dialect,
    S: Send + Sync,
    Access: FromRef<S>,
{
    type Rejection = Rejection<D>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection<D>> {
        match Anyone::<D>::from_request_parts(parts, state).await?.who {
            Identified::Person(person) => Ok(Self {
                person,
                dialect: PhantomData,
            }),
            Identified::Program(_) => Err(Problem::Forbidden {
                reason: "a signed-in user is required",
            }
            .into()),
        }
    }
}

/// One of the people who run the gateway. For operations with a body, like [`Permitted`]: services check
/// it themselves.
#[derive(Debug)]
pub struct SuperAdmin<D>(SignedIn<D>);

impl<D> Deref for SuperAdmin<D> {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.0
    }
}

impl<D, S> FromRequestParts<S> for SuperAdmin<D>
where
    D: Dialect,
    S: Send + Sync,
    Access: FromRef<S>,
{
    type Rejection = Rejection<D>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection<D>> {
        let refused = || Rejection::from(wagon_services::Error::SuperAdminRequired);
        match Anyone::<D>::from_request_parts(parts, state).await?.who {
            Identified::Person(person) if person.super_admin => Ok(Self(SignedIn {
                person,
                dialect: PhantomData,
            })),
            _ => Err(refused()),
        }
    }
}

/// The caller behind a request about what belongs to an organisation. A key that is good for some chats
/// only is refused: a dialect that lets it do things in those has an extractor of its own.
#[derive(Debug)]
pub struct Authenticated<D> {
    caller: Caller,
    dialect: PhantomData<fn() -> D>,
}

impl<D> Deref for Authenticated<D> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<D, S> FromRequestParts<S> for Authenticated<D>
where
    D: Dialect,
    S: Send + Sync,
    Access: FromRef<S>,
{
    type Rejection = Rejection<D>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection<D>> {
        let caller = match Anyone::<D>::from_request_parts(parts, state).await?.who {
            Identified::Program(caller) => Some(caller),
            Identified::Person(person) => person.caller(),
        };
        let caller = caller.ok_or(Problem::Unauthenticated(Unauthenticated::NoOrganization))?;
        if caller.chats.is_some() {
            return Err(Problem::Forbidden {
                reason: "this key is restricted to selected chats",
            }
            .into());
        }
        Ok(Self {
            caller,
            dialect: PhantomData,
        })
    }
}

/// A capability as a type, for [`Permitted`].
pub trait Needs: 'static {
    const CAPABILITY: Capability;
}

/// The capabilities that operations with a body ask for.
pub mod needs {
    use wagon_domain::Capability;

    macro_rules! needs {
        ($($name:ident),*) => {$(
            #[derive(Debug)]
            pub enum $name {}

            impl super::Needs for $name {
                const CAPABILITY: Capability = Capability::$name;
            }
        )*};
    }

    needs!(Read, Send, Manage, Events, Admin);
}

/// The caller behind a request, who has the capability `N`.
///
/// Services check capabilities themselves. This extractor is for operations with a body, so that a
/// caller who may not use them hears that, and not what is wrong with the body.
#[derive(Debug)]
pub struct Permitted<D, N> {
    caller: Authenticated<D>,
    needs: PhantomData<fn() -> N>,
}

impl<D, N> Deref for Permitted<D, N> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<D, N, S> FromRequestParts<S> for Permitted<D, N>
where
    D: Dialect,
    N: Needs,
    S: Send + Sync,
    Access: FromRef<S>,
{
    type Rejection = Rejection<D>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection<D>> {
        let caller = Authenticated::from_request_parts(parts, state).await?;
        if !caller.may(N::CAPABILITY) {
            return Err(wagon_services::Error::Forbidden {
                capability: N::CAPABILITY,
            }
            .into());
        }
        Ok(Self {
            caller,
            needs: PhantomData,
        })
    }
}

/// What a request shows, in the order in which it counts. A bearer in the form of a JWT is a token and
/// never looked up as a key; an API key beside it still counts if the token is no good. An API key in its
/// own header wins over one that is a bearer.
fn credentials(headers: &HeaderMap) -> Result<Vec<Credential<'_>>, Unauthenticated> {
    let bearer = bearer(headers);
    let mut found = Vec::new();
    if let Ok(token) = bearer
        && is_jwt_shaped(token)
    {
        found.push(Credential::Token(token));
    }
    if let Some(value) = headers.get(API_KEY).filter(|value| !value.is_empty()) {
        let key = value.to_str().map_err(|_| Unauthenticated::Invalid)?;
        found.push(Credential::ApiKey(key));
    }
    if found.is_empty() {
        found.push(Credential::ApiKey(bearer?));
    }
    Ok(found)
}

fn bearer(headers: &HeaderMap) -> Result<&str, Unauthenticated> {
    let value = headers.get(AUTHORIZATION).ok_or(Unauthenticated::Missing)?;
    let value = value.to_str().map_err(|_| Unauthenticated::Invalid)?;
    let (scheme, token) = value.split_once(' ').ok_or(Unauthenticated::Missing)?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(Unauthenticated::Missing);
    }
    Ok(token)
}

fn is_jwt_shaped(token: &str) -> bool {
    let mut parts = 0;
    token.split('.').all(|part| {
        parts += 1;
        !part.is_empty()
    }) && parts == 3
}

/// Where the request log learns who called.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallerSlot(Arc<OnceLock<(Option<OrgId>, String)>>);

impl CallerSlot {
    fn fill(&self, who: &Identified) {
        self.0.get_or_init(|| {
            let (org, id) = match who {
                Identified::Program(caller) => (Some(caller.org.clone()), caller.actor.id()),
                Identified::Person(person) => (person.org.clone(), Some(person.user.as_str())),
            };
            (org, id.unwrap_or_default().to_owned())
        });
    }

    pub(crate) fn org(&self) -> Option<&str> {
        self.0.get().and_then(|(org, _)| org.as_ref()).map(OrgId::as_str)
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.0.get().map(|(_, id)| id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    /// What counts, in order: keys as `key:…`, tokens as `token:…`.
    fn shown(pairs: &[(&'static str, &str)]) -> Result<String, Unauthenticated> {
        let headers = headers(pairs);
        let credentials = credentials(&headers)?
            .into_iter()
            .map(|credential| match credential {
                Credential::ApiKey(key) => format!("key:{key}"),
                Credential::Token(token) => format!("token:{token}"),
            });
        Ok(credentials.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_key_comes_in_either_header_and_a_token_counts_before_it() {
        for (pairs, counts) in [
            (&[("x-api-key", "wa_k")][..], "key:wa_k"),
            (&[("authorization", "Bearer wa_k")], "key:wa_k"),
            (&[("authorization", "bEARER  wa_k ")], "key:wa_k"),
            (
                &[("authorization", "Bearer other"), ("x-api-key", "wa_k")],
                "key:wa_k",
            ),
            (&[("authorization", "Bearer wa_k"), ("x-api-key", "")], "key:wa_k"),
            (&[("authorization", "Bearer a.b.c")], "token:a.b.c"),
            (
                &[("authorization", "Bearer a.b.c"), ("x-api-key", "wa_k")],
                "token:a.b.c key:wa_k",
            ),
        ] {
            assert_eq!(shown(pairs).as_deref(), Ok(counts), "{pairs:?}");
        }
    }

    #[test]
    fn what_is_no_credential_is_missing() {
        for pairs in [
            &[][..],
            &[("authorization", "Basic eDp5")],
            &[("authorization", "Bearer ")],
        ] {
            assert_eq!(shown(pairs), Err(Unauthenticated::Missing), "{pairs:?}");
        }
    }

    #[test]
    fn only_three_full_parts_look_like_a_jwt() {
        assert!(is_jwt_shaped("eyJ.eyJ.sig"));
        for token in ["a.b", "a..c", "a.b.", ".b.c", "a.b.c.d", "wa_abc"] {
            assert!(!is_jwt_shaped(token), "{token}");
        }
    }
}
