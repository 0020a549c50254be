//! `GET …/messages/{chat}/{message}/media`.

use axum::body::Body;
use axum::extract;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, StatusCode};
use wagon_http_kit::needs;
use wagon_services::{Error, Missing, OpenMedia, WantedMedia};

use super::path::MessagePath;
use crate::access::{AtChat, Family};
use crate::error::{Failure, Refusal};
use crate::state::State;

const UNKNOWN: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// Types that browsers do nothing with but show them.
const SHOWN: [&str; 15] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/bmp",
    "video/mp4",
    "video/webm",
    "video/quicktime",
    "video/3gpp",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/aac",
    "audio/wav",
    "audio/webm",
];

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    MessagePath { chat, id }: MessagePath,
) -> Result<Response, Failure> {
    at.admit(&chat)?;
    let session = at.session(Family::Messages)?;
    let media = &state.services.media;
    let wanted = WantedMedia {
        chat: Some(&chat),
        message: &id,
        most: Some(state.media_limit),
    };
    match media.open(&at.caller, session, wanted, |_| None).await {
        Ok(opened) => Ok(answer(opened)),
        Err(Error::NotFound(Missing::Media | Missing::Message) | Error::Gone) => {
            let message = "No media stored for this message";
            Err(Refusal::new(StatusCode::NOT_FOUND, message).into())
        }
        Err(error) => Err(at.refuse(error, Family::Messages)),
    }
}

fn answer(OpenMedia { description, stored }: OpenMedia) -> Response {
    let declared = description.mimetype.unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim();
    let shown = SHOWN.iter().find(|shown| shown.eq_ignore_ascii_case(essence));
    let mut response = Body::from_stream(stored.bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        shown.map_or(UNKNOWN, |shown| HeaderValue::from_static(shown)),
    );
    headers.insert(CONTENT_LENGTH, stored.size.into());
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
