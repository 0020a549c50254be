use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::Error;

/// A JSON body, whatever its content type: most callers are one-line scripts.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(Error::bad_request)?;
        let json: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        let mut reader = serde_json::Deserializer::from_slice(json);
        let parsed = serde_path_to_error::deserialize(&mut reader).map_err(Error::bad_request)?;
        reader.end().map_err(Error::bad_request)?;
        Ok(Self(parsed))
    }
}
