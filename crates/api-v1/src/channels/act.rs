//! `POST /sessions/{session}/channels/{jid}:follow`, `:unfollow`, `:mute`.

use axum::extract::{self, FromRequestParts};
use http::request::Parts;
use http::{Method, StatusCode};
use serde::Deserialize;
use wagon_domain::Jid;
use wagon_http_kit::{LenientJson, PathValues, Problem, needs};

use super::path::channel;
use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

/// What `:mute` may say; the others have nothing to say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    mute: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Follow,
    Unfollow,
    Mute,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    Target { channel, action }: Target,
    request: LenientJson<Request, V1>,
) -> Result<StatusCode, Rejection> {
    let channels = &state.services.channels;
    let (caller, session) = (&at.caller, &at.session);
    match action {
        Action::Follow => channels.follow(caller, session, &channel).await?,
        Action::Unfollow => channels.unfollow(caller, session, &channel).await?,
        Action::Mute => {
            let muted = request.0.mute.unwrap_or(true);
            channels.mute(caller, session, &channel, muted).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A channel and what to do with it, from one path segment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target {
    channel: Jid,
    action: Action,
}

impl Target {
    fn parse(segment: &str, path: &str) -> Result<Self, Problem> {
        let unknown = || Problem::RouteNotFound {
            method: Method::POST,
            path: path.to_owned(),
        };
        let (jid, action) = segment.rsplit_once(':').ok_or_else(unknown)?;
        let action = match action {
            "follow" => Action::Follow,
            "unfollow" => Action::Unfollow,
            "mute" => Action::Mute,
            _ => return Err(unknown()),
        };
        let channel = channel(jid).map_err(Problem::Service)?;
        Ok(Self { channel, action })
    }
}

impl FromRequestParts<State> for Target {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        Ok(Self::parse(values.get("channel"), parts.uri.path())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_segment_splits_at_its_last_colon() {
        for (word, action) in [
            ("follow", Action::Follow),
            ("unfollow", Action::Unfollow),
            ("mute", Action::Mute),
        ] {
            let target = Target::parse(&format!("120363000000000001@newsletter:{word}"), "/").unwrap();
            assert_eq!(target.channel.to_string(), "120363000000000001@newsletter");
            assert_eq!(target.action, action);
        }
        let refused = |segment| Target::parse(segment, "/").unwrap_err();
        assert!(matches!(
            refused("120363000000000001@newsletter"),
            Problem::RouteNotFound { .. }
        ));
        assert!(matches!(
            refused("1@newsletter:sing"),
            Problem::RouteNotFound { .. }
        ));
        assert!(matches!(refused("nobody:follow"), Problem::Service(_)));
    }
}
