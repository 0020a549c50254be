//! `POST /sessions`.

use axum::extract;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{Permitted, StrictJson, needs};
use wagon_services::CreateSession;

use super::view::View;
use crate::error::{Rejection, V1};
use crate::openapi::Created;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "CreateSession")]
pub(crate) struct Request {
    label: Option<String>,
    start: Option<bool>,
    auto_read: Option<bool>,
    presence_typing: Option<bool>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<V1, needs::Manage>,
    request: StrictJson<Request, V1>,
) -> Result<Created<View>, Rejection> {
    let session = state.services.sessions.create(&caller, request.0.into()).await?;
    Ok(Created(View::new(session, &state.gateway_id)))
}

impl From<Request> for CreateSession {
    fn from(request: Request) -> Self {
        Self {
            label: request.label,
            start: request.start.unwrap_or(false),
            auto_read: request.auto_read.unwrap_or(true),
            presence_typing: request.presence_typing.unwrap_or(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_the_dialects() {
        let request: Request = serde_json::from_str("{}").unwrap();
        let request = CreateSession::from(request);
        assert_eq!((request.label, request.start), (None, false));
        assert_eq!((request.auto_read, request.presence_typing), (true, false));
    }
}
