//! `GET /sessions/{session}/me`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::{Session, SessionStatus};
use wagon_http_kit::Authenticated;
use wagon_services::{Error, Missing};

use crate::error::{Rejection, V1};
use crate::path::SessionPath;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "LinkedAccount")]
pub(crate) struct View {
    session_id: String,
    #[schemars(schema_with = "crate::openapi::words::session_status")]
    status: &'static str,
    connected: bool,
    wa_jid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    wa_lid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
) -> Result<Json<View>, Rejection> {
    let session = state.services.sessions.get(&caller, &session).await?;
    Ok(Json(View::try_from(session)?))
}

impl TryFrom<Session> for View {
    type Error = Error;

    fn try_from(session: Session) -> Result<Self, Error> {
        let jid = session.jid.ok_or(Error::NotFound(Missing::Link))?;
        Ok(Self {
            session_id: session.id.into(),
            status: session.status.as_str(),
            connected: session.status == SessionStatus::Working,
            phone_number: jid.phone_number().map(String::from),
            wa_jid: jid.into(),
            wa_lid: session.lid.map(String::from),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::view::tests::{fresh, linked};
    use super::*;

    #[test]
    fn a_linked_session_has_an_account() {
        assert_eq!(
            serde_json::to_value(View::try_from(linked()).unwrap()).unwrap(),
            json!({
                "sessionId": "sess_1", "status": "working", "connected": true,
                "waJid": "15550000001:12@s.whatsapp.net", "waLid": "100000000000001:12@lid",
                "phoneNumber": "15550000001",
            })
        );
        assert!(matches!(
            View::try_from(fresh()),
            Err(Error::NotFound(Missing::Link))
        ));
    }
}
