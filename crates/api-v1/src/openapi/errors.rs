//! Refusals, which all have the same body.

use http::StatusCode;
use serde_json::{Map, Value, json};

const REFERENCE: &str = "#/components/schemas/Error";

/// Status, name and meaning of what operations share. What can happen to any of them is last.
const SHARED: [(Option<StatusCode>, &str, &str); 9] = [
    (
        Some(StatusCode::BAD_REQUEST),
        "BadRequest",
        "A value is missing or wrong; the message, or `details.errors`, says where.",
    ),
    (
        Some(StatusCode::UNAUTHORIZED),
        "Unauthorized",
        "Missing or invalid credentials, or no organisation to act in.",
    ),
    (
        Some(StatusCode::FORBIDDEN),
        "Forbidden",
        "The caller lacks the capability or role, the key may not be used from there, or WhatsApp does not let the account do it.",
    ),
    (
        Some(StatusCode::NOT_FOUND),
        "NotFound",
        "What the request names does not exist, or belongs to somebody else.",
    ),
    (
        Some(StatusCode::PAYLOAD_TOO_LARGE),
        "PayloadTooLarge",
        "The body is over the operation's limit.",
    ),
    (
        Some(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        "UnsupportedMediaType",
        "The body is not `application/json`.",
    ),
    (
        Some(StatusCode::TOO_MANY_REQUESTS),
        "TooManyRequests",
        "Over a budget: `Retry-After` and `details.retryAfterSeconds` say when to come back.",
    ),
    (
        Some(StatusCode::NOT_IMPLEMENTED),
        "NotConnected",
        "The session has no connection to WhatsApp.",
    ),
    (
        None,
        "Unexpected",
        "500 `internal`: something went wrong here. 503 `gateway_unavailable`: WhatsApp refuses or does not answer, or the gateway is going down.",
    ),
];

/// A reference to a refusal that operations share.
pub(super) fn shared(status: StatusCode) -> Value {
    reference(Some(status))
}

/// A reference to what can happen to any operation.
pub(super) fn unexpected() -> Value {
    reference(None)
}

fn reference(status: Option<StatusCode>) -> Value {
    let (_, name, _) = SHARED
        .iter()
        .find(|(shared, _, _)| *shared == status)
        .expect("only shared refusals are asked for");
    json!({ "$ref": format!("#/components/responses/{name}") })
}

/// A refusal of one operation.
pub(super) fn response(when: &str) -> Value {
    json!({
        "description": when,
        "content": { "application/json": { "schema": { "$ref": REFERENCE } } },
    })
}

/// The refusals that [`shared`] and [`unexpected`] refer to.
pub(super) fn components() -> Map<String, Value> {
    SHARED
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
