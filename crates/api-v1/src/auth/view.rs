//! What someone who has signed in goes on with.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use serde::Serialize;
use wagon_domain::{OrgId, Role};
use wagon_services::{Error, Missing, SignInSession};

use crate::users::UserView;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    access_token: String,
    token_type: &'static str,
    expires_in_seconds: u64,
    refresh_token: String,
    refresh_expires_in_seconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_role: Option<Role>,
    user: UserView,
}

/// Tokens are for whoever asked, and not for a cache on the way.
pub(super) fn response(session: SignInSession) -> Response {
    let view = View {
        access_token: session.access_token,
        token_type: "Bearer",
        expires_in_seconds: session.access_lifetime.as_secs(),
        refresh_token: session.refresh_token,
        refresh_expires_in_seconds: session.refresh_lifetime.as_secs(),
        organization_id: session.person.org.map(String::from),
        org_role: session.person.role,
        user: session.user.into(),
    };
    let mut response = Json(view).into_response();
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The organisation to act in. A text that is no organisation's id names none.
pub(super) fn organization(id: Option<String>) -> Result<Option<OrgId>, Error> {
    id.filter(|id| !id.is_empty())
        .map(|id| id.parse().map_err(|_| Error::NotFound(Missing::Organization)))
        .transpose()
}
