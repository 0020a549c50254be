//! `POST /sessions/{session}/status`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::Jid;
use wagon_domain::content::MediaKind;
use wagon_domain::jid::InvalidJid;
use wagon_http_kit::{Problem, StrictJson, needs};
use wagon_services::{NewStatus, PostStatus, TextStatus};

use crate::error::{Rejection, V1, invalid};
use crate::file::File;
use crate::path::InSession;
use crate::state::State;

/// The colour of WhatsApp's own first choice.
const BACKGROUND: u32 = 0xff1e_6e4f;

/// Like a send, the fields of all types side by side.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "PostStatus")]
pub(crate) struct Request {
    #[serde(default, rename = "type")]
    kind: Kind,
    /// The caption of a picture or a film.
    text: Option<String>,
    media: Option<File>,
    /// `#RRGGBB`, behind a text or a recording.
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
    Image,
    Video,
    Audio,
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
    fn post(self) -> Result<PostStatus, Problem> {
        let background = match self.background_color.as_deref() {
            None => BACKGROUND,
            Some(text) => {
                let wrong = || invalid("backgroundColor", "backgroundColor must be like #1e6e4f");
                color(text).ok_or_else(wrong)?
            }
        };
        let status = match self.kind {
            Kind::Text => NewStatus::Text(TextStatus {
                text: self.text.unwrap_or_default(),
                background,
                font: self.font.unwrap_or_default(),
            }),
            Kind::Image => file(MediaKind::Image, self.media, self.text, None)?,
            Kind::Video => file(MediaKind::Video, self.media, self.text, None)?,
            Kind::Audio => file(MediaKind::Audio, self.media, None, Some(background))?,
        };
        Ok(PostStatus {
            status,
            audience: self.audience.map(people).transpose()?,
        })
    }
}

fn file(
    kind: MediaKind,
    media: Option<File>,
    caption: Option<String>,
    background: Option<u32>,
) -> Result<NewStatus, Problem> {
    let mut media = File::required(media, kind)?;
    media.caption = media.caption.or(caption);
    // WhatsApp shows recordings as voice notes only.
    media.ptt = Some(true);
    Ok(NewStatus::File {
        file: Box::new(media.read(kind)?),
        background,
    })
}

fn people(audience: Vec<String>) -> Result<Vec<Jid>, Problem> {
    let parsed = audience.into_iter().map(|jid| jid.parse());
    parsed
        .collect::<Result<_, InvalidJid>>()
        .map_err(|error| invalid("audience", format!("audience: {error}")))
}

/// Opaque, as there is nothing behind a status.
fn color(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let color = u32::from_str_radix(digits, 16).ok()?;
    Some(0xff00_0000 | color)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(body: Value) -> PostStatus {
        let request: Request = serde_json::from_value(body).unwrap();
        request.post().unwrap()
    }

    #[test]
    fn colors_are_six_hexadecimal_digits() {
        assert_eq!(color("#1e6e4f"), Some(BACKGROUND));
        for text in ["1e6e4f", "#1e6e4", "#1e6e4g", "#+e6e4f1", ""] {
            assert_eq!(color(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_is_all_it_takes() {
        let post = read(json!({ "text": "hello" }));
        let NewStatus::Text(status) = post.status else {
            panic!("{post:?}");
        };
        assert_eq!((status.background, status.font), (BACKGROUND, 0));
        assert!(post.audience.is_none());
        let song = json!({ "type": "song", "text": "hello" });
        assert!(serde_json::from_value::<Request>(song).is_err());
    }

    #[test]
    fn a_file_is_captioned_where_captions_are_shown() {
        let media = json!({ "data": "aGk=" });
        for (kind, caption, voice, background) in [
            ("image", Some("Look"), false, None),
            ("video", Some("Look"), false, None),
            ("audio", None, true, Some(BACKGROUND)),
        ] {
            let post = read(json!({ "type": kind, "text": "Look", "media": media }));
            let NewStatus::File {
                file,
                background: shown,
            } = post.status
            else {
                panic!("{post:?}");
            };
            assert_eq!(
                (file.media.caption.as_deref(), file.media.ptt, shown),
                (caption, voice, background)
            );
        }
    }
}
