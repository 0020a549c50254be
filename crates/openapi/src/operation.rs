//! One operation: what its handler's types say of it, and what they do not.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Value, json};
use wagon_domain::Capability;
use wagon_http_kit::BodyLimit;

use crate::errors::{self, Answer};

/// Bodies are small unless a route says otherwise.
const BODY: BodyLimit = BodyLimit(1024 * 1024);

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Public,
    /// Keys and people, whether they act in an organisation or not.
    Caller,
    Person,
    SuperAdmin,
}

#[must_use]
pub struct Operation {
    pub(crate) id: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) access: Access,
    pub(crate) capability: Option<Capability>,
    pub(crate) limit: BodyLimit,
    pub(crate) parameters: Vec<Value>,
    pub(crate) body: Option<Value>,
    pub(crate) responses: BTreeMap<StatusCode, Answer>,
}

/// An operation by its id, which names it in generated clients, and what it does.
pub fn op(id: &'static str, summary: &'static str) -> Operation {
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
    pub fn needs(mut self, capability: Capability) -> Self {
        self.set_capability(capability);
        self
    }

    pub fn limit(self, limit: BodyLimit) -> Self {
        Self { limit, ..self }
    }

    /// It asks something of WhatsApp, for which the session needs a connection.
    pub fn live(mut self) -> Self {
        self.refuses(StatusCode::NOT_IMPLEMENTED);
        self
    }

    /// When the state of things is in the way.
    pub fn conflict(self, when: &str) -> Self {
        self.refused(StatusCode::CONFLICT, when)
    }

    /// It is always refused.
    pub fn unsupported(self, why: &str) -> Self {
        self.refused(StatusCode::NOT_IMPLEMENTED, why)
    }

    pub(crate) fn is_unsupported(&self) -> bool {
        matches!(
            self.responses.get(&StatusCode::NOT_IMPLEMENTED),
            Some(Answer::Own(_))
        )
    }

    /// A refusal that its types do not tell of.
    pub fn refused(mut self, status: StatusCode, when: &str) -> Self {
        self.response(status, errors::response(when));
        self
    }

    /// A success that is no JSON.
    pub fn answers(mut self, status: StatusCode, what: &str, media_type: &str, schema: &Value) -> Self {
        let content = json!({ "description": what, "content": { media_type: { "schema": schema } } });
        self.response(status, content);
        self
    }

    /// An answer in full, where the shorter forms do not do.
    pub fn response(&mut self, status: StatusCode, response: Value) {
        self.responses.insert(status, Answer::Own(response));
    }

    /// A parameter that its types do not tell of.
    pub fn takes(&mut self, parameter: Value) {
        self.parameters.push(parameter);
    }

    pub fn header(&mut self, name: &str, description: &str) {
        self.parameters.push(json!({
            "name": name,
            "in": "header",
            "description": description,
            "schema": { "type": "string" },
        }));
    }

    /// Any call of it may be refused because of who calls.
    pub fn set_access(&mut self, access: Access) {
        self.access = access;
        self.refuses(StatusCode::UNAUTHORIZED);
        self.refuses(StatusCode::FORBIDDEN);
        self.refuses(StatusCode::TOO_MANY_REQUESTS);
    }

    pub fn set_capability(&mut self, capability: Capability) {
        self.capability = Some(capability);
    }

    /// A success with JSON, or without a body.
    pub fn succeeds(&mut self, status: StatusCode, schema: Option<Value>) {
        let mut response = json!({ "description": status.canonical_reason().unwrap_or_default() });
        if let Some(schema) = schema {
            response["content"] = json!({ "application/json": { "schema": schema } });
        }
        self.response(status, response);
    }

    /// A refusal in the words that all operations share, unless it has its own.
    pub fn refuses(&mut self, status: StatusCode) {
        self.responses.entry(status).or_insert(Answer::Shared);
    }
}
