//! `GET /me`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::{Capability, Role};
use wagon_http_kit::Anyone;
use wagon_services::WhoAmI;

use crate::error::{Rejection, V1};
use crate::keys::KeyView;
use crate::organizations::OrganizationView;
use crate::state::State;
use crate::users::UserView;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[schemars(rename = "Me")]
pub(crate) enum View {
    ApiKey {
        organization_id: String,
        #[schemars(schema_with = "crate::openapi::words::capabilities")]
        capabilities: Vec<Capability>,
        key: KeyView,
    },
    User {
        #[serde(skip_serializing_if = "Option::is_none")]
        organization_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(schema_with = "crate::openapi::words::role")]
        org_role: Option<Role>,
        #[schemars(schema_with = "crate::openapi::words::capabilities")]
        capabilities: Vec<Capability>,
        user: UserView,
        organizations: Vec<OrganizationView>,
    },
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    who: Anyone<V1>,
) -> Result<Json<View>, Rejection> {
    Ok(Json(state.services.me.get(&who).await?.into()))
}

impl From<WhoAmI> for View {
    fn from(who: WhoAmI) -> Self {
        match who {
            WhoAmI::Program { caller, key } => Self::ApiKey {
                organization_id: caller.org.into(),
                capabilities: caller.capabilities.iter().collect(),
                key: key.into(),
            },
            WhoAmI::Person {
                person,
                user,
                memberships,
            } => {
                let caller = person.caller();
                Self::User {
                    organization_id: person.org.map(String::from),
                    org_role: person.role,
                    capabilities: caller
                        .map(|caller| caller.capabilities.iter().collect())
                        .unwrap_or_default(),
                    user: user.into(),
                    organizations: memberships.into_iter().map(OrganizationView::from).collect(),
                }
            }
        }
    }
}
