//! The document as a whole.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use wagon_domain::Capability;

use super::operation::{Access, Operation};
use super::schemas::Schemas;
use super::{errors, events, params};
use crate::error::Envelope;

const DESCRIPTION: &str = "The native dialect of Wagon, a self-hosted WhatsApp gateway. \
Programs call with an API key, people with the access token of a sign-in. \
JSON in and out; times are epoch milliseconds in UTC. Unknown fields are refused. \
The roles that a security requirement lists are the capabilities that the caller needs.";

pub(crate) struct Document {
    schemas: Schemas,
    tags: Vec<Value>,
    paths: Map<String, Value>,
    ids: BTreeSet<&'static str>,
}

impl Document {
    pub(super) fn new() -> Self {
        Self {
            schemas: Schemas::new(),
            tags: Vec::new(),
            paths: Map::new(),
            ids: BTreeSet::new(),
        }
    }

    pub(super) fn schemas(&mut self) -> &mut Schemas {
        &mut self.schemas
    }

    pub(super) fn tag(&mut self, name: &str, description: &str) {
        self.tags
            .push(json!({ "name": name, "description": description }));
    }

    /// The routes are fixed, so what is wrong with one of them is found when the document is first made.
    pub(super) fn add(&mut self, tag: &str, method: &Method, path: &str, mut operation: Operation) {
        let id = operation.id;
        assert!(self.ids.insert(id), "two operations are named {id}");
        assert!(
            operation
                .responses
                .keys()
                .any(|status| !status.is_client_error() && !status.is_server_error()),
            "{id} does not say how it succeeds"
        );
        let mut parameters = params::of_path(path);
        if !parameters.is_empty() {
            // A value that is no text, or no address where one belongs.
            operation.refuses(StatusCode::BAD_REQUEST);
            operation.refuses(StatusCode::NOT_FOUND);
        }
        parameters.append(&mut operation.parameters);

        let mut described = json!({
            "operationId": id,
            "summary": operation.summary,
            "tags": [tag],
            "security": security(operation.access, operation.capability),
        });
        if !parameters.is_empty() {
            described["parameters"] = Value::Array(parameters);
        }
        if let Some(body) = operation.body {
            described["requestBody"] = body;
        }
        let responses: Map<String, Value> = operation
            .responses
            .into_iter()
            .map(|(status, response)| (status.as_str().to_owned(), response))
            .chain([("default".to_owned(), errors::unexpected())])
            .collect();
        described["responses"] = Value::Object(responses);

        let item = self.paths.entry(path).or_insert_with(|| json!({}));
        item[method.as_str().to_ascii_lowercase()] = described;
    }

    pub(super) fn into_json(mut self) -> Value {
        let event = events::schema(&mut self.schemas);
        self.schemas.answer::<Envelope>();
        let mut schemas = self.schemas.into_named();
        schemas.insert(events::NAME.to_owned(), event);
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Wagon gateway v1",
                "version": env!("CARGO_PKG_VERSION"),
                "description": DESCRIPTION,
                "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            },
            "servers": [{ "url": "/api/v1" }],
            "tags": self.tags,
            "paths": self.paths,
            "webhooks": events::webhooks(),
            "components": {
                "schemas": schemas,
                "responses": errors::components(),
                "securitySchemes": {
                    "bearer": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "An API key, `wa_…`, or the access token of a sign-in.",
                    },
                    "apiKey": {
                        "type": "apiKey",
                        "in": "header",
                        "name": "X-API-Key",
                        "description": "An API key, `wa_…`.",
                    },
                },
            },
        })
    }
}

/// Each entry is one way to be let in. What a person has to be, no key is.
fn security(access: Access, capability: Option<Capability>) -> Value {
    let needs: Vec<&str> = capability.map(Capability::as_str).into_iter().collect();
    match access {
        Access::Public => json!([]),
        Access::Caller => json!([{ "bearer": needs }, { "apiKey": needs }]),
        Access::Person => json!([{ "bearer": ["user"] }]),
        Access::SuperAdmin => json!([{ "bearer": ["super_admin"] }]),
    }
}
