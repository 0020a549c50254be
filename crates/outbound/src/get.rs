//! Fetching what a URL names, as media.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use tokio::time::timeout;
use wagon_domain::HttpUrl;

use crate::client::Outbound;
use crate::error::Error;

/// How much a download may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub bytes: usize,
    /// For everything together: names, connections, redirects, body.
    pub time: Duration,
    pub redirects: usize,
}

/// What was fetched.
#[derive(Debug, Clone)]
pub struct Download {
    /// The `Content-Type` without its parameters, in lower case, if the server named one.
    pub mime: Option<String>,
    pub bytes: Bytes,
}

impl Outbound {
    /// Fetches what the URL names. Redirects are followed, each checked like the first address; a
    /// status other than success is an error.
    pub async fn get(&self, url: &HttpUrl, limits: Limits) -> Result<Download, Error> {
        let fetching = async {
            let response = self.follow(url, limits.redirects).await?;
            collect(response, limits.bytes).await
        };
        timeout(limits.time, fetching)
            .await
            .map_err(|_| Error::Timeout(limits.time))?
    }

    async fn follow(&self, url: &HttpUrl, redirects: usize) -> Result<Response<Incoming>, Error> {
        let mut url = url.clone();
        for _ in 0..=redirects {
            let mut request = Request::new(Full::default());
            *request.method_mut() = Method::GET;
            let response = self.exchange(&url, request).await?;
            let status = response.status();
            if status.is_success() {
                return Ok(response);
            }
            let Some(location) = location(response.headers()).filter(|_| status.is_redirection()) else {
                return Err(Error::Status(status.as_u16()));
            };
            let next = url.join(location).map_err(Error::BadRedirect)?;
            if url.url().scheme() == "https" && next.url().scheme() == "http" {
                return Err(Error::Downgrade);
            }
            url = next;
        }
        Err(Error::TooManyRedirects(redirects))
    }
}

fn location(headers: &HeaderMap) -> Option<&str> {
    headers.get(LOCATION)?.to_str().ok()
}

async fn collect(response: Response<Incoming>, limit: usize) -> Result<Download, Error> {
    let (parts, mut body) = response.into_parts();
    let declared = parts.headers.get(CONTENT_LENGTH);
    let declared: Option<usize> = declared.and_then(|value| value.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(Error::TooLarge { limit });
    }
    // What the server declares is a promise, not a reason to reserve that much.
    let mut bytes = BytesMut::with_capacity(declared.unwrap_or(0).min(64 * 1024));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Error::Broken(Box::new(error)))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > limit {
            return Err(Error::TooLarge { limit });
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Download {
        mime: mime(&parts.headers),
        bytes: bytes.freeze(),
    })
}

fn mime(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split(';').next().unwrap_or_default().trim();
    (!essence.is_empty()).then(|| essence.to_ascii_lowercase())
}
