//! Who is calling.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use axum::extract::{FromRef, FromRequestParts};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use wagon_domain::{Caller, Capability, KeyId, OrgId};
use wagon_services::Keys;

use crate::dialect::{Dialect, Problem, Rejection, Unauthenticated};

const API_KEY: &str = "x-api-key";

/// The caller behind a request with a valid API key.
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
    Keys: FromRef<S>,
{
    type Rejection = Rejection<D>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection<D>> {
        let secret = credential(&parts.headers).map_err(Problem::Unauthenticated)?;
        let caller = Keys::from_ref(state).authenticate(secret).await?;
        let caller = caller.ok_or(Problem::Unauthenticated(Unauthenticated::Invalid))?;
        if let Some(slot) = parts.extensions.get::<CallerSlot>() {
            slot.fill(&caller);
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

    needs!(Read, Send, Manage, Events);
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
    Keys: FromRef<S>,
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

/// The API key of a request. `X-API-Key` wins over a bearer token; a token in the form of a JWT is
/// some other system's credential and never looked up as a key.
fn credential(headers: &HeaderMap) -> Result<&str, Unauthenticated> {
    if let Some(value) = headers.get(API_KEY).filter(|value| !value.is_empty()) {
        return value.to_str().map_err(|_| Unauthenticated::Invalid);
    }
    let value = headers.get(AUTHORIZATION).ok_or(Unauthenticated::Missing)?;
    let value = value.to_str().map_err(|_| Unauthenticated::Invalid)?;
    let (scheme, token) = value.split_once(' ').ok_or(Unauthenticated::Missing)?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(Unauthenticated::Missing);
    }
    if is_jwt_shaped(token) {
        return Err(Unauthenticated::Invalid);
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
pub(crate) struct CallerSlot(Arc<OnceLock<(OrgId, KeyId)>>);

impl CallerSlot {
    fn fill(&self, caller: &Caller) {
        self.0.get_or_init(|| (caller.org.clone(), caller.key.clone()));
    }

    pub(crate) fn org(&self) -> Option<&str> {
        self.0.get().map(|(org, _)| org.as_str())
    }

    pub(crate) fn key(&self) -> Option<&str> {
        self.0.get().map(|(_, key)| key.as_str())
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

    #[test]
    fn a_key_comes_in_either_header() {
        for pairs in [
            &[("x-api-key", "wa_k")][..],
            &[("authorization", "Bearer wa_k")],
            &[("authorization", "bEARER  wa_k ")],
            &[("authorization", "Bearer other"), ("x-api-key", "wa_k")],
            &[("authorization", "Bearer a.b.c"), ("x-api-key", "wa_k")],
            &[("authorization", "Bearer wa_k"), ("x-api-key", "")],
        ] {
            assert_eq!(credential(&headers(pairs)), Ok("wa_k"), "{pairs:?}");
        }
    }

    #[test]
    fn other_credentials_are_told_apart() {
        assert_eq!(credential(&headers(&[])), Err(Unauthenticated::Missing));
        assert_eq!(
            credential(&headers(&[("authorization", "Basic eDp5")])),
            Err(Unauthenticated::Missing)
        );
        assert_eq!(
            credential(&headers(&[("authorization", "Bearer ")])),
            Err(Unauthenticated::Missing)
        );
        assert_eq!(
            credential(&headers(&[("authorization", "Bearer a.b.c")])),
            Err(Unauthenticated::Invalid)
        );
    }

    #[test]
    fn only_three_full_parts_look_like_a_jwt() {
        assert!(is_jwt_shaped("eyJ.eyJ.sig"));
        for token in ["a.b", "a..c", "a.b.", ".b.c", "a.b.c.d", "wa_abc"] {
            assert!(!is_jwt_shaped(token), "{token}");
        }
    }
}
