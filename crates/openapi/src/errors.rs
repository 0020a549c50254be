//! Refusals, which all have the same body in a dialect.

use http::StatusCode;
use serde_json::{Map, Value, json};

const REFERENCE: &str = "#/components/schemas/Error";

/// A refusal that operations share: its status, name and meaning. What can happen to any of them has no status.
pub type Refusal = (Option<StatusCode>, &'static str, &'static str);

/// What an operation answers with a status.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// In the words that all operations share.
    Shared,
    Own(Value),
}

/// A reference to a refusal that operations share; `None`: to what can happen to any.
pub(crate) fn reference(shared: &[Refusal], status: Option<StatusCode>) -> Value {
    let known = shared.iter().find(|(known, _, _)| *known == status);
    let (_, name, _) = known.unwrap_or_else(|| panic!("the dialect has no shared refusal for {status:?}"));
    json!({ "$ref": format!("#/components/responses/{name}") })
}

/// A refusal of one operation.
pub(crate) fn response(when: &str) -> Value {
    json!({
        "description": when,
        "content": { "application/json": { "schema": { "$ref": REFERENCE } } },
    })
}

/// What [`reference()`] refers to.
pub(crate) fn components(shared: &[Refusal]) -> Map<String, Value> {
    shared
        .iter()
        .map(|(status, name, meaning)| {
            let mut response = response(meaning);
            if *status == Some(StatusCode::TOO_MANY_REQUESTS) {
                response["headers"] = json!({ "Retry-After": {
                    "description": "Seconds to wait.",
                    "schema": { "type": "integer" },
                } });
            }
            ((*name).to_owned(), response)
        })
        .collect()
}
