//! `GET /sessions/{session}/history`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Timestamp;
use wagon_domain::history::HistoryImport;
use wagon_http_kit::Authenticated;

use crate::error::{Rejection, V1};
use crate::path::SessionPath;
use crate::state::State;

const COMPLETE: i64 = 100;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "HistoryImport")]
pub(crate) struct View {
    #[schemars(extend("enum" = ["waiting", "running", "complete"]))]
    status: &'static str,
    progress: i64,
    chats: i64,
    messages: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<i64>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
) -> Result<Json<View>, Rejection> {
    let import = state.services.history.get(&caller, &session).await?;
    Ok(Json(View::from(import)))
}

impl From<HistoryImport> for View {
    fn from(import: HistoryImport) -> Self {
        Self {
            status: match import.updated_at {
                None => "waiting",
                Some(_) if import.progress < COMPLETE => "running",
                Some(_) => "complete",
            },
            progress: import.progress,
            chats: import.chats,
            messages: import.messages,
            updated_at: import.updated_at.map(Timestamp::as_millis),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_follows_the_progress() {
        let mut import = HistoryImport::default();
        assert_eq!(View::from(import).status, "waiting");
        import.updated_at = Some(Timestamp::from_millis(1));
        assert_eq!(View::from(import).status, "running");
        import.progress = COMPLETE;
        assert_eq!(View::from(import).status, "complete");
    }
}
