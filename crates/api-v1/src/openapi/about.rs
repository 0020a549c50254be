//! What the document says of the dialect as a whole.

use http::StatusCode;
use serde_json::{Map, Value, json};
use wagon_domain::Capability;
use wagon_openapi::{Access, Documented, Refusal, Schemas};

use super::events;
use crate::error::{Envelope, V1};

impl Documented for V1 {
    const TITLE: &'static str = "Wagon gateway v1";
    const DESCRIPTION: &'static str = "The native dialect of Wagon, a self-hosted WhatsApp gateway. \
Programs call with an API key, people with the access token of a sign-in. \
JSON in and out; times are epoch milliseconds in UTC. Unknown fields are refused. \
The roles that a security requirement lists are the capabilities that the caller needs.";
    const PREFIX: &'static str = "/api/v1";
    const REFUSALS: &'static [Refusal] = &[
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
    const PARAMETERS: &'static [(&'static str, &'static str)] = &[
        ("session", "A session's id, `sess_…`."),
        ("mid", "A message's WhatsApp id."),
        ("oid", "A send's id, `out_…`."),
        ("cid", "A chat's JID, by either address of a person."),
        ("jid", "A person's JID, by either address."),
        ("gid", "A group's JID, `…@g.us`."),
        ("channel", "A channel's JID, `…@newsletter`."),
        ("call", "A call's id, as `call.incoming` tells it."),
        ("webhook", "A webhook's id, `wh_…`."),
        ("delivery", "A delivery's id."),
        ("user", "A user's id."),
        ("organization", "An organisation's id."),
        ("key", "An API key's id."),
    ];

    /// What a person has to be, no key is.
    fn security(access: Access, capability: Option<Capability>) -> Value {
        let needs: Vec<&str> = capability.map(Capability::as_str).into_iter().collect();
        match access {
            Access::Public => json!([]),
            Access::Caller => json!([{ "bearer": needs }, { "apiKey": needs }]),
            Access::Person => json!([{ "bearer": ["user"] }]),
            Access::SuperAdmin => json!([{ "bearer": ["super_admin"] }]),
        }
    }

    fn security_schemes() -> Value {
        json!({
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
        })
    }

    fn components(schemas: &mut Schemas) -> Map<String, Value> {
        schemas.answer::<Envelope>();
        let event = events::schema(schemas);
        [(events::NAME.to_owned(), event)].into_iter().collect()
    }

    fn webhooks() -> Option<Value> {
        Some(events::webhooks())
    }
}
