//! `POST /realtime/ticket`.

use axum::extract;
use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::SessionId;
use wagon_http_kit::{BodyError, BodyErrorKind, BodyLimit, LenientJson, Permitted, Problem, needs};
use wagon_services::{Error, Missing, Subscribe};

use crate::error::{Rejection, V1};
use crate::events::filter;
use crate::openapi::{Api, Created, op};
use crate::state::State;

const BODY: BodyLimit = BodyLimit(64 * 1024);
const LIFETIME_SECONDS: u64 = 30;

/// Unknown fields are tolerated here, as the dialect has it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(rename = "CreateTicket")]
pub(crate) struct Request {
    scope: Option<Scope>,
    session: Option<String>,
    events: Option<Vec<String>>,
    since: Option<String>,
}

#[derive(Debug, Default, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "TicketScope")]
enum Scope {
    Session,
    #[default]
    Organization,
    Firehose,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Ticket")]
pub(crate) struct View {
    ticket: String,
    expires_in_seconds: u64,
    url: String,
}

pub(crate) fn routes(api: Api) -> Api {
    api.post(
        "/realtime/ticket",
        create,
        op(
            "createTicket",
            "A ticket to open the WebSocket with, once and soon",
        )
        .limit(BODY)
        .refused(StatusCode::NOT_FOUND, "There is no such session."),
    )
}

async fn create(
    extract::State(state): extract::State<State>,
    caller: Permitted<V1, needs::Events>,
    request: LenientJson<Request, V1>,
) -> Result<Created<View>, Rejection> {
    let ticket = state
        .services
        .events
        .ticket(&caller, request.0.subscribe()?)
        .await?;
    let url = url(state.public_url.as_deref(), &ticket);
    Ok(Created(View {
        ticket,
        expires_in_seconds: LIFETIME_SECONDS,
        url,
    }))
}

impl Request {
    fn subscribe(self) -> Result<Subscribe, Problem> {
        let scope = self.scope.unwrap_or_default();
        let firehose = matches!(scope, Scope::Firehose);
        let session = match scope {
            Scope::Organization | Scope::Firehose => None,
            Scope::Session => Some(session(self.session.as_deref())?),
        };
        let names = self.events.unwrap_or_default();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let kinds = filter(&names).map_err(|_| field("events", "unknown event type"))?;
        let since = self.since.filter(|since| !since.is_empty() && !firehose);
        let since = since
            .map(|since| since.parse())
            .transpose()
            .map_err(|_| field("since", "invalid event id"))?;
        Ok(Subscribe {
            firehose,
            session,
            kinds,
            since,
        })
    }
}

fn session(id: Option<&str>) -> Result<SessionId, Problem> {
    let Some(id) = id.filter(|id| !id.is_empty()) else {
        let message = "session is required for scope 'session'".to_owned();
        return Err(Problem::Service(Error::Invalid {
            field: "session",
            message,
        }));
    };
    id.parse()
        .map_err(|_| Problem::Service(Error::NotFound(Missing::Session)))
}

fn field(path: &str, problem: &str) -> Problem {
    let kind = BodyErrorKind::Invalid {
        problem: problem.to_owned(),
    };
    Problem::Body(BodyError {
        kind,
        path: path.to_owned(),
    })
}

/// The WebSocket's address, relative where the public one is not known.
fn url(public_url: Option<&str>, ticket: &str) -> String {
    let origin = match public_url.map(|url| url.trim_end_matches('/')) {
        None => String::new(),
        // `https` becomes `wss`.
        Some(url) => url
            .strip_prefix("http")
            .map_or_else(|| url.to_owned(), |rest| format!("ws{rest}")),
    };
    format!("{origin}/api/v1/realtime?ticket={ticket}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wagon_domain::EventKind;

    use super::*;

    fn subscribe(body: Value) -> Result<Subscribe, Problem> {
        serde_json::from_value::<Request>(body).unwrap().subscribe()
    }

    #[test]
    fn everything_is_optional() {
        for body in [
            json!({}),
            json!({"scope": "organization", "session": "ignored", "events": ["*"], "since": ""}),
        ] {
            let request = subscribe(body).unwrap();
            assert!(request.session.is_none() && request.kinds.is_none() && request.since.is_none());
        }
    }

    #[test]
    fn a_scope_a_filter_and_a_position_are_carried() {
        let body = json!({
            "scope": "session", "session": "sess_1", "events": ["message"], "since": "evt_1", "gateway": "gw-1",
        });
        let request = subscribe(body).unwrap();
        assert_eq!(request.session, Some("sess_1".parse().unwrap()));
        assert_eq!(request.kinds, Some(vec![EventKind::Message]));
        assert_eq!(request.since, Some("evt_1".parse().unwrap()));
    }

    #[test]
    fn the_firehose_begins_now() {
        let request = subscribe(json!({"scope": "firehose", "since": "evt_1"})).unwrap();
        assert!(request.firehose && request.since.is_none() && request.session.is_none());
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(matches!(
            subscribe(json!({"scope": "session"})),
            Err(Problem::Service(Error::Invalid { .. }))
        ));
        let foreign = json!({"scope": "session", "session": "x"});
        assert!(matches!(
            subscribe(foreign),
            Err(Problem::Service(Error::NotFound(Missing::Session)))
        ));
        assert!(
            matches!(subscribe(json!({"events": ["x"]})), Err(Problem::Body(error)) if error.path == "events")
        );
        assert!(
            matches!(subscribe(json!({"since": "x"})), Err(Problem::Body(error)) if error.path == "since")
        );
    }

    #[test]
    fn the_url_speaks_the_socket_scheme_of_the_public_one() {
        let path = "/api/v1/realtime?ticket=rt_1";
        assert_eq!(url(None, "rt_1"), path);
        assert_eq!(
            url(Some("https://wagon.example.com/"), "rt_1"),
            format!("wss://wagon.example.com{path}")
        );
        assert_eq!(
            url(Some("http://127.0.0.1:2785"), "rt_1"),
            format!("ws://127.0.0.1:2785{path}")
        );
    }
}
