//! `POST /sessions/{session}:start`, `:stop`, `:restart`, `:logout`.

use axum::Json;
use axum::extract::{self, FromRequestParts};
use http::Method;
use http::request::Parts;
use wagon_domain::SessionId;
use wagon_http_kit::{Authenticated, PathValues, Problem};
use wagon_services::{Error, Missing};

use super::view::View;
use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Start,
    Stop,
    Restart,
    Logout,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    Target { session, action }: Target,
) -> Result<Json<impl serde::Serialize>, Rejection> {
    let sessions = &state.services.sessions;
    let session = match action {
        Action::Start => sessions.start(&caller, &session).await?,
        Action::Stop => sessions.stop(&caller, &session).await?,
        Action::Restart => sessions.restart(&caller, &session).await?,
        Action::Logout => sessions.logout(&caller, &session).await?,
    };
    Ok(Json(View::new(session, &state.gateway_id)))
}

/// A session and what to do with it, from one path segment: routes cannot hold a literal after a
/// parameter, so this is the place that takes the segment apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target {
    session: SessionId,
    action: Action,
}

impl Target {
    fn parse(segment: &str, path: &str) -> Result<Self, Problem> {
        let Some((session, action)) = segment.rsplit_once(':') else {
            return Err(Problem::MethodNotAllowed {
                allow: Some("GET,HEAD,DELETE"),
            });
        };
        let action = match action {
            "start" => Action::Start,
            "stop" => Action::Stop,
            "restart" => Action::Restart,
            "logout" => Action::Logout,
            _ => {
                return Err(Problem::RouteNotFound {
                    method: Method::POST,
                    path: path.to_owned(),
                });
            }
        };
        let session = session
            .parse()
            .map_err(|_| Problem::Service(Error::NotFound(Missing::Session)))?;
        Ok(Self { session, action })
    }
}

impl FromRequestParts<State> for Target {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        Ok(Self::parse(values.get("session"), parts.uri.path())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_segment_splits_at_its_last_colon() {
        for (segment, action) in [
            ("sess_1:start", Action::Start),
            ("sess_1:stop", Action::Stop),
            ("sess_1:restart", Action::Restart),
            ("sess_1:logout", Action::Logout),
        ] {
            let target = Target::parse(segment, "/").unwrap();
            assert_eq!(
                target,
                Target {
                    session: "sess_1".parse().unwrap(),
                    action
                }
            );
        }
    }

    #[test]
    fn other_segments_are_refused() {
        let refused = |segment| Target::parse(segment, "/").unwrap_err();
        assert!(matches!(
            refused("sess_1"),
            Problem::MethodNotAllowed { allow: Some(_) }
        ));
        assert!(matches!(refused("sess_1:fly"), Problem::RouteNotFound { .. }));
        assert!(matches!(refused("sess_1:"), Problem::RouteNotFound { .. }));
        assert!(matches!(
            refused("sess_1:stop:start"),
            Problem::Service(Error::NotFound(Missing::Session))
        ));
        assert!(matches!(
            refused(":start"),
            Problem::Service(Error::NotFound(Missing::Session))
        ));
    }
}
