//! `GET /sessions/{session}/messages/{mid}/media`.

use std::convert::Infallible;
use std::ops::Range;

use axum::body::Body;
use axum::extract::{self, FromRequestParts};
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    RANGE, X_CONTENT_TYPE_OPTIONS,
};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::Jid;
use wagon_domain::content::{Media, MediaKind};
use wagon_http_kit::{Authenticated, Query};
use wagon_services::{OpenMedia, WantedMedia};

use crate::error::{Rejection, V1};
use crate::openapi::{Input, Operation, Schemas};
use crate::path::MessagePath;
use crate::state::State;

const UNKNOWN_TYPE: &str = "application/octet-stream";

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Params {
    /// Tells messages of several chats apart that carry the same id.
    #[schemars(with = "Option<String>")]
    chat: Option<Jid>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    MessagePath { session, message }: MessagePath,
    params: Query<Params, V1>,
    range: WantedRange,
) -> Result<Response, Rejection> {
    let wanted = range.0;
    let media = WantedMedia {
        chat: params.0.chat.as_ref(),
        message: &message,
        most: None,
    };
    let opened = state
        .services
        .media
        .open(&caller, &session, media, |size| {
            wanted.as_deref().and_then(|wanted| parse(wanted, size))
        })
        .await?;
    Ok(answer(opened))
}

/// The `Range` header, if it is there.
pub(crate) struct WantedRange(Option<String>);

impl Input for WantedRange {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.header("Range", "One range of bytes; anything else asks for the whole.");
    }
}

impl<S: Send + Sync> FromRequestParts<S> for WantedRange {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let value = parts.headers.get(RANGE).and_then(|value| value.to_str().ok());
        Ok(Self(value.map(str::to_owned)))
    }
}

fn answer(OpenMedia { description, stored }: OpenMedia) -> Response {
    let mimetype = description.mimetype.as_deref().unwrap_or(UNKNOWN_TYPE);
    let length = stored.range.end - stored.range.start;
    let partial = length < stored.size;
    let mut response = Body::from_stream(stored.bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_str(mimetype).unwrap_or(HeaderValue::from_static(UNKNOWN_TYPE)),
    );
    headers.insert(CONTENT_LENGTH, length.into());
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(CONTENT_DISPOSITION, disposition(&description));
    // Strangers chose the bytes and their type: a browser must not run them in the API's name.
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    if partial {
        let text = format!(
            "bytes {}-{}/{}",
            stored.range.start,
            stored.range.end - 1,
            stored.size
        );
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(CONTENT_RANGE, value);
        }
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    response
}

/// The file name as RFC 6266 wants it: in ASCII, and in full when that is not the same.
fn disposition(media: &Media) -> HeaderValue {
    let kind = match media.kind {
        MediaKind::Document => "attachment",
        _ => "inline",
    };
    let Some(name) = media.filename.as_deref().filter(|name| !name.is_empty()) else {
        return HeaderValue::from_static(kind);
    };
    let plain: String = name
        .chars()
        .map(|c| match c {
            '"' | '\\' | '/' => '_',
            c if c.is_ascii_graphic() || c == ' ' => c,
            _ => '_',
        })
        .collect();
    let mut text = format!("{kind}; filename=\"{plain}\"");
    if plain != name {
        text.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                text.extend(['%', hex_digit(byte >> 4), hex_digit(byte & 0xf)]);
            }
        }
    }
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(kind))
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).map_or('0', |digit| digit.to_ascii_uppercase())
}

/// One range of a `Range` header. Anything else, and what does not fit, asks for the whole.
fn parse(wanted: &str, size: u64) -> Option<Range<u64>> {
    let (first, last) = wanted.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (first.trim(), last.trim()) {
        ("", suffix) => size.saturating_sub(suffix.parse().ok()?)..size,
        (first, "") => first.parse().ok()?..size,
        (first, last) => first.parse().ok()?..last.parse::<u64>().ok()?.saturating_add(1).min(size),
    };
    (range.start < range.end).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood() {
        assert_eq!(parse("bytes=0-1", 10), Some(0..2));
        assert_eq!(parse("bytes=8-", 10), Some(8..10));
        assert_eq!(parse("bytes=-3", 10), Some(7..10));
        assert_eq!(parse("bytes=0-99", 10), Some(0..10));
        for whole in [
            "bytes=10-",
            "bytes=5-4",
            "bytes=0-1,3-4",
            "items=0-1",
            "bytes=a-b",
        ] {
            assert_eq!(parse(whole, 10), None, "{whole}");
        }
    }

    #[test]
    fn names_cannot_break_out_of_the_header() {
        let named = |name: &str| {
            let media = Media {
                filename: Some(name.to_owned()),
                ..Media::of(MediaKind::Document)
            };
            disposition(&media).to_str().unwrap().to_owned()
        };
        assert_eq!(named("report 1.pdf"), "attachment; filename=\"report 1.pdf\"");
        assert_eq!(
            named("ü\"\r\nx"),
            "attachment; filename=\"____x\"; filename*=UTF-8''%C3%BC%22%0D%0Ax"
        );
        assert_eq!(disposition(&Media::of(MediaKind::Image)), "inline");
    }
}
