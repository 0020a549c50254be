//! A key as administrators see it.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_services::ApiKey;

use super::role::Role;
use crate::{jid, time};

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Key")]
pub(crate) struct View {
    id: String,
    name: String,
    key_prefix: String,
    role: Role,
    allowed_ips: Option<Vec<String>>,
    allowed_sessions: Option<Vec<String>>,
    allowed_chats: Option<Vec<String>>,
    is_active: bool,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    usage_count: i64,
    created_at: String,
}

impl From<ApiKey> for View {
    fn from(key: ApiKey) -> Self {
        Self {
            name: key.name,
            key_prefix: key.prefix,
            role: Role::of(key.capabilities),
            allowed_ips: key.addresses.map(|addresses| addresses.iter().collect()),
            allowed_sessions: key
                .sessions
                .map(|sessions| sessions.into_iter().map(String::from).collect()),
            allowed_chats: key.chats.map(|chats| chats.iter().map(jid::to_text).collect()),
            is_active: key.revoked_at.is_none(),
            expires_at: key.expires_at.map(time::iso),
            last_used_at: key.used.last.map(time::iso),
            usage_count: key.used.count,
            created_at: time::iso(key.created_at),
            id: key.id.into(),
        }
    }
}
