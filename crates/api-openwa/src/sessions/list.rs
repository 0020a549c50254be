//! `GET /sessions`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{Query, needs};

use super::view::View;
use crate::access::Permitted;
use crate::error::{Failure, OpenWa, Refusal};
use crate::page::Window;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Params {
    limit: Option<String>,
    offset: Option<String>,
    /// Only the session of exactly this name.
    name: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<needs::Read>,
    query: Query<Params, OpenWa>,
) -> Result<Json<Vec<View>>, Failure> {
    let Params { limit, offset, name } = query.0;
    let window = Window::parse(limit.as_deref(), offset.as_deref(), 1000)?;
    if name.as_deref() == Some("") {
        return Err(Refusal::validation(vec!["name should not be empty".to_owned()]).into());
    }
    let mut sessions = state.services.sessions.seen(&caller).await?;
    sessions.retain(|session| name.is_none() || session.label == name);
    let sessions = window
        .cut(sessions)
        .map(|session| View::new(session, &state.services));
    Ok(Json(sessions.collect()))
}
