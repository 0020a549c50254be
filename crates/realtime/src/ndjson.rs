//! `GET /events`: one JSON object per line, for as long as the client listens.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Deserialize;
use wagon_domain::SessionId;
use wagon_http_kit::{Authenticated, Dialect, Problem, Query, QueryError, Rejection};
use wagon_services::{Error, Missing, Subscribe};

use crate::feed::Feed;
use crate::state::{Kinds, State};

#[derive(Debug, Deserialize)]
pub(crate) struct Params {
    session: Option<String>,
    events: Option<String>,
    /// Another name for `events`.
    types: Option<String>,
    since: Option<String>,
}

pub(crate) async fn follow_events<D: Dialect>(
    extract::State(state): extract::State<State>,
    caller: Authenticated<D>,
    params: Query<Params, D>,
) -> Result<Response, Rejection<D>> {
    let events = state
        .services
        .events
        .subscribe(&caller, params.0.subscribe(state.filter)?)
        .await?;
    let lines = stream::unfold(Feed::new(&state, events), async |mut feed| {
        let mut line = feed.next().await?;
        line.push('\n');
        Some((Ok::<_, Infallible>(line), feed))
    });
    let headers = [
        (CONTENT_TYPE.as_str(), "application/x-ndjson"),
        (CACHE_CONTROL.as_str(), "no-cache, no-transform"),
        ("x-accel-buffering", "no"),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

impl Params {
    fn subscribe(self, filter: fn(&[&str]) -> Kinds) -> Result<Subscribe, Problem> {
        let given = |value: Option<String>| value.filter(|text| !text.is_empty());
        let session = given(self.session)
            .map(|text| text.parse::<SessionId>())
            .transpose()
            .map_err(|_| Problem::Service(Error::NotFound(Missing::Session)))?;
        let names = given(self.events).or(given(self.types)).unwrap_or_default();
        let names: Vec<&str> = names
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        let kinds =
            filter(&names).map_err(|_| Problem::Query(QueryError::new("events", "unknown event type")))?;
        let since = given(self.since)
            .map(|text| text.parse())
            .transpose()
            .map_err(|_| Problem::Query(QueryError::new("since", "invalid event id")))?;
        Ok(Subscribe {
            session,
            kinds,
            since,
        })
    }
}

#[cfg(test)]
mod tests {
    use wagon_domain::EventKind;

    use super::*;

    fn filter(names: &[&str]) -> Kinds {
        if names.is_empty() {
            return Ok(None);
        }
        names
            .iter()
            .map(|name| name.parse())
            .collect::<Result<_, _>>()
            .map(Some)
    }

    fn subscribe(
        session: &str,
        events: Option<&str>,
        types: Option<&str>,
        since: &str,
    ) -> Result<Subscribe, Problem> {
        let owned = |text: &str| Some(text.to_owned());
        let params = Params {
            session: owned(session),
            events: events.and_then(owned),
            types: types.and_then(owned),
            since: owned(since),
        };
        params.subscribe(filter)
    }

    #[test]
    fn both_names_of_the_filter_work() {
        for (events, types) in [
            (Some("message, message.status"), None),
            (None, Some("message,message.status,")),
            (Some("message,message.status"), Some("x")),
        ] {
            let request = subscribe("sess_1", events, types, "evt_1").unwrap();
            assert_eq!(
                request.kinds,
                Some(vec![EventKind::Message, EventKind::MessageStatus])
            );
            assert_eq!(request.session, Some("sess_1".parse().unwrap()));
            assert_eq!(request.since, Some("evt_1".parse().unwrap()));
        }
    }

    #[test]
    fn empty_parameters_are_absent() {
        let request = subscribe("", None, None, "").unwrap();
        assert!(request.session.is_none() && request.kinds.is_none() && request.since.is_none());
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(matches!(
            subscribe("x", None, None, ""),
            Err(Problem::Service(Error::NotFound(Missing::Session)))
        ));
        assert!(
            matches!(subscribe("", Some("x"), None, ""), Err(Problem::Query(error)) if error.name == Some("events"))
        );
        assert!(
            matches!(subscribe("", None, None, "x"), Err(Problem::Query(error)) if error.name == Some("since"))
        );
    }
}
