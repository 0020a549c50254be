//! `GET /sessions/{session}/outbox`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::OutboxId;
use wagon_http_kit::{Authenticated, Query, QueryError};
use wagon_services::SendState;

use super::view::View;
use crate::error::{Rejection, V1};
use crate::page::{self, Page};
use crate::path::SessionPath;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Filter {
    #[serde(default)]
    #[schemars(schema_with = "crate::openapi::words::send_status")]
    status: Option<String>,
}

impl Filter {
    fn state(&self) -> Result<Option<SendState>, QueryError> {
        let given = self.status.as_deref().filter(|status| !status.is_empty());
        given
            .map(str::parse)
            .transpose()
            .map_err(|_| QueryError::new("status", "expected value to be the status of a send"))
    }
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
    params: Query<page::Params, V1>,
    filter: Query<Filter, V1>,
) -> Result<Json<Page<View>>, Rejection> {
    let limit = params.0.limit()?;
    let before = params.0.position(|text| text.parse::<OutboxId>().ok())?;
    let status = filter.0.state()?;
    let sends = state
        .services
        .messages
        .list_sends(&caller, &session, status, before.as_ref(), limit.get())
        .await?;
    Ok(Json(Page::<View>::new(sends, limit, |last| {
        last.entry.id.to_string()
    })))
}
