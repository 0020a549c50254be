//! `POST /sessions/{id}/messages/send-text`.

use axum::extract;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde::Deserialize;
use serde::de::IgnoredAny;
use wagon_domain::outbox::{Context, Outgoing};
use wagon_domain::{Jid, WaMessageId};
use wagon_http_kit::{LenientJson, Problem, needs};
use wagon_services::{Mode, SendMessage};

use super::idempotency;
use super::result::View;
use crate::access::{AtChat, Family};
use crate::error::{Failure, OpenWa, Refusal};
use crate::state::State;
use crate::{jid, message_id};

const MAX_TEXT: usize = 4096;
const MAX_MENTIONS: usize = 1024;
const MAX_MENTION: usize = 64;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Request {
    chat_id: Option<String>,
    text: Option<String>,
    mentions: Option<Vec<String>>,
    #[expect(dead_code, reason = "no previews are made, so there is none to switch off")]
    link_preview: Option<bool>,
    custom_link_preview: Option<IgnoredAny>,
    quoted_message_id: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    headers: HeaderMap,
    request: LenientJson<Request, OpenWa>,
) -> Result<Response, Failure> {
    let (to, outgoing) = request.0.read()?;
    at.admit(&to)?;
    let request = SendMessage {
        to,
        draft: outgoing.into(),
        idempotency_key: idempotency::key(&headers)?,
        mode: Mode::Sync,
    };
    let session = at.session(Family::Messages)?;
    match state.services.messages.send(&at.caller, session, request).await {
        Ok(sent) => Ok(View::try_from(sent)?.into_response()),
        Err(error) => Err(at.refuse(error, Family::Messages)),
    }
}

impl Request {
    fn read(self) -> Result<(Jid, Outgoing), Failure> {
        if self.custom_link_preview.is_some() {
            return Err(Problem::NotSupported("customLinkPreview is not supported".to_owned()).into());
        }
        let mut errors = Vec::new();
        let to = chat(self.chat_id.as_deref(), &mut errors);
        let text = text(self.text, &mut errors);
        let mentions = mentions(&self.mentions.unwrap_or_default(), &mut errors);
        let reply_to = quoted(self.quoted_message_id.as_deref(), &mut errors);
        match (to, text) {
            (Some(to), Some(text)) if errors.is_empty() => Ok((
                to,
                Outgoing::Text {
                    text,
                    context: Context { mentions, reply_to },
                },
            )),
            _ => Err(Refusal::validation(errors).into()),
        }
    }
}

fn chat(chat_id: Option<&str>, errors: &mut Vec<String>) -> Option<Jid> {
    let Some(chat_id) = chat_id.filter(|chat_id| !chat_id.is_empty()) else {
        errors.push("chatId should not be empty".to_owned());
        return None;
    };
    match jid::from_text(chat_id) {
        Ok(jid) => Some(jid),
        Err(error) => {
            errors.push(format!(
                "chatId must be an address like 15550000001@c.us: {error}"
            ));
            None
        }
    }
}

fn text(text: Option<String>, errors: &mut Vec<String>) -> Option<String> {
    let text = text.filter(|text| !text.is_empty());
    match &text {
        None => errors.push("text should not be empty".to_owned()),
        Some(text) if text.chars().count() > MAX_TEXT => {
            errors.push(format!(
                "text must be shorter than or equal to {MAX_TEXT} characters"
            ));
        }
        Some(_) => {}
    }
    text
}

fn mentions(texts: &[String], errors: &mut Vec<String>) -> Vec<Jid> {
    if texts.len() > MAX_MENTIONS {
        errors.push(format!(
            "mentions must contain no more than {MAX_MENTIONS} elements"
        ));
    }
    if texts.iter().any(|text| text.chars().count() > MAX_MENTION) {
        errors.push(format!(
            "each value in mentions must be shorter than or equal to {MAX_MENTION} characters"
        ));
    }
    let mentions: Result<Vec<Jid>, _> = texts.iter().map(|text| jid::from_text(text)).collect();
    mentions.unwrap_or_else(|error| {
        errors.push(format!(
            "each value in mentions must be an address like 15550000001@c.us: {error}"
        ));
        Vec::new()
    })
}

fn quoted(id: Option<&str>, errors: &mut Vec<String>) -> Option<WaMessageId> {
    let id = message_id::from_text(id?);
    if id.is_err() {
        errors.push("quotedMessageId must be a message id".to_owned());
    }
    id.ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(body: Value) -> Result<(Jid, Outgoing), Failure> {
        serde_json::from_value::<Request>(body).unwrap().read()
    }

    async fn refused(body: Value) -> Value {
        let body = read(body).unwrap_err().into_response().into_body();
        let bytes = axum::body::to_bytes(body, 10_000).await.unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn a_body_becomes_an_outgoing_text() {
        let (to, outgoing) = read(json!({
            "chatId": "15550000001@c.us", "text": "hi @15550000002", "mentions": ["15550000002@c.us"],
            "linkPreview": false, "quotedMessageId": "false_15550000001@c.us_3EB0A1",
        }))
        .unwrap();
        assert_eq!(to.to_string(), "15550000001@s.whatsapp.net");
        assert_eq!(
            outgoing,
            Outgoing::Text {
                text: "hi @15550000002".to_owned(),
                context: Context {
                    mentions: vec!["15550000002@s.whatsapp.net".parse().unwrap()],
                    reply_to: Some("3EB0A1".parse().unwrap()),
                },
            }
        );
    }

    #[tokio::test]
    async fn everything_that_is_wrong_is_listed() {
        let to = "15550000001@c.us";
        let long = "é".repeat(4097);
        for (body, messages) in [
            (
                json!({}),
                json!(["chatId should not be empty", "text should not be empty"]),
            ),
            (
                json!({"chatId": to, "text": long}),
                json!(["text must be shorter than or equal to 4096 characters"]),
            ),
            (
                json!({"chatId": to, "text": "a", "quotedMessageId": ""}),
                json!(["quotedMessageId must be a message id"]),
            ),
            (
                json!({"chatId": to, "text": "a", "mentions": vec![to; 1025]}),
                json!(["mentions must contain no more than 1024 elements"]),
            ),
        ] {
            let expected = json!({"statusCode": 400, "message": messages, "error": "Bad Request"});
            assert_eq!(refused(body).await, expected);
        }
        let body = refused(json!({"chatId": "15550000001", "text": "a"})).await;
        assert!(
            body["message"][0]
                .as_str()
                .unwrap()
                .starts_with("chatId must be an address")
        );
        let body = refused(json!({"chatId": to, "text": "a", "mentions": ["x"]})).await;
        assert!(
            body["message"][0]
                .as_str()
                .unwrap()
                .starts_with("each value in mentions must be an address")
        );
        let body = refused(json!({"chatId": to, "text": "a", "customLinkPreview": {}})).await;
        assert_eq!(body["statusCode"], 501);
    }

    #[test]
    fn texts_are_measured_in_characters() {
        let body = json!({"chatId": "15550000001@c.us", "text": "😀".repeat(4096)});
        assert!(read(body).is_ok());
    }
}
