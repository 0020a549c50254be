use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Capability;
use wagon_services::ApiKey;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ApiKey")]
pub(crate) struct View {
    id: String,
    name: String,
    /// The key's last four characters.
    hint: String,
    #[schemars(schema_with = "crate::openapi::words::capabilities")]
    capabilities: Vec<Capability>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sessions: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    addresses: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_per_min: Option<u32>,
    created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<i64>,
}

impl From<ApiKey> for View {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.into(),
            name: key.name,
            hint: key.hint,
            capabilities: key.capabilities.iter().collect(),
            sessions: key
                .sessions
                .map(|sessions| sessions.into_iter().map(String::from).collect()),
            addresses: key.addresses.map(|addresses| addresses.iter().collect()),
            rate_per_min: key.rate_per_min,
            created_at: key.created_at.as_millis(),
            expires_at: key.expires_at.map(wagon_domain::Timestamp::as_millis),
            revoked_at: key.revoked_at.map(wagon_domain::Timestamp::as_millis),
        }
    }
}
