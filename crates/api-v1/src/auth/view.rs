//! What someone who has signed in goes on with.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CACHE_CONTROL;
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::{OrgId, Role};
use wagon_services::{Error, Missing, SignInSession};

use crate::openapi::{Operation, Output, Schemas};
use crate::users::UserView;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Tokens")]
pub(crate) struct View {
    access_token: String,
    #[schemars(extend("const" = "Bearer"))]
    token_type: &'static str,
    expires_in_seconds: u64,
    refresh_token: String,
    refresh_expires_in_seconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::openapi::words::role")]
    org_role: Option<Role>,
    user: UserView,
}

impl From<SignInSession> for View {
    fn from(session: SignInSession) -> Self {
        Self {
            access_token: session.access_token,
            token_type: "Bearer",
            expires_in_seconds: session.access_lifetime.as_secs(),
            refresh_token: session.refresh_token,
            refresh_expires_in_seconds: session.refresh_lifetime.as_secs(),
            organization_id: session.person.org.map(String::from),
            org_role: session.person.role,
            user: session.user.into(),
        }
    }
}

/// Tokens are for whoever asked, and not for a cache on the way.
impl IntoResponse for View {
    fn into_response(self) -> Response {
        ([(CACHE_CONTROL, "no-store")], Json(self)).into_response()
    }
}

impl Output for View {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        operation.succeeds(StatusCode::OK, Some(schemas.answer::<Self>()));
    }
}

/// The organisation to act in. A text that is no organisation's id names none.
pub(super) fn organization(id: Option<String>) -> Result<Option<OrgId>, Error> {
    id.filter(|id| !id.is_empty())
        .map(|id| id.parse().map_err(|_| Error::NotFound(Missing::Organization)))
        .transpose()
}
