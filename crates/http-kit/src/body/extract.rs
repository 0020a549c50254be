//! The body extractors.

use std::marker::PhantomData;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::error::{BodyError, BodyErrorKind};
use super::parse::parse;
use crate::dialect::{Dialect, Rejection};

/// How many bytes the body of a route may have. Set with `axum::Extension`; the innermost counts.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit(pub usize);

impl Default for BodyLimit {
    fn default() -> Self {
        Self(1024 * 1024)
    }
}

/// How much of a body over its limit is read and thrown away before the refusal.
const DISCARDED: usize = 8 * 1024 * 1024;

/// A required JSON body. `T` denies unknown fields.
#[derive(Debug)]
pub struct StrictJson<T, D>(pub T, PhantomData<fn() -> D>);

impl<T, D, S> FromRequest<S> for StrictJson<T, D>
where
    T: DeserializeOwned,
    D: Dialect,
    S: Send + Sync,
{
    type Rejection = Rejection<D>;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Rejection<D>> {
        let bytes = read(request).await?;
        if bytes.is_empty() {
            return Err(BodyError::from(BodyErrorKind::Empty).into());
        }
        Ok(Self(parse(&bytes)?, PhantomData))
    }
}

/// A JSON body that may be left out.
#[derive(Debug)]
pub struct LenientJson<T, D>(pub T, PhantomData<fn() -> D>);

impl<T, D, S> FromRequest<S> for LenientJson<T, D>
where
    T: DeserializeOwned + Default,
    D: Dialect,
    S: Send + Sync,
{
    type Rejection = Rejection<D>;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Rejection<D>> {
        let bytes = read(request).await?;
        let value = if bytes.is_empty() {
            T::default()
        } else {
            parse(&bytes)?
        };
        Ok(Self(value, PhantomData))
    }
}

async fn read(request: Request) -> Result<Vec<u8>, BodyError> {
    let (parts, body) = request.into_parts();
    let BodyLimit(limit) = parts.extensions.get().copied().unwrap_or_default();
    if declared_length(&parts.headers).is_some_and(|length| length > limit) {
        // A client that asked first has not begun to write.
        if !parts.headers.contains_key(EXPECT) {
            discard(body).await;
        }
        return Err(BodyErrorKind::TooLarge { limit }.into());
    }
    let bytes = collect(body, limit).await?;
    if !bytes.is_empty() && !is_json(&parts.headers) {
        return Err(BodyErrorKind::ContentType.into());
    }
    Ok(bytes)
}

async fn collect(mut body: Body, limit: usize) -> Result<Vec<u8>, BodyErrorKind> {
    match Limited::new(&mut body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes().into()),
        Err(error) if error.is::<LengthLimitError>() => {
            discard(body).await;
            Err(BodyErrorKind::TooLarge { limit })
        }
        Err(_) => Err(BodyErrorKind::Unreadable),
    }
}

/// Lets the client finish writing: closed in the middle of it, the connection would be reset, and the refusal lost.
async fn discard(mut body: Body) {
    let mut left = DISCARDED;
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, axum::body::Bytes::len);
        let Some(rest) = left.checked_sub(length) else {
            return;
        };
        left = rest;
    }
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// No content type counts as JSON: plain HTTP clients leave it out.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return true;
    };
    let Ok(value) = value.to_str() else { return false };
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::dialect::Problem;
    use crate::dialect::tests::Plain;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Switch {
        #[expect(dead_code, reason = "only read")]
        flag: bool,
    }

    async fn extract(content_type: Option<&str>, limit: usize, body: &[u8]) -> Result<(), BodyErrorKind> {
        let mut request = Request::post("/").extension(BodyLimit(limit));
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        let request = request.body(Body::from(body.to_vec())).unwrap();
        match StrictJson::<Switch, Plain>::from_request(request, &()).await {
            Ok(_) => Ok(()),
            Err(rejection) => match rejection.problem() {
                Problem::Body(error) => Err(error.kind.clone()),
                other => panic!("{other:?}"),
            },
        }
    }

    #[tokio::test]
    async fn a_body_must_be_there_and_be_json_within_the_limit() {
        let body = br#"{"flag":true}"#;
        for good in [
            None,
            Some("application/json"),
            Some("Application/JSON; charset=utf-8"),
            Some("application/x+json"),
        ] {
            assert_eq!(extract(good, 13, body).await, Ok(()), "{good:?}");
        }
        assert_eq!(
            extract(Some("text/plain"), 13, body).await,
            Err(BodyErrorKind::ContentType)
        );
        assert_eq!(
            extract(None, 12, body).await,
            Err(BodyErrorKind::TooLarge { limit: 12 })
        );
        assert_eq!(extract(None, 13, b"").await, Err(BodyErrorKind::Empty));
        assert_eq!(extract(None, 13, b"\"\xff\"").await, Err(BodyErrorKind::NotUtf8));
    }

    #[tokio::test]
    async fn a_declared_length_over_the_limit_is_refused() {
        let request = Request::post("/")
            .extension(BodyLimit(10))
            .header(CONTENT_LENGTH, "11");
        let request = request.body(Body::empty()).unwrap();
        assert_eq!(
            read(request).await,
            Err(BodyErrorKind::TooLarge { limit: 10 }.into())
        );
    }

    #[tokio::test]
    async fn a_lenient_body_may_be_left_out() {
        let request = Request::post("/").body(Body::empty()).unwrap();
        let body = LenientJson::<Option<Switch>, Plain>::from_request(request, &())
            .await
            .unwrap();
        assert!(body.0.is_none());
    }
}
