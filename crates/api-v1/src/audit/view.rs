use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::AuditEntry;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AuditEntry")]
pub(crate) struct View {
    id: String,
    #[schemars(schema_with = "crate::openapi::words::action")]
    action: &'static str,
    actor: Actor,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
    timestamp: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Actor")]
struct Actor {
    #[serde(rename = "type")]
    #[schemars(extend("enum" = ["api_key", "user", "operator", "anonymous"]))]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

impl From<AuditEntry> for View {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id.into(),
            action: entry.action.as_str(),
            actor: Actor {
                kind: entry.actor.kind(),
                id: entry.actor.id().map(str::to_owned),
            },
            target: entry.target,
            detail: entry.detail,
            organization_id: entry.org.map(String::from),
            ip: entry.address.map(|address| address.to_string()),
            timestamp: entry.at.as_millis(),
        }
    }
}
