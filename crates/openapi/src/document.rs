//! The document as a whole.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use wagon_domain::Capability;
use wagon_http_kit::Dialect;

use crate::errors::{self, Answer, Refusal};
use crate::operation::{Access, Operation};
use crate::params;
use crate::schemas::Schemas;

/// What a dialect says of itself.
pub trait Documented: Dialect {
    const TITLE: &'static str;
    const DESCRIPTION: &'static str;
    /// Where it is mounted.
    const PREFIX: &'static str;
    /// Also one without a status.
    const REFUSALS: &'static [Refusal];
    /// The names of values in paths, and what they mean.
    const PARAMETERS: &'static [(&'static str, &'static str)];

    /// Each entry is one way to be let in.
    fn security(access: Access, capability: Option<Capability>) -> Value;

    /// What `security` refers to.
    fn security_schemes() -> Value;

    /// Schemas with a name that no handler's types lead to; the body of refusals is named `Error`.
    fn components(schemas: &mut Schemas) -> Map<String, Value>;

    /// What is sent to others, by name.
    fn webhooks() -> Option<Value> {
        None
    }
}

#[derive(Default)]
pub(crate) struct Document {
    schemas: Schemas,
    tags: Vec<Value>,
    paths: Map<String, Value>,
    ids: BTreeSet<&'static str>,
}

impl Document {
    pub(crate) fn schemas(&mut self) -> &mut Schemas {
        &mut self.schemas
    }

    pub(crate) fn tag(&mut self, name: &str, description: &str) {
        self.tags
            .push(json!({ "name": name, "description": description }));
    }

    /// The routes are fixed, so what is wrong with one of them is found when the document is first made.
    pub(crate) fn add<D: Documented>(
        &mut self,
        tag: &str,
        method: &Method,
        path: &str,
        mut operation: Operation,
    ) {
        let id = operation.id;
        assert!(self.ids.insert(id), "two operations are named {id}");
        assert!(
            operation
                .responses
                .keys()
                .any(|status| !status.is_client_error() && !status.is_server_error())
                || operation.is_unsupported(),
            "{id} does not say how it succeeds"
        );
        let mut parameters = params::of_path(path, D::PARAMETERS);
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
            "security": D::security(operation.access, operation.capability),
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
            .map(|(status, answer)| match answer {
                Answer::Shared => (status, errors::reference(D::REFUSALS, Some(status))),
                Answer::Own(response) => (status, response),
            })
            .map(|(status, response)| (status.as_str().to_owned(), response))
            .chain([("default".to_owned(), errors::reference(D::REFUSALS, None))])
            .collect();
        described["responses"] = Value::Object(responses);

        let item = self.paths.entry(path).or_insert_with(|| json!({}));
        item[method.as_str().to_ascii_lowercase()] = described;
    }

    pub(crate) fn into_json<D: Documented>(mut self) -> Value {
        let components = D::components(&mut self.schemas);
        let mut schemas = self.schemas.into_named();
        schemas.extend(components);
        let mut document = json!({
            "openapi": "3.1.0",
            "info": {
                "title": D::TITLE,
                "version": env!("CARGO_PKG_VERSION"),
                "description": D::DESCRIPTION,
                "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            },
            "servers": [{ "url": D::PREFIX }],
            "tags": self.tags,
            "paths": self.paths,
            "components": {
                "schemas": schemas,
                "responses": errors::components(D::REFUSALS),
                "securitySchemes": D::security_schemes(),
            },
        });
        if let Some(webhooks) = D::webhooks() {
            document["webhooks"] = webhooks;
        }
        document
    }
}
