//! One operation: what its handler's types say of it, and what they do not.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Value, json};
use wagon_domain::Capability;
use wagon_http_kit::BodyLimit;

use super::errors;

/// Bodies are small unless a route says otherwise.
const BODY: BodyLimit = BodyLimit(1024 * 1024);

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Public,
    /// Keys and people, whether they act in an organisation or not.
    Caller,
    Person,
    SuperAdmin,
}

pub(crate) struct Operation {
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) access: Access,
    pub(super) capability: Option<Capability>,
    pub(super) limit: BodyLimit,
    pub(super) parameters: Vec<Value>,
    pub(super) body: Option<Value>,
    pub(super) responses: BTreeMap<StatusCode, Value>,
}

/// An operation by its id, which names it in generated clients, and what it does.
pub(crate) fn op(id: &'static str, summary: &'static str) -> Operation {
    Operation {
        id,
        summary,
        access: Access::Public,
        capability: None,
        limit: BODY,
        parameters: Vec::new(),
        body: None,
        responses: BTreeMap::new(),
    }
}

impl Operation {
    /// What the caller must be allowed, where the service looks and not an extractor.
    pub(crate) fn needs(mut self, capability: Capability) -> Self {
        self.set_capability(capability);
        self
    }

    pub(crate) fn limit(self, limit: BodyLimit) -> Self {
        Self { limit, ..self }
    }

    /// It asks something of WhatsApp, for which the session needs a connection.
    pub(crate) fn live(mut self) -> Self {
        self.refuses(StatusCode::NOT_IMPLEMENTED);
        self
    }

    /// When the state of things is in the way.
    pub(crate) fn conflict(self, when: &str) -> Self {
        self.refused(StatusCode::CONFLICT, when)
    }

    /// A refusal that its types do not tell of.
    pub(crate) fn refused(mut self, status: StatusCode, when: &str) -> Self {
        self.responses.insert(status, errors::response(when));
        self
    }

    /// A success that is no JSON.
    pub(crate) fn answers(
        mut self,
        status: StatusCode,
        what: &str,
        media_type: &str,
        schema: &Value,
    ) -> Self {
        let content = json!({ "description": what, "content": { media_type: { "schema": schema } } });
        self.responses.insert(status, content);
        self
    }

    pub(crate) fn header(&mut self, name: &str, description: &str) {
        self.parameters.push(json!({
            "name": name,
            "in": "header",
            "description": description,
            "schema": { "type": "string" },
        }));
    }

    /// Any call of it may be refused because of who calls.
    pub(super) fn set_access(&mut self, access: Access) {
        self.access = access;
        self.refuses(StatusCode::UNAUTHORIZED);
        self.refuses(StatusCode::FORBIDDEN);
        self.refuses(StatusCode::TOO_MANY_REQUESTS);
    }

    pub(super) fn set_capability(&mut self, capability: Capability) {
        self.capability = Some(capability);
    }

    /// A success with JSON, or without a body.
    pub(crate) fn succeeds(&mut self, status: StatusCode, schema: Option<Value>) {
        let mut response = json!({ "description": status.canonical_reason().unwrap_or_default() });
        if let Some(schema) = schema {
            response["content"] = json!({ "application/json": { "schema": schema } });
        }
        self.responses.insert(status, response);
    }

    /// A refusal in the words that all operations share, unless it has its own.
    pub(super) fn refuses(&mut self, status: StatusCode) {
        self.responses
            .entry(status)
            .or_insert_with(|| errors::shared(status));
    }
}
