use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Role;
use wagon_services::Member;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Member")]
pub(crate) struct MemberView {
    user_id: String,
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[schemars(schema_with = "crate::openapi::words::role")]
    role: Role,
    disabled: bool,
    joined_at: i64,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        Self {
            user_id: member.user.into(),
            email: member.email.to_string(),
            name: member.name,
            role: member.role,
            disabled: member.disabled,
            joined_at: member.joined_at.as_millis(),
        }
    }
}
