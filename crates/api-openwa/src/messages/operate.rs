//! Routes that do something about a stored message: a body of their own, and everything else in
//! common.

use std::marker::PhantomData;

use axum::response::{IntoResponse, Response};
use axum::{Json, extract};
use http::{HeaderMap, StatusCode};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use wagon_domain::{Jid, SessionId, WaMessageId};
use wagon_http_kit::{LenientJson, needs};
use wagon_services::{Error, Mode, Named, Operated, Operation};

use super::idempotency;
use super::result::View;
use crate::access::{AtChat, Family};
use crate::check::Checks;
use crate::done::Done;
use crate::error::{Failure, OpenWa, Refusal};
use crate::openapi::{Operation as Described, Output, Schemas};
use crate::state::State;

/// The body of a route that does something about a message.
pub(crate) trait Body: DeserializeOwned + JsonSchema + Default + Send + 'static {
    /// Whether `Idempotency-Key` means something to the route.
    const IDEMPOTENT: bool = false;

    fn read(self) -> Result<(Named, Operation), Refusal>;

    fn answer(done: Operated) -> Result<Response, Error> {
        View::try_from(done.sent)?;
        Ok(Json(Done::OK).into_response())
    }

    /// What [`answer`](Self::answer) answers.
    fn describe(operation: &mut Described, schemas: &mut Schemas) {
        operation.succeeds(StatusCode::OK, Some(schemas.answer::<Done>()));
    }
}

/// The answer to a body `B`.
pub(crate) struct Answer<B>(Response, PhantomData<fn() -> B>);

impl<B> IntoResponse for Answer<B> {
    fn into_response(self) -> Response {
        self.0
    }
}

impl<B: Body> Output for Answer<B> {
    fn describe(operation: &mut Described, schemas: &mut Schemas) {
        B::describe(operation, schemas);
    }
}

pub(crate) async fn handler<B: Body>(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    headers: HeaderMap,
    request: LenientJson<B, OpenWa>,
) -> Result<Answer<B>, Failure> {
    let (named, operation) = request.0.read()?;
    let session = session_for(&at, &named)?;
    if let Operation::Forward { to } = &operation {
        at.admit(to)?;
    }
    let key = if B::IDEMPOTENT {
        idempotency::key(&headers)?
    } else {
        None
    };
    let messages = &state.services.messages;
    match messages
        .operate(&at.caller, session, named, operation, key, Mode::Sync)
        .await
    {
        Ok(done) => Ok(Answer(B::answer(done)?, PhantomData)),
        Err(error) => Err(at.refuse(error, Family::Messages)),
    }
}

/// The session of a request about this message, which has to be one that the caller may do something about.
pub(super) fn session_for<'a>(at: &'a AtChat<needs::Send>, named: &Named) -> Result<&'a SessionId, Refusal> {
    at.admit(&named.chat)?;
    at.session(Family::Messages)
}

/// The answer to what was done about a message and tells of nothing else.
pub(super) fn done(at: &AtChat<needs::Send>, outcome: Result<(), Error>) -> Result<Json<Done>, Failure> {
    match outcome {
        Ok(()) => Ok(Json(Done::OK)),
        Err(error) => Err(at.refuse(error, Family::Messages)),
    }
}

/// A message of a chat as bodies name it.
pub(super) fn named(checks: &mut Checks, chat: Option<&str>, id: Option<&str>) -> Option<Named> {
    let chat = checks.chat("chatId", chat);
    let id = checks.message("messageId", id);
    chat.zip(id).map(|(chat, id)| whole(chat, id))
}

pub(super) const fn whole(chat: Jid, id: WaMessageId) -> Named {
    Named {
        id,
        chat,
        sender: None,
    }
}
