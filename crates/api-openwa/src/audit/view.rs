//! One entry.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::{Actor, AuditEntry};

use super::names::{name, severity};
use crate::time;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AuditEntry")]
pub(crate) struct View {
    id: String,
    action: String,
    severity: &'static str,
    api_key_id: Option<String>,
    api_key_name: Option<String>,
    session_id: Option<String>,
    session_name: Option<String>,
    ip_address: Option<String>,
    /// Requests are not kept, only what they did: this and the next three are always null.
    user_agent: Option<String>,
    method: Option<String>,
    path: Option<String>,
    status_code: Option<u16>,
    metadata: Option<Metadata>,
    /// What failed was not done, and has no entry.
    error_message: Option<String>,
    created_at: String,
}

/// What has no place of its own.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AuditMetadata")]
struct Metadata {
    /// `api_key`, `user`, `operator` or `anonymous`.
    actor: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Names by id.
pub(super) struct Names {
    pub(super) keys: HashMap<String, String>,
    pub(super) sessions: HashMap<String, String>,
}

impl View {
    pub(super) fn new(entry: AuditEntry, names: &Names) -> Self {
        let key = match &entry.actor {
            Actor::Key(id) => Some(id.to_string()),
            Actor::User(_) | Actor::Operator | Actor::Anonymous => None,
        };
        let of_session = entry.action.as_str().starts_with("session.");
        let session = entry.target.clone().filter(|_| of_session);
        Self {
            id: entry.id.to_string(),
            action: name(entry.action),
            severity: severity(entry.action),
            api_key_name: key.as_ref().and_then(|id| names.keys.get(id).cloned()),
            session_name: session.as_ref().and_then(|id| names.sessions.get(id).cloned()),
            ip_address: entry.address.map(|address| address.to_string()),
            user_agent: None,
            method: None,
            path: None,
            status_code: None,
            metadata: Some(Metadata {
                actor: entry.actor.kind(),
                actor_id: entry.actor.id().filter(|_| key.is_none()).map(str::to_owned),
                target: entry.target.filter(|_| !of_session),
                detail: entry.detail,
            }),
            error_message: None,
            created_at: time::iso(entry.at),
            api_key_id: key,
            session_id: session,
        }
    }
}
