//! `POST /sessions/{session}/groups/{gid}:leave`.

use axum::extract::{self, FromRequestParts};
use http::request::Parts;
use http::{Method, StatusCode};
use wagon_domain::Jid;
use wagon_http_kit::{PathValues, Problem, needs};

use super::path::group;
use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    Leave(group): Leave,
) -> Result<StatusCode, Rejection> {
    state
        .services
        .groups
        .leave(&at.caller, &at.session, &group)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The group to leave. Routes cannot hold a literal after a parameter, so the segment is taken apart
/// here.
pub(crate) struct Leave(Jid);

impl Leave {
    fn parse(segment: &str, path: &str) -> Result<Self, Problem> {
        match segment.rsplit_once(':') {
            Some((gid, "leave")) => Ok(Self(group(gid).map_err(Problem::Service)?)),
            Some(_) => Err(Problem::RouteNotFound {
                method: Method::POST,
                path: path.to_owned(),
            }),
            None => Err(Problem::MethodNotAllowed {
                allow: Some("GET,HEAD,PATCH"),
            }),
        }
    }
}

impl FromRequestParts<State> for Leave {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        Ok(Self::parse(values.get("gid"), parts.uri.path())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_leaving_is_a_route() {
        assert!(Leave::parse("120363000000000001@g.us:leave", "/").is_ok());
        assert!(matches!(
            Leave::parse("120363000000000001@g.us:burn", "/"),
            Err(Problem::RouteNotFound { .. })
        ));
        assert!(matches!(
            Leave::parse("120363000000000001@g.us", "/"),
            Err(Problem::MethodNotAllowed { .. })
        ));
        assert!(matches!(
            Leave::parse("nobody:leave", "/"),
            Err(Problem::Service(_))
        ));
    }
}
