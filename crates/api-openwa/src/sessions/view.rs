//! A session as clients see it.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::session::StatusReason;
use wagon_domain::{Jid, Session, SessionStatus};
use wagon_services::Services;

use crate::time;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Session")]
pub(crate) struct View {
    id: String,
    name: String,
    status: &'static str,
    phone: Option<String>,
    push_name: Option<String>,
    connected_at: Option<String>,
    last_active: Option<String>,
    created_at: String,
    updated_at: String,
    last_error: Option<String>,
    restriction: Option<Restriction>,
    /// Whether something runs for it.
    engine_loaded: bool,
}

/// What WhatsApp does not let the account do.
#[derive(Debug, Serialize, PartialEq, Eq, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Restriction {
    kind: &'static str,
    code: String,
    expires_at: Option<String>,
}

impl View {
    pub(crate) fn new(session: Session, services: &Services) -> Self {
        let engine_loaded = services.sessions.is_running(&session.id);
        let connected_at = session.last_connected_at.map(time::iso);
        let phone = session.jid.as_ref().filter(|_| session.is_linked());
        Self {
            status: status(&session, engine_loaded),
            phone: phone.and_then(Jid::phone_number).map(String::from),
            push_name: services.sessions.push_name(&session.id),
            last_active: connected_at.clone(),
            connected_at,
            created_at: time::iso(session.created_at),
            updated_at: time::iso(session.updated_at),
            last_error: session.reason.as_ref().and_then(error).map(str::to_owned),
            restriction: session.reason.as_ref().and_then(restriction),
            engine_loaded,
            // A session of the other dialect may have no name.
            name: session.label.unwrap_or_else(|| session.id.to_string()),
            id: session.id.into(),
        }
    }
}

/// The dialect's word for where a session stands.
pub(crate) fn status(session: &Session, running: bool) -> &'static str {
    match session.status {
        SessionStatus::Working => "ready",
        SessionStatus::ScanQrCode if session.is_linked() => "authenticating",
        SessionStatus::ScanQrCode => "qr_ready",
        // Its pairing went down with the process.
        SessionStatus::Starting if !running => "disconnected",
        SessionStatus::Starting => "initializing",
        SessionStatus::Stopped if session.jid.is_none() => "created",
        SessionStatus::Stopped | SessionStatus::LoggedOut => "disconnected",
        SessionStatus::Failed => match session.reason {
            Some(
                StatusReason::AccountLocked
                | StatusReason::TemporaryBan { .. }
                | StatusReason::ClientOutdated,
            ) => "action_required",
            _ => "failed",
        },
    }
}

pub(crate) fn error(reason: &StatusReason) -> Option<&'static str> {
    Some(match reason {
        StatusReason::LoggedOut => "The device was removed from its account",
        StatusReason::AccountLocked => "WhatsApp locked the account",
        StatusReason::Replaced => "Another connection took over",
        StatusReason::TemporaryBan { .. } => "WhatsApp banned the account for a while",
        StatusReason::ClientOutdated => "WhatsApp does not accept this version of the client any more",
        StatusReason::PairingTimedOut => "No QR code was scanned in time",
        StatusReason::PairingFailed => "The phone refused to link",
        StatusReason::ConnectionRefused { .. } => "WhatsApp refused the connection",
        StatusReason::GaveUp { .. } => "The connection did not come back",
        StatusReason::EngineFailed => "The session could not be brought up",
        StatusReason::SendsHeld { .. } => return None,
    })
}

pub(crate) fn restriction(reason: &StatusReason) -> Option<Restriction> {
    Some(match reason {
        StatusReason::SendsHeld { cause, until } => Restriction {
            kind: "reachout_timelock",
            code: cause.clone(),
            expires_at: Some(time::iso(*until)),
        },
        StatusReason::TemporaryBan { until, ban_code } => Restriction {
            kind: "tos_block",
            code: ban_code.to_string(),
            expires_at: Some(time::iso(*until)),
        },
        StatusReason::AccountLocked => Restriction {
            kind: "tos_block",
            code: "account_locked".to_owned(),
            expires_at: None,
        },
        _ => return None,
    })
}
