//! `GET /sessions/{session}/chats`.

use axum::{Json, extract};
use wagon_domain::message::StoredChat;
use wagon_http_kit::{Authenticated, Query};

use super::view::View;
use crate::error::{Rejection, V1};
use crate::page::{Page, Params};
use crate::path::SessionPath;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
    params: Query<Params, V1>,
) -> Result<Json<Page<View>>, Rejection> {
    let limit = params.0.limit()?;
    let after = params.0.position(parse)?;
    let chats = state
        .services
        .chats
        .list(&caller, &session, after, limit.get())
        .await?;
    Ok(Json(Page::<View>::new(chats, limit, position)))
}

/// Time and row: times are not unique.
fn position(chat: &StoredChat) -> String {
    let time = chat.last_message_at.unwrap_or_default();
    format!("{time}:{}", chat.row)
}

fn parse(position: &str) -> Option<(i64, i64)> {
    let (time, row) = position.split_once(':')?;
    Some((time.parse().ok()?, row.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_time_and_row() {
        assert_eq!(parse("1700000000000:7"), Some((1_700_000_000_000, 7)));
        for text in ["", "1", "1:", ":1", "a:1", "1:2:3"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
