//! Showing something.

use axum::extract;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::Jid;
use wagon_domain::content::{Media, MediaKind};
use wagon_http_kit::{StrictJson, needs};
use wagon_services::{MediaFile, NewStatus, PostStatus, TextStatus};

use super::FAMILY;
use super::view::Posted;
use crate::access::AtSession;
use crate::error::{Failure, OpenWa, Refusal};
use crate::file::File;
use crate::openapi::Created;
use crate::state::State;
use crate::{jid, length};

/// The colour of WhatsApp's own first choice.
const BACKGROUND: u32 = 0xff1e_6e4f;
const FONTS: [u8; 8] = [0, 1, 2, 6, 7, 8, 9, 10];
const LONGEST_CAPTION: usize = 1024;
const MOST_RECIPIENTS: usize = 256;

type Answer = Result<Created<Posted>, Failure>;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "PostTextStatus")]
pub(super) struct PostText {
    text: String,
    recipients: Option<Vec<String>>,
    background_color: Option<String>,
    font: Option<u8>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PostImageStatus")]
pub(super) struct PostImage {
    image: File,
    caption: Option<String>,
    recipients: Option<Vec<String>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PostVideoStatus")]
pub(super) struct PostVideo {
    video: File,
    caption: Option<String>,
    recipients: Option<Vec<String>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "PostVoiceStatus")]
pub(super) struct PostVoice {
    audio: File,
    background_color: Option<String>,
    recipients: Option<Vec<String>>,
}

/// `POST /sessions/{id}/status/send-text`.
pub(super) async fn text(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<PostText, OpenWa>,
) -> Answer {
    let request = request.0;
    let font = request.font.unwrap_or_default();
    if !FONTS.contains(&font) {
        let known = FONTS.map(|font| font.to_string()).join(", ");
        let problem = format!("font must be one of the following values: {known}");
        return Err(Refusal::validation(vec![problem]).into());
    }
    let status = NewStatus::Text(TextStatus {
        text: request.text,
        background: color(request.background_color.as_deref())?.unwrap_or(BACKGROUND),
        font,
    });
    post(&state, &at, status, request.recipients).await
}

/// `POST /sessions/{id}/status/send-image`.
pub(super) async fn image(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<PostImage, OpenWa>,
) -> Answer {
    let request = request.0;
    let status = file(&state, MediaKind::Image, request.image, request.caption)?;
    post(&state, &at, status, request.recipients).await
}

/// `POST /sessions/{id}/status/send-video`.
pub(super) async fn video(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<PostVideo, OpenWa>,
) -> Answer {
    let request = request.0;
    let status = file(&state, MediaKind::Video, request.video, request.caption)?;
    post(&state, &at, status, request.recipients).await
}

/// `POST /sessions/{id}/status/send-voice`.
pub(super) async fn voice(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<PostVoice, OpenWa>,
) -> Answer {
    let request = request.0;
    let color = color(request.background_color.as_deref())?;
    let mut status = file(&state, MediaKind::Audio, request.audio, None)?;
    if let NewStatus::File { file, background } = &mut status {
        *background = Some(color.unwrap_or(BACKGROUND));
        file.media.ptt = true;
        let default = || "audio/ogg; codecs=opus".to_owned();
        file.media.mimetype.get_or_insert_with(default);
    }
    post(&state, &at, status, request.recipients).await
}

fn file(state: &State, kind: MediaKind, file: File, caption: Option<String>) -> Result<NewStatus, Refusal> {
    if let Some(caption) = &caption {
        length::within("caption", caption, 0..=LONGEST_CAPTION)?;
    }
    let media = Media {
        mimetype: file.mimetype.clone(),
        caption,
        ..Media::of(kind)
    };
    Ok(NewStatus::File {
        file: Box::new(MediaFile {
            media,
            origin: file.origin()?,
            limit: state.media_limit,
        }),
        background: None,
    })
}

async fn post(
    state: &State,
    at: &AtSession<needs::Send>,
    status: NewStatus,
    recipients: Option<Vec<String>>,
) -> Answer {
    let post = PostStatus {
        status,
        audience: audience(recipients)?,
    };
    let posted = state
        .services
        .statuses
        .post(&at.caller, at.session(FAMILY)?, post)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Created(Posted::new(&posted)))
}

/// Nobody named is everybody there is a chat with.
fn audience(recipients: Option<Vec<String>>) -> Result<Option<Vec<Jid>>, Refusal> {
    let Some(recipients) = recipients.filter(|recipients| !recipients.is_empty()) else {
        return Ok(None);
    };
    if recipients.len() > MOST_RECIPIENTS {
        let problem = format!("recipients must contain no more than {MOST_RECIPIENTS} elements");
        return Err(Refusal::validation(vec![problem]));
    }
    jid::all_named("recipients", &recipients).map(Some)
}

/// Opaque, as there is nothing behind a status.
fn color(text: Option<&str>) -> Result<Option<u32>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    let color = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match color {
        Some(color) => Ok(Some(0xff00_0000 | color)),
        None => Err(Refusal::validation(vec![
            "backgroundColor must be like #1E6E4F".to_owned(),
        ])),
    }
}
