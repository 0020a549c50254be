//! Typed path values.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::request::Parts;
use wagon_domain::{Jid, OutboxId, SessionId, WaMessageId};
use wagon_http_kit::{Authenticated, Needs, PathValues};
use wagon_openapi::Access;
use wagon_services::{Error, Missing};

use crate::error::{Rejection, V1};
use crate::openapi::{Input, Operation, Schemas};
use crate::state::State;

/// `{session}`. A text that is no session id names no session.
pub(crate) struct SessionPath(pub(crate) SessionId);

impl Input for SessionPath {}

impl FromRequestParts<State> for SessionPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        session(&values).map(Self)
    }
}

/// `{session}` and `{cid}`.
pub(crate) struct ChatPath {
    pub(crate) session: SessionId,
    pub(crate) chat: Jid,
}

impl Input for ChatPath {}

impl FromRequestParts<State> for ChatPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        let session = session(&values)?;
        let chat = jid(&values, "cid")?;
        Ok(Self { session, chat })
    }
}

/// `{session}` and `{mid}`. A text that is no message id names no message.
pub(crate) struct MessagePath {
    pub(crate) session: SessionId,
    pub(crate) message: WaMessageId,
}

impl Input for MessagePath {}

impl FromRequestParts<State> for MessagePath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        let session = session(&values)?;
        let message = values
            .get("mid")
            .parse()
            .map_err(|_| Error::NotFound(Missing::Message))?;
        Ok(Self { session, message })
    }
}

/// `{session}` and `{oid}`. A text that is no outbox id names no send.
pub(crate) struct SendPath {
    pub(crate) session: SessionId,
    pub(crate) send: OutboxId,
}

impl Input for SendPath {}

impl FromRequestParts<State> for SendPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        let session = session(&values)?;
        let send = values.get("oid").parse();
        let send = send.map_err(|_| Error::NotFound(Missing::Outbox))?;
        Ok(Self { session, send })
    }
}

/// `{session}` and `{jid}`: a person or a group.
pub(crate) struct ContactPath {
    pub(crate) session: SessionId,
    pub(crate) jid: Jid,
}

impl Input for ContactPath {}

impl FromRequestParts<State> for ContactPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        let session = session(&values)?;
        let jid = jid(&values, "jid")?;
        Ok(Self { session, jid })
    }
}

/// The caller and `{session}`, where the session exists and the caller has the capability `N`. For
/// operations with a body: whether they are possible at all is told before what the body lacks.
pub(crate) struct InSession<N> {
    pub(crate) caller: Authenticated<V1>,
    pub(crate) session: SessionId,
    needs: PhantomData<fn() -> N>,
}

impl<N: Needs> Input for InSession<N> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::Caller);
        operation.set_capability(N::CAPABILITY);
    }
}

impl<N: Needs> FromRequestParts<State> for InSession<N> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let caller = Authenticated::from_request_parts(parts, state).await?;
        let SessionPath(session) = SessionPath::from_request_parts(parts, state).await?;
        state
            .services
            .sessions
            .require(&caller, &session, N::CAPABILITY)
            .await?;
        Ok(Self {
            caller,
            session,
            needs: PhantomData,
        })
    }
}

pub(crate) fn session(values: &PathValues) -> Result<SessionId, Rejection> {
    values
        .get("session")
        .parse()
        .map_err(|_| Error::NotFound(Missing::Session).into())
}

fn jid(values: &PathValues, name: &'static str) -> Result<Jid, Error> {
    let parsed: Result<Jid, wagon_domain::jid::InvalidJid> = values.get(name).parse();
    parsed.map_err(|error| Error::Invalid {
        field: name,
        message: error.to_string(),
    })
}
