//! `POST /sessions/{session}/calls/{call}:reject`.

use axum::extract::{self, FromRequestParts};
use axum::response::NoContent;
use http::request::Parts;
use wagon_domain::SessionId;
use wagon_http_kit::{Authenticated, PathValues};

use crate::error::{Rejection, V1};
use crate::openapi::Input;
use crate::path;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    CallPath { session, call }: CallPath,
) -> Result<NoContent, Rejection> {
    state.services.calls.reject(&caller, &session, &call).await?;
    Ok(NoContent)
}

/// `{session}` and `{call}`.
pub(crate) struct CallPath {
    session: SessionId,
    call: String,
}

impl Input for CallPath {}

impl FromRequestParts<State> for CallPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        Ok(Self {
            session: path::session(&values)?,
            call: values.get("call").to_owned(),
        })
    }
}
