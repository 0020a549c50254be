//! `POST /sessions/{session}/calls/{call}:reject`.

use axum::extract::{self, FromRequestParts};
use http::request::Parts;
use http::{Method, StatusCode};
use wagon_domain::SessionId;
use wagon_http_kit::{Authenticated, PathValues, Problem};

use crate::error::{Rejection, V1};
use crate::path;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    Target { session, call }: Target,
) -> Result<StatusCode, Rejection> {
    state.services.calls.reject(&caller, &session, &call).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A call to decline.
pub(crate) struct Target {
    session: SessionId,
    call: String,
}

impl FromRequestParts<State> for Target {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        let call = values
            .get("call")
            .strip_suffix(":reject")
            .ok_or_else(|| Problem::RouteNotFound {
                method: Method::POST,
                path: parts.uri.path().to_owned(),
            })?;
        Ok(Self {
            session: path::session(&values)?,
            call: call.to_owned(),
        })
    }
}
