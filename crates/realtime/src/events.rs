//! `GET /events`: the log, as the client wants to read it.

use axum::extract;
use axum::response::Response;
use http::HeaderMap;
use http::header::ACCEPT;
use wagon_http_kit::{Authenticated, Dialect, Limit, Query, Rejection};

use crate::feed::Feed;
use crate::params::Params;
use crate::state::State;
use crate::{ndjson, page, sse};

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One JSON object per line, for as long as the client listens.
    Lines,
    ServerSent,
    /// What there is, in one answer.
    Page,
}

pub(crate) async fn read_events<D: Dialect>(
    extract::State(state): extract::State<State>,
    caller: Authenticated<D>,
    headers: HeaderMap,
    params: Query<Params, D>,
) -> Result<Response, Rejection<D>> {
    let params = params.0.resume(&headers);
    let limit = params.limit()?;
    let form = Form::of(&headers, limit.is_some());
    let request = params.subscribe(state.filter)?;
    let events = &state.services.events;
    if form == Form::Page {
        let limit = limit.map_or_else(|| Limit::parse(None), Ok)?;
        let found = events.page(&caller, request, limit.get()).await?;
        return Ok(page::response(found, limit, state.render));
    }
    let feed = Feed::new(&state, events.subscribe(&caller, request).await?);
    Ok(match form {
        Form::ServerSent => sse::response(feed),
        Form::Lines | Form::Page => ndjson::response(feed),
    })
}

impl Form {
    /// The first form that the client names; else a page for one that says how long it is to be.
    fn of(headers: &HeaderMap, limited: bool) -> Self {
        let accepted = headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let named = accepted.flat_map(|value| value.split(',')).find_map(|range| {
            match range.split(';').next().unwrap_or_default().trim() {
                "text/event-stream" => Some(Self::ServerSent),
                "application/x-ndjson" => Some(Self::Lines),
                "application/json" => Some(Self::Page),
                _ => None,
            }
        });
        named.unwrap_or(if limited { Self::Page } else { Self::Lines })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_choose_the_form() {
        let of = |accept: &str, limited| {
            Form::of(
                &HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())]),
                limited,
            )
        };
        assert_eq!(of("text/event-stream", false), Form::ServerSent);
        assert_eq!(of("application/json", false), Form::Page);
        assert_eq!(of("text/html, application/x-ndjson;q=0.9", true), Form::Lines);
        assert_eq!(of("*/*", false), Form::Lines);
        assert_eq!(of("*/*", true), Form::Page);
        assert_eq!(Form::of(&HeaderMap::new(), false), Form::Lines);
    }
}
