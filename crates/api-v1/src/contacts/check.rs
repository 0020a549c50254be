//! `GET /sessions/{session}/contacts/check`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::PhoneNumber;
use wagon_http_kit::{Query, QueryError, needs};

use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Params {
    phone: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NumberCheck")]
pub(crate) struct View {
    query: String,
    is_on_whatsapp: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    jid: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    InSession { caller, session, .. }: InSession<needs::Read>,
    params: Query<Params, V1>,
) -> Result<Json<View>, Rejection> {
    let query = params.0.phone.unwrap_or_default();
    if query.trim().is_empty() {
        return Err(QueryError::new("phone", "phone is required").into());
    }
    let phone: PhoneNumber = query
        .parse()
        .map_err(|_| QueryError::new("phone", "expected an international phone number"))?;
    let jid = state.services.contacts.check(&caller, &session, &phone).await?;
    Ok(Json(View {
        query,
        is_on_whatsapp: jid.is_some(),
        jid: jid.map(String::from),
    }))
}
