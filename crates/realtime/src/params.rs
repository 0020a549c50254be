//! The parameters of `GET /events`.

use http::HeaderMap;
use serde::Deserialize;
use wagon_domain::SessionId;
use wagon_http_kit::{Limit, Problem, QueryError};
use wagon_services::{Error, Missing, Subscribe};

use crate::state::Kinds;

const LAST_EVENT_ID: &str = "last-event-id";

#[derive(Debug, Deserialize)]
pub(crate) struct Params {
    session: Option<String>,
    events: Option<String>,
    /// Another name for `events`.
    types: Option<String>,
    since: Option<String>,
    /// Another name for `since`, as pages name it.
    cursor: Option<String>,
    limit: Option<String>,
}

impl Params {
    /// `None`: the client did not ask for a part of the log.
    pub(crate) fn limit(&self) -> Result<Option<Limit>, QueryError> {
        let limit = self.limit.as_deref().filter(|limit| !limit.is_empty());
        limit.map(|limit| Limit::parse(Some(limit))).transpose()
    }

    /// A browser that connects again says in a header where it was, whatever its URL says.
    pub(crate) fn resume(mut self, headers: &HeaderMap) -> Self {
        let last = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok());
        if let Some(last) = last.filter(|last| !last.is_empty()) {
            self.since = Some(last.to_owned());
        }
        self
    }

    pub(crate) fn subscribe(self, filter: fn(&[&str]) -> Kinds) -> Result<Subscribe, Problem> {
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
            .or(given(self.cursor))
            .map(|text| text.parse())
            .transpose()
            .map_err(|_| Problem::Query(QueryError::new("since", "invalid event id")))?;
        Ok(Subscribe {
            firehose: false,
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
            cursor: None,
            limit: None,
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

    #[test]
    fn a_reconnecting_browser_says_where_it_was() {
        let params = |since: &str| Params {
            session: None,
            events: None,
            types: None,
            since: Some(since.to_owned()),
            cursor: Some("evt_cursor".to_owned()),
            limit: None,
        };
        let headers = HeaderMap::from_iter([("last-event-id".parse().unwrap(), "evt_2".parse().unwrap())]);
        let since = |params: Params| params.subscribe(filter).unwrap().since.unwrap().to_string();
        assert_eq!(since(params("evt_1").resume(&headers)), "evt_2");
        assert_eq!(since(params("evt_1").resume(&HeaderMap::new())), "evt_1");
        assert_eq!(since(params("")), "evt_cursor");
    }
}
