use schemars::JsonSchema;
use serde::Serialize;
use wagon_services::User;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "User")]
pub(crate) struct View {
    id: String,
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    super_admin: bool,
    disabled: bool,
    /// Whether they can sign in here, and not only elsewhere.
    has_password: bool,
    created_at: i64,
    updated_at: i64,
}

impl From<User> for View {
    fn from(user: User) -> Self {
        Self {
            id: user.id.into(),
            email: user.email.to_string(),
            name: user.name,
            super_admin: user.super_admin,
            disabled: user.disabled_at.is_some(),
            has_password: user.password.is_some(),
            created_at: user.created_at.as_millis(),
            updated_at: user.updated_at.as_millis(),
        }
    }
}
