use axum::{
    body::Body,
    extract::{OriginalUri, Query, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    MediaHost,
    blobs::Lookup,
    range::{self, Requested},
};

#[derive(Debug, Deserialize)]
pub(super) struct DownloadQuery {
    auth: Option<String>,
}

/// `GET` and `HEAD` of a direct path.
pub(super) async fn handle(
    State(host): State<MediaHost>,
    OriginalUri(uri): OriginalUri,
    method: Method,
    Query(query): Query<DownloadQuery>,
    headers: HeaderMap,
) -> Response {
    if !host.admits(query.auth.as_deref()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let blob = match host.blobs().lookup(uri.path()) {
        Lookup::Complete(blob) => blob,
        Lookup::Expired => return StatusCode::GONE.into_response(),
        Lookup::Partial(_) | Lookup::Unknown => return StatusCode::NOT_FOUND.into_response(),
    };
    let len = blob.len();
    // A range has a meaning for GET only.
    let wanted = headers
        .get(header::RANGE)
        .filter(|_| method == Method::GET)
        .and_then(|value| value.to_str().ok());
    let accepts = (header::ACCEPT_RANGES, "bytes");
    match range::parse(wanted, len) {
        Requested::Whole => ([accepts, content_type()], Body::from(blob)).into_response(),
        Requested::Part(part) => {
            let content_range = format!("bytes {}-{}/{len}", part.start, part.end - 1);
            (
                StatusCode::PARTIAL_CONTENT,
                [accepts, content_type()],
                [(header::CONTENT_RANGE, content_range)],
                Body::from(blob.slice(part)),
            )
                .into_response()
        }
        Requested::Unsatisfiable => (
            StatusCode::RANGE_NOT_SATISFIABLE,
            [accepts],
            [(header::CONTENT_RANGE, format!("bytes */{len}"))],
        )
            .into_response(),
    }
}

fn content_type() -> (header::HeaderName, &'static str) {
    (header::CONTENT_TYPE, "application/octet-stream")
}
