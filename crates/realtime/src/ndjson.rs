//! One JSON object per line.

use std::convert::Infallible;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::feed::Feed;

pub(crate) fn response(feed: Feed) -> Response {
    let lines = stream::unfold(feed, async |mut feed| {
        let mut line = feed.next().await?.json;
        line.push('\n');
        Some((Ok::<_, Infallible>(line), feed))
    });
    let headers = [
        (CONTENT_TYPE.as_str(), "application/x-ndjson"),
        (CACHE_CONTROL.as_str(), "no-cache, no-transform"),
        ("x-accel-buffering", "no"),
    ];
    (headers, Body::from_stream(lines)).into_response()
}
