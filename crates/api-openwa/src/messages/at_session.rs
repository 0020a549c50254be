//! Who sends, and through which session.

use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use wagon_domain::{Caller, SessionId, SessionStatus};
use wagon_http_kit::{Authenticated, Needs, PathValues, needs};
use wagon_services::{Error, Missing};

use crate::error::{Failure, OpenWa, Refusal};
use crate::state::State;

/// An operator and the session in the path, after the checks that come before the body. Whether the
/// session exists is not one of them.
pub(crate) struct AtSession {
    pub(crate) caller: Authenticated<OpenWa>,
    /// The path value as it was given: answers repeat it.
    name: String,
    id: Option<SessionId>,
}

impl FromRequestParts<State> for AtSession {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Failure> {
        let caller = Authenticated::from_request_parts(parts, state).await?;
        let values = PathValues::of::<OpenWa, _>(parts, state).await?;
        let name = values.get("id").to_owned();
        let id = name.parse().ok();
        if !is_in_scope(&caller, id.as_ref()) {
            // The dialect's clients treat this as a bad key, not as a lack of permission.
            let message = "API key not authorized for this session";
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, message).into());
        }
        let capability = needs::Send::CAPABILITY;
        if !caller.may(capability) {
            return Err(Error::Forbidden { capability }.into());
        }
        Ok(Self { caller, name, id })
    }
}

impl AtSession {
    pub(crate) fn session(&self) -> Result<&SessionId, Refusal> {
        self.id.as_ref().ok_or_else(|| self.not_active())
    }

    /// Words a refusal of the session. The dialect never answers 404 here, and it tells a session
    /// that is on its way up from one that is not started.
    pub(crate) async fn refuse(&self, error: Error, state: &State) -> Failure {
        match (&error, &self.id) {
            (Error::NotFound(Missing::Session), _) => self.not_active().into(),
            (Error::NotConnected, Some(id)) => {
                match state.services.sessions.resolve(&self.caller, id).await {
                    Ok(session) if is_on_its_way(session.status) => error.into(),
                    Ok(_) => self.not_active().into(),
                    Err(error) => error.into(),
                }
            }
            _ => error.into(),
        }
    }

    fn not_active(&self) -> Refusal {
        let message = format!("Session '{}' is not active. Start the session first.", self.name);
        Refusal::new(StatusCode::BAD_REQUEST, message)
    }
}

fn is_in_scope(caller: &Caller, session: Option<&SessionId>) -> bool {
    match (&caller.sessions, session) {
        (None, _) => true,
        (Some(allowed), Some(session)) => allowed.contains(session),
        (Some(_), None) => false,
    }
}

const fn is_on_its_way(status: SessionStatus) -> bool {
    match status {
        SessionStatus::Starting | SessionStatus::ScanQrCode | SessionStatus::Working => true,
        SessionStatus::Failed | SessionStatus::Stopped | SessionStatus::LoggedOut => false,
    }
}

#[cfg(test)]
mod tests {
    use wagon_domain::{Actor, Capabilities};

    use super::*;

    #[test]
    fn a_limited_key_reaches_its_sessions_only() {
        let all = Caller {
            org: "org_1".parse().unwrap(),
            actor: Actor::Operator,
            capabilities: Capabilities::all(),
            sessions: None,
            super_admin: false,
            address: None,
        };
        let [one, two]: [SessionId; 2] = ["sess_1", "sess_2"].map(|id| id.parse().unwrap());
        let limited = Caller {
            sessions: Some(vec![one.clone()]),
            ..all.clone()
        };
        assert!(is_in_scope(&all, Some(&two)) && is_in_scope(&all, None));
        assert!(is_in_scope(&limited, Some(&one)));
        assert!(!is_in_scope(&limited, Some(&two)) && !is_in_scope(&limited, None));
    }
}
