//! Server-sent events, as browsers read them.

use std::convert::Infallible;
use std::fmt::Write;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::feed::{Feed, Frame, FrameKind};

/// What a client waits before it connects again.
const RETRY_MS: u32 = 3000;

pub(crate) fn response(feed: Feed) -> Response {
    let frames = stream::unfold(feed, async |mut feed| {
        let frame = feed.next().await?;
        Some((Ok::<_, Infallible>(text(&frame)), feed))
    });
    let headers = [
        (CONTENT_TYPE.as_str(), "text/event-stream"),
        (CACHE_CONTROL.as_str(), "no-cache, no-transform"),
        ("x-accel-buffering", "no"),
    ];
    (headers, Body::from_stream(frames)).into_response()
}

/// Entries of the log have an id and no name, so that one `onmessage` gets them all; everything else has
/// a name and no id, so that it does not move the place to resume from.
fn text(frame: &Frame) -> String {
    let mut text = String::with_capacity(frame.json.len() + 64);
    match &frame.kind {
        FrameKind::Event(id) => {
            let _ = writeln!(text, "id: {id}");
        }
        FrameKind::Control(name) => {
            if *name == "connected" {
                let _ = writeln!(text, "retry: {RETRY_MS}");
            }
            let _ = writeln!(text, "event: {name}");
        }
    }
    let _ = write!(text, "data: {}\n\n", frame.json);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_have_ids_and_the_rest_has_names() {
        let frame = |kind| Frame {
            kind,
            json: "{}".to_owned(),
        };
        let event = frame(FrameKind::Event("evt_1".parse().unwrap()));
        assert_eq!(text(&event), "id: evt_1\ndata: {}\n\n");
        let connected = frame(FrameKind::Control("connected"));
        assert_eq!(text(&connected), "retry: 3000\nevent: connected\ndata: {}\n\n");
        assert_eq!(
            text(&frame(FrameKind::Control("ping"))),
            "event: ping\ndata: {}\n\n"
        );
    }
}
