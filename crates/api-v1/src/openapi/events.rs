//! The event log: its entries, and how they are followed.

use http::StatusCode;
use serde_json::{Map, Value, json};
use wagon_domain::{Capability, EventKind};
use wagon_openapi::{Access, Operation, Schemas, op};

use super::Api;
use crate::events::payload_schema;

/// The name of an event's schema.
pub(super) const NAME: &str = "Event";
const REFERENCE: &str = "#/components/schemas/Event";

/// One alternative for each type of event.
pub(super) fn schema(schemas: &mut Schemas) -> Value {
    let kinds: Vec<Value> = EventKind::ALL
        .iter()
        .map(|kind| {
            let payload = payload_schema(*kind, schemas);
            let properties = json!({ "event": { "const": kind.as_str() }, "payload": payload });
            json!({ "title": kind.as_str(), "properties": properties, "required": ["event"] })
        })
        .collect();
    json!({
        "type": "object",
        "description": "An entry of the event log.",
        "required": ["schema", "id", "event", "session", "organization", "timestamp", "payload"],
        "properties": {
            "schema": { "const": "v1" },
            "id": { "type": "string", "description": "Ids sort in the order of the log." },
            "event": { "type": "string" },
            "session": { "type": "string" },
            "organization": { "type": "string" },
            "timestamp": { "type": "integer", "format": "int64" },
            "payload": { "type": "object" },
        },
        "additionalProperties": false,
        "oneOf": kinds,
    })
}

/// Everything that a live connection says: entries of the log, and what is told of connection and log.
fn frame() -> Value {
    let time = json!({ "type": "integer", "format": "int64" });
    let text = json!({ "type": "string" });
    let about = |event: &str, fields: Value| {
        let mut properties = json!({ "event": { "const": event } });
        let mut required = vec![json!("event")];
        for (name, schema) in fields.as_object().into_iter().flatten() {
            properties[name] = schema.clone();
            required.push(json!(name));
        }
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
    };
    json!({ "anyOf": [
        { "$ref": REFERENCE },
        about("connected", json!({ "heartbeatSeconds": { "type": "integer" }, "timestamp": time })),
        about("ping", json!({ "timestamp": time })),
        about("gap", json!({ "reason": reason(), "since": text, "until": text, "timestamp": time })),
        about("error", json!({ "error": { "const": "replay_failed" } })),
    ] })
}

fn page() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "required": ["data"],
        "properties": {
            "data": { "type": "array", "items": { "$ref": REFERENCE } },
            "nextCursor": text,
            "gap": {
                "type": "object",
                "description": "Events before these were deleted, and the client has not had them.",
                "required": ["reason", "since", "until"],
                "properties": { "reason": reason(), "since": text, "until": text },
                "additionalProperties": false,
            },
        },
        "additionalProperties": false,
    })
}

fn reason() -> Value {
    json!({ "type": "string", "enum": ["pruned", "session_deleted"] })
}

/// What receivers of webhooks get.
pub(super) fn webhooks() -> Value {
    json!({ "event": { "post": {
        "operationId": "receiveEvent",
        "summary": "An event, as it is posted to a webhook",
        "tags": ["Webhooks"],
        "security": [],
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": { "$ref": REFERENCE } } },
        },
        "responses": {
            "2XX": { "description": "The event is taken." },
            "410": { "description": "The webhook is turned off." },
        },
    } } })
}

/// `wagon-realtime` serves these under the dialect's prefix.
pub(crate) fn routes(api: Api) -> Api {
    api.about("Events", "The event log: page by page, or live.")
        .elsewhere("/events", follow())
        .elsewhere("/realtime", open())
}

fn follow() -> Operation {
    let mut operation = op("listEvents", "The event log, live or a page of it");
    operation.set_access(Access::Caller);
    operation.set_capability(Capability::Events);
    operation.refuses(StatusCode::BAD_REQUEST);
    operation.refuses(StatusCode::NOT_FOUND);
    for parameter in [
        query("session", "Only this session's."),
        query(
            "events",
            "Names of types, separated by commas; `types` is the same.",
        ),
        query("since", "What follows this event; `cursor` is the same."),
        json!({
            "name": "limit", "in": "query", "schema": { "type": "integer" },
            "description": "Asks for a page: 50 unless given, at most 200.",
        }),
        json!({
            "name": "Last-Event-ID", "in": "header", "schema": { "type": "string" },
            "description": "What a browser that connects again sends instead of `since`.",
        }),
    ] {
        operation.takes(parameter);
    }
    let forms = [
        ("application/json", page()),
        ("application/x-ndjson", frame()),
        ("text/event-stream", json!({ "type": "string" })),
    ];
    let content: Map<String, Value> = forms
        .into_iter()
        .map(|(media_type, schema)| (media_type.to_owned(), json!({ "schema": schema })))
        .collect();
    operation.response(
        StatusCode::OK,
        json!({
            "description": "By `Accept`: a page, one entry per line, or server-sent events.",
            "content": content,
        }),
    );
    operation
}

fn open() -> Operation {
    let mut operation = op("openRealtime", "The event log over a WebSocket");
    operation.refuses(StatusCode::UNAUTHORIZED);
    operation.refuses(StatusCode::BAD_REQUEST);
    operation.takes(query("ticket", "What `POST /realtime/ticket` has answered."));
    operation.response(
        StatusCode::SWITCHING_PROTOCOLS,
        json!({ "description": "The WebSocket; each message is one entry." }),
    );
    operation
}

fn query(name: &str, description: &str) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": { "type": "string" } })
}
