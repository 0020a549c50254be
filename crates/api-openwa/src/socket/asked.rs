//! What clients say.

use serde_json::Value;

use super::frame::Complaint;
use crate::events::{EVERYTHING, subscribable};

/// One frame of a client. What it calls the request comes back with the answer.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) id: Option<String>,
    pub(super) wish: Result<Wish, Complaint>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Subscribe {
        session: String,
        events: Names,
    },
    Unsubscribe {
        session: String,
        /// `None`: all that was asked for of the session.
        events: Option<Names>,
    },
    Ping,
}

/// Names of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Names {
    All,
    Some(Vec<&'static str>),
}

impl Asked {
    pub(super) fn read(frame: &Value) -> Self {
        Self {
            id: frame["requestId"].as_str().map(str::to_owned),
            wish: Wish::read(frame),
        }
    }
}

impl Wish {
    fn read(frame: &Value) -> Result<Self, Complaint> {
        let events = &frame["events"];
        match frame["type"].as_str() {
            Some("ping") => Ok(Self::Ping),
            Some("subscribe") => Ok(Self::Subscribe {
                session: session(frame)?,
                events: Names::read(events)?,
            }),
            Some("unsubscribe") => Ok(Self::Unsubscribe {
                session: session(frame)?,
                events: match events {
                    Value::Null => None,
                    events => Some(Names::read(events)?),
                },
            }),
            Some(_) | None => Err(Complaint::message(
                "type must be one of the following values: subscribe, unsubscribe, ping",
            )),
        }
    }
}

fn session(frame: &Value) -> Result<String, Complaint> {
    match frame["sessionId"].as_str() {
        Some(session) if !session.is_empty() => Ok(session.to_owned()),
        _ => Err(Complaint::session("sessionId is required")),
    }
}

impl Names {
    fn read(events: &Value) -> Result<Self, Complaint> {
        let list = events.as_array().filter(|list| !list.is_empty());
        let list =
            list.ok_or_else(|| Complaint::events("events must be a list of event names, or [\"*\"]"))?;
        let mut names = Vec::new();
        for name in list {
            let text = name.as_str().unwrap_or_default();
            if text == EVERYTHING {
                return Ok(Self::All);
            }
            let known = subscribable(text);
            let known = known.ok_or_else(|| Complaint::events(format!("unknown event {name}")))?;
            if !names.contains(&known) {
                names.push(known);
            }
        }
        Ok(Self::Some(names))
    }

    /// As the client hears them back.
    pub(super) fn texts(&self) -> Vec<&'static str> {
        match self {
            Self::All => vec![EVERYTHING],
            Self::Some(names) => names.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn requests_are_read() {
        let asked = Asked::read(&json!({
            "type": "subscribe", "sessionId": "shop", "events": ["message.received", "message.received"],
            "requestId": "r1",
        }));
        assert_eq!(asked.id.as_deref(), Some("r1"));
        let events = Names::Some(vec!["message.received"]);
        let session = "shop".to_owned();
        assert_eq!(asked.wish.unwrap(), Wish::Subscribe { session, events });
        let all = Asked::read(&json!({ "type": "unsubscribe", "sessionId": "*" }));
        let session = "*".to_owned();
        assert_eq!(
            all.wish.unwrap(),
            Wish::Unsubscribe {
                session,
                events: None
            }
        );
        assert_eq!(Asked::read(&json!({ "type": "ping" })).wish.unwrap(), Wish::Ping);
    }

    #[test]
    fn what_is_wrong_is_told_by_its_code() {
        for (frame, code) in [
            (json!("hello"), "INVALID_MESSAGE"),
            (json!({ "type": "shout" }), "INVALID_MESSAGE"),
            (json!({ "type": "subscribe", "events": ["*"] }), "INVALID_SESSION"),
            (
                json!({ "type": "unsubscribe", "sessionId": 7 }),
                "INVALID_SESSION",
            ),
            (json!({ "type": "subscribe", "sessionId": "*" }), "INVALID_EVENTS"),
            (
                json!({ "type": "subscribe", "sessionId": "*", "events": [] }),
                "INVALID_EVENTS",
            ),
            (
                json!({ "type": "subscribe", "sessionId": "*", "events": ["message.failed"] }),
                "INVALID_EVENTS",
            ),
            (
                json!({ "type": "subscribe", "sessionId": "*", "events": ["nothing"] }),
                "INVALID_EVENTS",
            ),
        ] {
            assert_eq!(Asked::read(&frame).wish.unwrap_err().code, code, "{frame}");
        }
    }
}
