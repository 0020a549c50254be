//! Callers of routes that are about one session.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use wagon_domain::{Caller, Session, SessionId, SessionStatus};
use wagon_http_kit::{Needs, PathValues};
use wagon_services::{Error, Missing};

use super::caller::{authenticate, permit, refuse_chat_limits};
use super::family::Family;
use crate::error::{Failure, OpenWa, Refusal};
use crate::openapi::{Access, Input, Operation, Schemas};
use crate::state::State;

/// A caller who has the capability `N`, and the session that the path names as `{id}`: by id or by name.
/// Whether there is one is asked last, by the handler.
#[derive(Debug)]
pub(crate) struct AtSession<N> {
    pub(crate) caller: Caller,
    /// The path value as it was given: answers repeat it.
    pub(crate) name: String,
    session: Option<Session>,
    needs: PhantomData<fn() -> N>,
}

impl<N: Needs> Input for AtSession<N> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::Caller);
        operation.set_capability(N::CAPABILITY);
    }
}

impl<N: Needs> FromRequestParts<State> for AtSession<N> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Failure> {
        let at = Self::before_chats(parts, state).await?;
        refuse_chat_limits(&at.caller)?;
        Ok(at)
    }
}

impl<N: Needs> AtSession<N> {
    /// Everything but what a limit to chats refuses.
    pub(super) async fn before_chats(parts: &mut Parts, state: &State) -> Result<Self, Failure> {
        let caller = authenticate(parts, state).await?;
        let values = PathValues::of::<OpenWa, _>(parts, state).await?;
        let name = values.get("id").to_owned();
        let session = state.services.sessions.find(&caller, &name).await?;
        if !is_in_scope(&caller, session.as_ref().map(|session| &session.id)) {
            // The dialect's clients treat this as a bad key, not as a lack of permission.
            let message = "API key not authorized for this session";
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, message).into());
        }
        permit(&caller, N::CAPABILITY)?;
        Ok(Self {
            caller,
            name,
            session,
            needs: PhantomData,
        })
    }
}

impl<N> AtSession<N> {
    /// The session, or the refusal of an unknown one.
    pub(crate) fn session(&self, family: Family) -> Result<&SessionId, Refusal> {
        self.record(family).map(|session| &session.id)
    }

    /// The session as it was when the request came.
    pub(crate) fn record(&self, family: Family) -> Result<&Session, Refusal> {
        self.session.as_ref().ok_or_else(|| family.unknown(&self.name))
    }

    /// Words what a service says about the session. The dialect tells a session that is on its way up
    /// from one that is not started.
    pub(crate) fn refuse(&self, error: Error, family: Family) -> Failure {
        match &error {
            Error::NotFound(Missing::Session) => family.unknown(&self.name).into(),
            Error::NotConnected | Error::NotLinked if !self.is_on_its_way() => {
                family.not_started(&self.name).into()
            }
            _ => error.into(),
        }
    }

    fn is_on_its_way(&self) -> bool {
        let status = self.session.as_ref().map(|session| session.status);
        match status {
            Some(SessionStatus::Starting | SessionStatus::ScanQrCode | SessionStatus::Working) => true,
            Some(SessionStatus::Failed | SessionStatus::Stopped | SessionStatus::LoggedOut) | None => false,
        }
    }
}

fn is_in_scope(caller: &Caller, session: Option<&SessionId>) -> bool {
    match (&caller.sessions, session) {
        (None, _) => true,
        (Some(allowed), Some(session)) => allowed.contains(session),
        (Some(_), None) => false,
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
            chats: None,
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
