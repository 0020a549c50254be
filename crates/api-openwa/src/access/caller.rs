//! Callers of routes that are about no session.

use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use wagon_domain::{Caller, Capability};
use wagon_http_kit::{Anyone, Needs, Problem, Unauthenticated};
use wagon_services::{Error, Identified};

use crate::error::{Failure, OpenWa, Refusal};
use crate::openapi::{Access, Input, Operation, Schemas};
use crate::state::State;

/// A caller who has the capability `N`.
#[derive(Debug)]
pub(crate) struct Permitted<N> {
    caller: Caller,
    needs: PhantomData<fn() -> N>,
}

impl<N> Deref for Permitted<N> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<N: Needs> Input for Permitted<N> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::Caller);
        operation.set_capability(N::CAPABILITY);
    }
}

impl<N: Needs> FromRequestParts<State> for Permitted<N> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Failure> {
        let caller = authenticate(parts, state).await?;
        permit(&caller, N::CAPABILITY)?;
        refuse_chat_limits(&caller)?;
        Ok(Self {
            caller,
            needs: PhantomData,
        })
    }
}

/// The same, with a key that is not limited to some sessions.
#[derive(Debug)]
pub(crate) struct Unscoped<N>(Permitted<N>);

impl<N> Deref for Unscoped<N> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl<N: Needs> Input for Unscoped<N> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::Caller);
        operation.set_capability(N::CAPABILITY);
    }
}

impl<N: Needs> FromRequestParts<State> for Unscoped<N> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Failure> {
        let caller = Permitted::from_request_parts(parts, state).await?;
        if caller.sessions.is_some() {
            let message = "Session-scoped API keys are not permitted on this route";
            return Err(Refusal::new(StatusCode::FORBIDDEN, message).into());
        }
        Ok(Self(caller))
    }
}

pub(super) async fn authenticate(parts: &mut Parts, state: &State) -> Result<Caller, Failure> {
    let caller = match &*Anyone::<OpenWa>::from_request_parts(parts, state).await? {
        Identified::Program(caller) => Some(caller.clone()),
        Identified::Person(person) => person.caller(),
    };
    let nowhere = Problem::Unauthenticated(Unauthenticated::NoOrganization);
    caller.ok_or_else(|| nowhere.into())
}

pub(super) fn permit(caller: &Caller, capability: Capability) -> Result<(), Error> {
    if caller.may(capability) {
        Ok(())
    } else {
        Err(Error::Forbidden { capability })
    }
}

/// Keys for some chats are good for routes that name a chat, and for nothing else.
pub(super) fn refuse_chat_limits(caller: &Caller) -> Result<(), Refusal> {
    if caller.chats.is_none() {
        return Ok(());
    }
    let message = "API key is restricted to selected chats";
    Err(Refusal::new(StatusCode::FORBIDDEN, message))
}
