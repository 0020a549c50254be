//! `POST /sessions/{session}/messages`.

use axum::extract;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde::Deserialize;
use serde::de::IgnoredAny;
use wagon_domain::outbox::{Context, Outgoing};
use wagon_domain::{Jid, WaMessageId};
use wagon_http_kit::{Problem, Query, QueryError, StrictJson, needs};
use wagon_services::{Error, Mode, SendMessage};

use super::result::View;
use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

const IDEMPOTENCY_KEY: &str = "idempotency-key";

#[derive(Debug, Deserialize)]
pub(crate) struct Params {
    #[serde(rename = "async")]
    asynchronous: Option<String>,
}

/// The fields of all types side by side, as the dialect has them. Those of other types are allowed
/// and without meaning.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "fields of the types that are not sent yet are known, but not read"
)]
pub(crate) struct Request {
    #[serde(rename = "type")]
    kind: Kind,
    to: String,
    text: Option<String>,
    reply_to: Option<String>,
    mentions: Option<Vec<Jid>>,
    name: Option<IgnoredAny>,
    options: Option<IgnoredAny>,
    selectable_count: Option<IgnoredAny>,
    poll_end_time: Option<IgnoredAny>,
    poll_hide_votes: Option<IgnoredAny>,
    latitude: Option<IgnoredAny>,
    longitude: Option<IgnoredAny>,
    contact: Option<IgnoredAny>,
    media: Option<IgnoredAny>,
    medias: Option<IgnoredAny>,
    caption: Option<IgnoredAny>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Text,
    Poll,
    Location,
    Contact,
    Image,
    Video,
    Audio,
    Document,
    Sticker,
    Album,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    params: Query<Params, V1>,
    headers: HeaderMap,
    request: StrictJson<Request, V1>,
) -> Result<Response, Rejection> {
    let mode = params.0.mode()?;
    let request = request.0.into_send(&headers, mode)?;
    let sent = state
        .services
        .messages
        .send(&at.caller, &at.session, request)
        .await?;
    Ok(View::try_from(sent)?.into_response())
}

