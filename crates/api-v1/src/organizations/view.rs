use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Role;
use wagon_services::{Membership, Org};

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Organization")]
pub(crate) struct View {
    id: String,
    name: String,
    /// What the caller is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::openapi::words::role")]
    role: Option<Role>,
    created_at: i64,
}

impl From<Org> for View {
    fn from(org: Org) -> Self {
        Self {
            id: org.id.into(),
            name: org.name,
            role: None,
            created_at: org.created_at.as_millis(),
        }
    }
}

impl From<Membership> for View {
    fn from(membership: Membership) -> Self {
        Self {
            role: Some(membership.role),
            ..membership.org.into()
        }
    }
}
