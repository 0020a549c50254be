//! Telling a URL something, as a webhook.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use tokio::time::{Instant, timeout, timeout_at};
use wagon_domain::{HttpUrl, Timestamp};

use crate::client::Outbound;
use crate::error::Error;

/// Longest time spent on reading an answer's body, which nothing depends on.
const EXCERPT_TIME: Duration = Duration::from_secs(2);

/// A request to make.
#[derive(Debug, Clone)]
pub struct Post {
    pub headers: HeaderMap,
    pub body: Bytes,
    pub time: Duration,
    /// How many bytes of the answer to keep.
    pub excerpt: usize,
}

/// What the receiver answered; any status, redirects too, which are not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub retry_after: Option<RetryAfter>,
    /// The beginning of the body, as text.
    pub excerpt: String,
}

/// When the receiver wants to be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    In(Duration),
    At(Timestamp),
}

impl Outbound {
    /// Makes one request, without following redirects.
    pub async fn post(&self, url: &HttpUrl, post: Post) -> Result<Reply, Error> {
        let deadline = Instant::now() + post.time;
        let mut request = Request::new(Full::new(post.body));
        *request.method_mut() = Method::POST;
        *request.headers_mut() = post.headers;
        let response = timeout_at(deadline, self.exchange(url, request))
            .await
            .map_err(|_| Error::Timeout(post.time))??;
        let (parts, body) = response.into_parts();
        Ok(Reply {
            status: parts.status.as_u16(),
            retry_after: retry_after(&parts.headers),
            excerpt: excerpt(body, post.excerpt).await,
        })
    }
}

/// The beginning of a body. Read to its end the connection can be used again; one that is long, slow
/// or broken is not worth that.
async fn excerpt(mut body: Incoming, limit: usize) -> String {
    let mut kept = Vec::new();
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            let Ok(data) = frame.into_data() else { continue };
            let room = limit - kept.len();
            kept.extend_from_slice(&data[..data.len().min(room)]);
            if data.len() > room {
                break;
            }
        }
    };
    // What came until then is as good.
    drop(timeout(EXCERPT_TIME, reading).await);
    String::from_utf8_lossy(&kept).into_owned()
}

fn retry_after(headers: &HeaderMap) -> Option<RetryAfter> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(RetryAfter::In(Duration::from_secs(seconds.into())));
    }
    let time: SystemTime = httpdate::parse_http_date(text).ok()?;
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    Some(RetryAfter::At(Timestamp::from_secs(i64::try_from(seconds).ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_retry_after_are_read() {
        for (text, expected) in [
            ("120", Some(RetryAfter::In(Duration::from_mins(2)))),
            (" 0 ", Some(RetryAfter::In(Duration::ZERO))),
            (
                "Wed, 21 Oct 2015 07:28:00 GMT",
                Some(RetryAfter::At(Timestamp::from_secs(1_445_412_480))),
            ),
            ("soon", None),
            ("-1", None),
            ("99999999999999", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            assert_eq!(retry_after(&headers), expected, "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
