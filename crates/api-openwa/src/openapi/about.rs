//! What the document says of the dialect as a whole.

use http::StatusCode;
use serde_json::{Map, Value, json};
use wagon_domain::Capability;
use wagon_openapi::{Documented, Refusal};

use super::{Access, Schemas};
use crate::auth::Role;
use crate::error::{Envelope, OpenWa};

impl Documented for OpenWa {
    const TITLE: &'static str = "Wagon OpenWA";
    const DESCRIPTION: &'static str = "The OpenWA dialect of Wagon, a self-hosted WhatsApp gateway. \
Calls carry an API key in `X-API-Key`. JSON in and out; unknown fields of bodies are refused. \
A session is named by its id or its name; people are `<number>@c.us`. \
The roles that a security requirement lists are the least that the key needs.";
    const PREFIX: &'static str = "/api";
    const REFUSALS: &'static [Refusal] = &[
        (
            Some(StatusCode::BAD_REQUEST),
            "BadRequest",
            "A value is missing or wrong, and `message` lists what; or the session is not active.",
        ),
        (
            Some(StatusCode::UNAUTHORIZED),
            "Unauthorized",
            "No key, an unknown or ended one, or one for other sessions or addresses.",
        ),
        (
            Some(StatusCode::FORBIDDEN),
            "Forbidden",
            "The key's role or its limits do not allow it.",
        ),
        (
            Some(StatusCode::NOT_FOUND),
            "NotFound",
            "What the request names does not exist, or belongs to somebody else.",
        ),
        (
            Some(StatusCode::PAYLOAD_TOO_LARGE),
            "PayloadTooLarge",
            "The body or a file is over the limit.",
        ),
        (
            Some(StatusCode::UNSUPPORTED_MEDIA_TYPE),
            "UnsupportedMediaType",
            "The body is not `application/json`.",
        ),
        (
            Some(StatusCode::TOO_MANY_REQUESTS),
            "TooManyRequests",
            "Too many calls, or over a session's budget: `Retry-After` says when to come back.",
        ),
        (
            None,
            "Refused",
            "Any other refusal, in the same envelope: a conflict (409), what cannot be made of the request (422), what WhatsApp or the library cannot do (501), or no answer of WhatsApp (502 to 504).",
        ),
    ];
    const PARAMETERS: &'static [(&'static str, &'static str)] = &[
        ("id", "A session's id or name."),
        ("chat", "A chat's address."),
        ("chatId", "A chat's address."),
        ("contactId", "A person's address."),
        ("number", "A phone number with its country code."),
        ("gid", "A group's address, `…@g.us`."),
        ("cid", "A channel's address, `…@newsletter`."),
        ("of", "A person's address, or the id of an own update."),
        ("message", "A message's id, in either form."),
        ("batch", "A batch's id."),
        ("callId", "A call's id, as the event tells it."),
        ("labelId", "A label's id."),
        ("productId", "A product's id."),
        ("template", "A template's id."),
        ("webhook", "A webhook's id."),
        ("key", "A key's id."),
    ];

    fn security(access: Access, capability: Option<Capability>) -> Value {
        let role = capability.map(Role::least).map(Role::as_str);
        let roles: Vec<&str> = role.into_iter().collect();
        match access {
            Access::Public => json!([]),
            Access::Caller | Access::Person | Access::SuperAdmin => json!([{ "apiKey": roles }]),
        }
    }

    fn security_schemes() -> Value {
        json!({
            "apiKey": {
                "type": "apiKey",
                "in": "header",
                "name": "X-API-Key",
                "description": "An API key.",
            },
        })
    }

    fn components(schemas: &mut Schemas) -> Map<String, Value> {
        schemas.answer::<Envelope>();
        Map::new()
    }
}
