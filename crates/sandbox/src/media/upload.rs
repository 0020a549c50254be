use axum::{
    Json,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, Uri, header, uri::Authority},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{MediaHost, blobs::Lookup, host::direct_path};

#[derive(Debug, Deserialize)]
pub(super) struct UploadQuery {
    auth: Option<String>,
    /// Asks how much of the blob is here already.
    resume: Option<String>,
    /// Continues an interrupted upload.
    file_offset: Option<usize>,
}

/// Where the blob can be fetched, or how far it has come.
#[derive(Debug, Default, Serialize)]
struct View {
    #[serde(skip_serializing_if = "Option::is_none")]
    resume: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direct_path: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum UploadError {
    #[error("the token is not an unpadded URL-safe base64 SHA-256")]
    MalformedToken,
    #[error("the body does not have the SHA-256 that the token states")]
    HashMismatch,
    #[error("an upload may have {limit} bytes at most")]
    TooLarge { limit: usize },
    #[error("{available} bytes are here, which offset {offset} does not continue")]
    WrongOffset { offset: usize, available: usize },
    #[error("the body ended early after {received} bytes")]
    Interrupted { received: usize },
    #[error("the credential is not valid any more")]
    Unauthorized,
    #[error("the request names no host")]
    MissingHost,
}

impl IntoResponse for UploadError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::MalformedToken | Self::HashMismatch | Self::Interrupted { .. } | Self::MissingHost => {
                StatusCode::BAD_REQUEST
            }
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongOffset { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
        };
        (status, Json(serde_json::json!({ "error": self.to_string() }))).into_response()
    }
}

/// `POST <upload path>/<token>`: an upload, its continuation, or the question how far it has come.
pub(super) async fn handle(
    State(host): State<MediaHost>,
    Path((kind, token)): Path<(String, String)>,
    Query(query): Query<UploadQuery>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, UploadError> {
    if !host.admits(query.auth.as_deref()) {
        return Err(UploadError::Unauthorized);
    }
    let expected = decode_token(&token)?;
    let origin = own_host(&uri, &headers)?;
    let path = direct_path(&kind, &token);
    let located = |path: &str| View {
        url: Some(format!("https://{origin}{path}")),
        direct_path: Some(path.to_owned()),
        resume: None,
    };

    if query.resume.is_some() {
        let progress = match host.blobs().lookup(&path) {
            Lookup::Complete(_) => View {
                resume: Some("complete".to_owned()),
                ..located(&path)
            },
            Lookup::Partial(received) => View {
                resume: Some(received.to_string()),
                ..View::default()
            },
            Lookup::Expired | Lookup::Unknown => View {
                resume: Some("0".to_owned()),
                ..View::default()
            },
        };
        return Ok(Json(progress).into_response());
    }

    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let arriving = Arriving::continued(&host, &path, query.file_offset.unwrap_or(0))?;
    let blob = arriving.receive(announced, body, expected).await?;
    let path = host.put(&kind, &token, blob);
    Ok(Json(located(&path)).into_response())
}

fn decode_token(token: &str) -> Result<[u8; 32], UploadError> {
    URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|hash| hash.try_into().ok())
        .ok_or(UploadError::MalformedToken)
}

/// The host as the client wrote it, so that whoever gets the answer's `url` reaches this server again.
fn own_host(uri: &Uri, headers: &HeaderMap) -> Result<Authority, UploadError> {
    headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .or_else(|| uri.authority().cloned())
        .ok_or(UploadError::MissingHost)
}

/// What has arrived of a blob. Dropped before it is complete, it stays on the host for a continuation: hyper drops the
/// handler's future when the client goes away, so nothing after an `await` can be relied on to do that.
struct Arriving<'a> {
    host: &'a MediaHost,
    path: &'a str,
    received: BytesMut,
}

impl<'a> Arriving<'a> {
    /// Starts behind `offset` bytes of the interrupted upload.
    fn continued(host: &'a MediaHost, path: &'a str, offset: usize) -> Result<Self, UploadError> {
        let partial = if offset == 0 {
            None
        } else {
            host.blobs().take_partial(path)
        };
        let available = partial.as_ref().map_or(0, Bytes::len);
        let mut arriving = Self {
            host,
            path,
            received: partial.map(BytesMut::from).unwrap_or_default(),
        };
        if offset > available {
            return Err(UploadError::WrongOffset { offset, available });
        }
        arriving.received.truncate(offset);
        Ok(arriving)
    }

    /// Reads the body to its end and checks the whole.
    async fn receive(
        mut self,
        announced: Option<usize>,
        body: Body,
        expected: [u8; 32],
    ) -> Result<Bytes, UploadError> {
        let limit = self.host.upload_limit();
        let room = limit.saturating_sub(self.received.len());
        if announced.is_some_and(|announced| announced > room) {
            return Err(UploadError::TooLarge { limit });
        }
        self.received.reserve(announced.unwrap_or(0));
        // Hashed as it arrives: a large blob would otherwise block its worker thread at the end.
        let mut hasher = Sha256::new_with_prefix(&self.received);
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = chunks.next().await {
            let received = self.received.len();
            let chunk = chunk.map_err(|_| UploadError::Interrupted { received })?;
            if chunk.len() > limit.saturating_sub(received) {
                self.received.clear();
                return Err(UploadError::TooLarge { limit });
            }
            hasher.update(&chunk);
            self.received.extend_from_slice(&chunk);
        }
        let whole = std::mem::take(&mut self.received).freeze();
        if hasher.finalize()[..] != expected {
            return Err(UploadError::HashMismatch);
        }
        Ok(whole)
    }
}

impl Drop for Arriving<'_> {
    fn drop(&mut self) {
        let received = std::mem::take(&mut self.received).freeze();
        self.host.blobs().keep_partial(self.path, received);
    }
}
