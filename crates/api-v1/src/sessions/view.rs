//! A session as clients see it.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::session::StatusReason;
use wagon_domain::{Jid, Session, Timestamp};

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Session")]
pub(crate) struct View {
    id: String,
    organization_id: String,
    gateway_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[schemars(schema_with = "crate::openapi::words::session_status")]
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wa_jid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wa_lid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    /// The dialect knows sessions that steer the gateway by chat; Wagon has none.
    is_admin_session: bool,
    auto_read: bool,
    presence_typing: bool,
    rate_per_min: i32,
    rate_per_hour: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_connected_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl View {
    pub(crate) fn new(session: Session, gateway_id: &str) -> Self {
        let phone_number = session.jid.as_ref().and_then(Jid::phone_number);
        Self {
            id: session.id.into(),
            organization_id: session.org.into(),
            gateway_id: gateway_id.to_owned(),
            label: session.label,
            status: session.status.as_str(),
            reason: session.reason.as_ref().map(Reason::from),
            wa_jid: session.jid.map(String::from),
            wa_lid: session.lid.map(String::from),
            phone_number: phone_number.map(String::from),
            is_admin_session: false,
            auto_read: session.settings.auto_read,
            presence_typing: session.settings.presence_typing,
            rate_per_min: session.settings.rate_per_min,
            rate_per_hour: session.settings.rate_per_hour,
            last_connected_at: session.last_connected_at.map(Timestamp::as_millis),
            created_at: session.created_at.as_millis(),
            updated_at: session.updated_at.as_millis(),
        }
    }
}

/// Why a session is not working: a word to branch on, and what belongs to it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[schemars(rename = "StatusReason")]
pub(crate) enum Reason {
    LoggedOut,
    AccountLocked,
    Replaced,
    TemporaryBan { until: i64, ban_code: i32 },
    ClientOutdated,
    PairingTimedOut,
    PairingFailed,
    ConnectionRefused { reason: i32 },
    SendsHeld { cause: String, until: i64 },
    GaveUp { attempts: u32 },
    EngineFailed,
}

impl From<&StatusReason> for Reason {
    fn from(reason: &StatusReason) -> Self {
        match reason {
            StatusReason::LoggedOut => Self::LoggedOut,
            StatusReason::AccountLocked => Self::AccountLocked,
            StatusReason::Replaced => Self::Replaced,
            StatusReason::TemporaryBan { until, ban_code } => Self::TemporaryBan {
                until: until.as_millis(),
                ban_code: *ban_code,
            },
            StatusReason::ClientOutdated => Self::ClientOutdated,
            StatusReason::PairingTimedOut => Self::PairingTimedOut,
            StatusReason::PairingFailed => Self::PairingFailed,
            StatusReason::ConnectionRefused { reason } => Self::ConnectionRefused { reason: *reason },
            StatusReason::SendsHeld { cause, until } => Self::SendsHeld {
                cause: cause.clone(),
                until: until.as_millis(),
            },
            StatusReason::GaveUp { attempts } => Self::GaveUp { attempts: *attempts },
            StatusReason::EngineFailed => Self::EngineFailed,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;
    use wagon_domain::SessionStatus;
    use wagon_domain::session::SessionSettings;

    use super::*;

    pub(in crate::sessions) fn fresh() -> Session {
        Session {
            id: "sess_1".parse().unwrap(),
            org: "org_1".parse().unwrap(),
            label: None,
            status: SessionStatus::Stopped,
            reason: None,
            jid: None,
            lid: None,
            settings: SessionSettings {
                auto_read: true,
                presence_typing: false,
                rate_per_min: 20,
                rate_per_hour: 200,
            },
            last_connected_at: None,
            created_at: Timestamp::from_millis(1),
            updated_at: Timestamp::from_millis(2),
        }
    }

    pub(in crate::sessions) fn linked() -> Session {
        Session {
            label: Some("Shop".to_owned()),
            status: SessionStatus::Working,
            jid: Some("15550000001:12@s.whatsapp.net".parse().unwrap()),
            lid: Some("100000000000001:12@lid".parse().unwrap()),
            last_connected_at: Some(Timestamp::from_millis(3)),
            ..fresh()
        }
    }

    #[test]
    fn a_fresh_session_leaves_out_what_it_has_not() {
        assert_eq!(
            serde_json::to_value(View::new(fresh(), "gw-1")).unwrap(),
            json!({
                "id": "sess_1", "organizationId": "org_1", "gatewayId": "gw-1", "status": "stopped",
                "isAdminSession": false, "autoRead": true, "presenceTyping": false,
                "ratePerMin": 20, "ratePerHour": 200, "createdAt": 1, "updatedAt": 2,
            })
        );
    }

    #[test]
    fn a_linked_session_shows_its_addresses() {
        assert_eq!(
            serde_json::to_value(View::new(linked(), "gw-1")).unwrap(),
            json!({
                "id": "sess_1", "organizationId": "org_1", "gatewayId": "gw-1", "label": "Shop",
                "status": "working", "waJid": "15550000001:12@s.whatsapp.net",
                "waLid": "100000000000001:12@lid", "phoneNumber": "15550000001",
                "isAdminSession": false, "autoRead": true, "presenceTyping": false,
                "ratePerMin": 20, "ratePerHour": 200, "lastConnectedAt": 3, "createdAt": 1, "updatedAt": 2,
            })
        );
    }

    #[test]
    fn reasons_are_a_code_and_their_data() {
        let ban = StatusReason::TemporaryBan {
            until: Timestamp::from_millis(9),
            ban_code: 101,
        };
        for (reason, expected) in [
            (StatusReason::Replaced, json!({"code": "replaced"})),
            (ban, json!({"code": "temporary_ban", "until": 9, "banCode": 101})),
            (
                StatusReason::ConnectionRefused { reason: 403 },
                json!({"code": "connection_refused", "reason": 403}),
            ),
        ] {
            assert_eq!(serde_json::to_value(Reason::from(&reason)).unwrap(), expected);
        }
    }
}
