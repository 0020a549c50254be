//! Counting, refusing, and the headers that tell of it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use wagon_domain::{Clock, Timestamp};
use wagon_http_kit::{ClientAddress, retry_after_seconds};

use crate::error::Refusal;
use crate::source::source;
use crate::windows::{Counted, Windows};

/// So many requests in so much time; no requests means no limit.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    pub requests: u32,
    pub window: Duration,
}

/// The limits of each route and address.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub short: Limit,
    pub medium: Limit,
    pub long: Limit,
}

/// A route and who calls it.
type Key = (Method, String, IpAddr);

pub(crate) struct Throttle {
    clock: Arc<dyn Clock>,
    windows: Vec<Named>,
}

struct Named {
    windows: Windows<Key>,
    limit: HeaderName,
    remaining: HeaderName,
    reset: HeaderName,
    retry_after: HeaderName,
}

impl Throttle {
    pub(crate) fn new(limits: Limits, clock: Arc<dyn Clock>) -> Self {
        let named = [
            ("short", limits.short),
            ("medium", limits.medium),
            ("long", limits.long),
        ];
        let windows = named.into_iter().filter(|(_, limit)| limit.requests > 0);
        Self {
            clock,
            windows: windows.map(|(name, limit)| Named::new(name, limit)).collect(),
        }
    }

    /// Counts a request; answers the headers of its answer and, if it is one too many, how long to wait.
    fn count(&self, key: &Key, now: Timestamp) -> (HeaderMap, Option<u64>) {
        let mut headers = HeaderMap::new();
        let mut wait = None;
        for named in &self.windows {
            let counted = named.windows.count(key.clone(), now);
            let seconds = retry_after_seconds(counted.reset);
            named.tell(counted, seconds, &mut headers);
            if counted.over {
                wait = wait.max(Some(seconds));
            }
        }
        (headers, wait)
    }
}

impl Named {
    fn new(name: &str, limit: Limit) -> Self {
        let header = |what: &str| {
            let text = format!("{what}-{name}");
            HeaderName::try_from(text).expect("letters and dashes are a header's name")
        };
        Self {
            windows: Windows::new(limit.requests, limit.window),
            limit: header("x-ratelimit-limit"),
            remaining: header("x-ratelimit-remaining"),
            reset: header("x-ratelimit-reset"),
            retry_after: header("retry-after"),
        }
    }

    fn tell(&self, counted: Counted, seconds: u64, headers: &mut HeaderMap) {
        headers.insert(self.limit.clone(), counted.limit.into());
        headers.insert(self.remaining.clone(), counted.remaining.into());
        headers.insert(self.reset.clone(), seconds.into());
        if counted.over {
            headers.insert(self.retry_after.clone(), seconds.into());
        }
    }
}

/// The layer around every route that is not exempt.
pub(crate) async fn throttle(
    State(throttle): State<Arc<Throttle>>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let ClientAddress(address) = ClientAddress::of(&parts);
    let key = (parts.method.clone(), path.as_str().to_owned(), source(address));
    let (headers, wait) = throttle.count(&key, throttle.clock.now());
    let mut response = match wait {
        None => next.run(Request::from_parts(parts, body)).await,
        Some(seconds) => refuse(seconds),
    };
    response.headers_mut().extend(headers);
    response
}

fn refuse(seconds: u64) -> Response {
    let refusal = Refusal::new(
        StatusCode::TOO_MANY_REQUESTS,
        "ThrottlerException: Too Many Requests",
    );
    let mut response = refusal.without_reason().into_response();
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + millis)
    }

    #[test]
    fn the_longest_wait_counts_and_a_window_without_limit_is_none() {
        let limit = |requests, seconds| Limit {
            requests,
            window: Duration::from_secs(seconds),
        };
        let limits = Limits {
            short: limit(1, 1),
            medium: limit(1, 60),
            long: limit(0, 3600),
        };
        let throttle = Throttle::new(limits, Arc::new(wagon_domain::SystemClock));
        let key = (Method::GET, "/api/sessions".to_owned(), source(None));
        let (headers, wait) = throttle.count(&key, at(0));
        assert_eq!(wait, None);
        assert_eq!(headers["x-ratelimit-limit-short"], "1");
        assert_eq!(headers["x-ratelimit-remaining-medium"], "0");
        assert_eq!(headers["x-ratelimit-reset-medium"], "60");
        assert_eq!(headers.len(), 6);
        let (headers, wait) = throttle.count(&key, at(500));
        assert_eq!(wait, Some(60));
        assert_eq!(
            (&headers["retry-after-short"], &headers["retry-after-medium"]),
            (&HeaderValue::from(1), &HeaderValue::from(60))
        );
        let (_, wait) = throttle.count(&key, at(60_000));
        assert_eq!(wait, None);
    }
}
