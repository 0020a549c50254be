//! `POST /sessions/{session}/status`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::Jid;
use wagon_domain::jid::InvalidJid;
use wagon_http_kit::{StrictJson, needs};
use wagon_services::{Error, NewStatus, PostStatus, TextStatus};

use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

/// The colour of WhatsApp's own first choice.
const BACKGROUND: u32 = 0xff1e_6e4f;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "PostStatus")]
pub(crate) struct Request {
    #[serde(default, rename = "type")]
    kind: Kind,
    text: Option<String>,
    /// `#RRGGBB`.
    background_color: Option<String>,
    font: Option<u8>,
    audience: Option<Vec<String>>,
}

#[derive(Debug, Default, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "StatusType")]
enum Kind {
    #[default]
    Text,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PostedStatus")]
pub(crate) struct View {
    message_id: String,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    request: StrictJson<Request, V1>,
) -> Result<Json<View>, Rejection> {
    let post = request.0.post()?;
    let posted = state
        .services
        .statuses
        .post(&at.caller, &at.session, post)
        .await?;
    Ok(Json(View {
        message_id: posted.id.to_string(),
    }))
}

impl Request {
    fn post(self) -> Result<PostStatus, Error> {
        let Kind::Text = self.kind;
        let background = match self.background_color.as_deref() {
            None => BACKGROUND,
            Some(text) => color(text).ok_or_else(|| Error::Invalid {
                field: "backgroundColor",
                message: "backgroundColor must be like #1e6e4f".to_owned(),
            })?,
        };
        let audience = self.audience.map(people).transpose()?;
        Ok(PostStatus {
            status: NewStatus::Text(TextStatus {
                text: self.text.unwrap_or_default(),
                background,
                font: self.font.unwrap_or_default(),
            }),
            audience,
        })
    }
}

fn people(audience: Vec<String>) -> Result<Vec<Jid>, Error> {
    let parsed = audience.into_iter().map(|jid| jid.parse());
    parsed
        .collect::<Result<_, InvalidJid>>()
        .map_err(|error| Error::Invalid {
            field: "audience",
            message: format!("audience: {error}"),
        })
}

/// Opaque, as there is nothing behind a status.
fn color(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let color = u32::from_str_radix(digits, 16).ok()?;
    Some(0xff00_0000 | color)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_six_hexadecimal_digits() {
        assert_eq!(color("#1e6e4f"), Some(BACKGROUND));
        for text in ["1e6e4f", "#1e6e4", "#1e6e4g", "#+e6e4f1", ""] {
            assert_eq!(color(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_is_all_it_takes() {
        let request: Request = serde_json::from_str(r#"{"text":"hello"}"#).unwrap();
        let post = request.post().unwrap();
        let NewStatus::Text(status) = post.status else {
            panic!("{post:?}");
        };
        assert_eq!((status.background, status.font), (BACKGROUND, 0));
        assert!(post.audience.is_none());
        assert!(serde_json::from_str::<Request>(r#"{"type":"song","text":"hello"}"#).is_err());
    }
}
