//! What clients are told.

use serde::Serialize;
use serde_json::{Map, Value};

/// One frame to a client.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub(super) enum Frame<'a> {
    Subscribed {
        /// As the client named it.
        session_id: &'a str,
        events: Vec<&'static str>,
        #[serde(flatten)]
        stamp: Stamp<'a>,
    },
    Unsubscribed {
        session_id: &'a str,
        #[serde(flatten)]
        stamp: Stamp<'a>,
    },
    Pong {
        #[serde(flatten)]
        stamp: Stamp<'a>,
    },
    Error {
        code: &'static str,
        message: &'a str,
        #[serde(flatten)]
        stamp: Stamp<'a>,
    },
    Event {
        payload: Payload<'a>,
        timestamp: String,
    },
}

/// When it was said, and in answer to what.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stamp<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_id: Option<&'a str>,
    pub(super) timestamp: String,
}

/// An event.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payload<'a> {
    pub(super) event: &'static str,
    pub(super) session_id: &'a str,
    pub(super) data: &'a Map<String, Value>,
}

/// Why a client does not get what it asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Complaint {
    pub(super) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new("UNAUTHORIZED", message)
    }

    pub(super) fn message(message: impl Into<String>) -> Self {
        Self::new("INVALID_MESSAGE", message)
    }

    pub(super) fn session(message: impl Into<String>) -> Self {
        Self::new("INVALID_SESSION", message)
    }

    pub(super) fn events(message: impl Into<String>) -> Self {
        Self::new("INVALID_EVENTS", message)
    }

    pub(super) fn forbidden() -> Self {
        Self::new("FORBIDDEN_SESSION", "API key not authorized for this session")
    }

    pub(super) fn too_many(limit: usize) -> Self {
        Self::new(
            "TOO_MANY_SUBSCRIPTIONS",
            format!("a socket may have {limit} subscriptions"),
        )
    }

    pub(super) fn rate_limited(message: impl Into<String>) -> Self {
        Self::new("RATE_LIMITED", message)
    }

    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn frames_say_their_type_and_answer_by_request() {
        let stamp = |request_id| Stamp {
            request_id,
            timestamp: "then".to_owned(),
        };
        let data = Map::new();
        for (frame, expected) in [
            (
                Frame::Subscribed {
                    session_id: "shop",
                    events: vec!["*"],
                    stamp: stamp(Some("r1")),
                },
                json!({ "type": "subscribed", "sessionId": "shop", "events": ["*"], "requestId": "r1", "timestamp": "then" }),
            ),
            (
                Frame::Pong { stamp: stamp(None) },
                json!({ "type": "pong", "timestamp": "then" }),
            ),
            (
                Frame::Error {
                    code: "INVALID_EVENTS",
                    message: "no",
                    stamp: stamp(None),
                },
                json!({ "type": "error", "code": "INVALID_EVENTS", "message": "no", "timestamp": "then" }),
            ),
            (
                Frame::Event {
                    payload: Payload {
                        event: "session.status",
                        session_id: "sess_1",
                        data: &data,
                    },
                    timestamp: "then".to_owned(),
                },
                json!({
                    "type": "event", "timestamp": "then",
                    "payload": { "event": "session.status", "sessionId": "sess_1", "data": {} },
                }),
            ),
        ] {
            assert_eq!(serde_json::to_value(frame).unwrap(), expected);
        }
    }
}