impl Params {
    /// Values are those of Go's `ParseBool`, and an empty one is an absent one.
    fn mode(&self) -> Result<Mode, Problem> {
        match self.asynchronous.as_deref() {
            None | Some("" | "0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(Mode::Sync),
            Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(Mode::Async),
            Some(_) => Err(Problem::Query(QueryError::new("async", "invalid boolean"))),
        }
    }
}

impl Request {
    fn into_send(self, headers: &HeaderMap, mode: Mode) -> Result<SendMessage, Problem> {
        let outgoing = match self.kind {
            Kind::Text => Outgoing::Text {
                text: self
                    .text
                    .filter(|text| !text.is_empty())
                    .ok_or_else(text_is_missing)?,
                context: Context {
                    mentions: self.mentions.unwrap_or_default(),
                    reply_to: reply_to(self.reply_to.as_deref())?,
                },
            },
            Kind::Poll => return Err(not_sent_yet("poll")),
            Kind::Location => return Err(not_sent_yet("location")),
            Kind::Contact => return Err(not_sent_yet("contact")),
            Kind::Image => return Err(not_sent_yet("image")),
            Kind::Video => return Err(not_sent_yet("video")),
            Kind::Audio => return Err(not_sent_yet("audio")),
            Kind::Document => return Err(not_sent_yet("document")),
            Kind::Sticker => return Err(not_sent_yet("sticker")),
            Kind::Album => return Err(not_sent_yet("album")),
        };
        Ok(SendMessage {
            to: recipient(&self.to)?,
            outgoing,
            idempotency_key: idempotency_key(headers)?,
            mode,
        })
    }
}

fn invalid(field: &'static str, message: impl Into<String>) -> Problem {
    Problem::Service(Error::Invalid {
        field,
        message: message.into(),
    })
}

fn text_is_missing() -> Problem {
    invalid("text", "text is required for type 'text'")
}

fn not_sent_yet(kind: &str) -> Problem {
    Problem::NotSupported(format!(
        "sending messages of type '{kind}' is not implemented yet"
    ))
}

fn recipient(to: &str) -> Result<Jid, Problem> {
    if to.is_empty() {
        return Err(invalid("to", "recipient 'to' is required"));
    }
    let jid: Jid = to
        .parse()
        .map_err(|error| invalid("to", format!("recipient 'to' is not valid: {error}")))?;
    Ok(jid.bare())
}

fn reply_to(id: Option<&str>) -> Result<Option<WaMessageId>, Problem> {
    let id = id.filter(|id| !id.is_empty());
    id.map(str::parse)
        .transpose()
        .map_err(|_| invalid("replyTo", "replyTo must be a message id"))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let key = std::str::from_utf8(value.as_bytes())
        .map_err(|_| invalid(IDEMPOTENCY_KEY, "Idempotency-Key must be UTF-8"))?;
    Ok(Some(key.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(body: Value, key: Option<&[u8]>) -> Result<SendMessage, Problem> {
        let mut headers = HeaderMap::new();
        if let Some(key) = key {
            headers.insert(IDEMPOTENCY_KEY, key.try_into().unwrap());
        }
        serde_json::from_value::<Request>(body)
            .unwrap()
            .into_send(&headers, Mode::Sync)
    }

    fn message(problem: Problem) -> String {
        match problem {
            Problem::Service(Error::Invalid { message, .. }) | Problem::NotSupported(message) => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_text_becomes_an_outgoing_text() {
        let body = json!({
            "type": "text", "to": "15550000001:3@c.us", "text": "hi", "replyTo": "3EB0A1",
            "mentions": ["15550000002@s.whatsapp.net"], "caption": null, "name": "of another type",
        });
        let request = read(body, Some(b"k-1")).unwrap();
        assert_eq!(request.to.to_string(), "15550000001@s.whatsapp.net");
        assert_eq!(request.idempotency_key.as_deref(), Some("k-1"));
        assert_eq!(
            request.outgoing,
            Outgoing::Text {
                text: "hi".to_owned(),
                context: Context {
                    mentions: vec!["15550000002@s.whatsapp.net".parse().unwrap()],
                    reply_to: Some("3EB0A1".parse().unwrap()),
                },
            }
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let to = "15550000001@s.whatsapp.net";
        for (body, expected) in [
            (
                json!({"type": "text", "to": "", "text": "hi"}),
                "recipient 'to' is required",
            ),
            (
                json!({"type": "text", "to": to}),
                "text is required for type 'text'",
            ),
            (
                json!({"type": "text", "to": to, "text": ""}),
                "text is required for type 'text'",
            ),
            (
                json!({"type": "text", "to": to, "text": "a", "replyTo": "a b"}),
                "replyTo must be a message id",
            ),
            (
                json!({"type": "poll", "to": to}),
                "sending messages of type 'poll' is not implemented yet",
            ),
        ] {
            assert_eq!(message(read(body, None).unwrap_err()), expected);
        }
        let unreadable = json!({"type": "text", "to": "15550000001", "text": "hi"});
        assert!(
            message(read(unreadable, None).unwrap_err()).starts_with("recipient 'to' is not valid: a JID")
        );
        let body = json!({"type": "text", "to": to, "text": "hi"});
        assert_eq!(
            message(read(body, Some(b"\xff")).unwrap_err()),
            "Idempotency-Key must be UTF-8"
        );
    }

    #[test]
    fn async_is_read_like_gos_booleans() {
        let check = |text: &str| {
            Params {
                asynchronous: Some(text.to_owned()),
            }
            .mode()
        };
        assert_eq!(Params { asynchronous: None }.mode().unwrap(), Mode::Sync);
        for text in ["", "0", "f", "F", "false", "FALSE", "False"] {
            assert_eq!(check(text).unwrap(), Mode::Sync, "{text}");
        }
        for text in ["1", "t", "T", "true", "TRUE", "True"] {
            assert_eq!(check(text).unwrap(), Mode::Async, "{text}");
        }
        for text in ["yes", "tRUE", "2"] {
            assert!(matches!(check(text), Err(Problem::Query(_))), "{text}");
        }
    }
}
