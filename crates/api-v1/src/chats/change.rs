//! `PATCH /sessions/{session}/chats/{cid}`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::Timestamp;
use wagon_http_kit::{StrictJson, needs};
use wagon_services::ChangeChat;

use super::view::View;
use crate::error::{Rejection, V1};
use crate::path::{ChatPath, InSession};
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "ChangeChat")]
pub(crate) struct Request {
    archived: Option<bool>,
    pinned: Option<bool>,
    /// Epoch milliseconds.
    muted_until: Option<i64>,
    unmute: Option<bool>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    InSession { caller, .. }: InSession<needs::Send>,
    ChatPath { session, chat }: ChatPath,
    request: StrictJson<Request, V1>,
) -> Result<Json<View>, Rejection> {
    let change = request.0.into();
    let chat = state
        .services
        .chats
        .change(&caller, &session, &chat, change)
        .await?;
    Ok(Json(View::from(chat)))
}

impl From<Request> for ChangeChat {
    fn from(request: Request) -> Self {
        let muted_until = if request.unmute == Some(true) {
            Some(None)
        } else {
            request
                .muted_until
                .map(|until| Some(Timestamp::from_millis(until)))
        };
        Self {
            archived: request.archived,
            pinned: request.pinned,
            muted_until,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unmute_beats_a_time() {
        let request: Request = serde_json::from_str(r#"{"mutedUntil":5,"unmute":true}"#).unwrap();
        assert_eq!(ChangeChat::from(request).muted_until, Some(None));
        let request: Request = serde_json::from_str(r#"{"mutedUntil":5,"unmute":false}"#).unwrap();
        assert_eq!(
            ChangeChat::from(request).muted_until,
            Some(Some(Timestamp::from_millis(5)))
        );
        let request: Request = serde_json::from_str("{}").unwrap();
        assert_eq!(ChangeChat::from(request).muted_until, None);
    }
}
