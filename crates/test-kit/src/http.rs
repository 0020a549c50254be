use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::Value;

/// Above every long poll of the product.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A finished HTTP exchange.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status line's code.
    pub status: StatusCode,
    /// All response headers.
    pub headers: HeaderMap,
    /// The body as JSON; text that is not JSON as a string, no body as null.
    pub body: Value,
}

impl Answer {
    /// The body, if the status is the expected one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "unexpected answer: {:#}", self.body);
        self.body
    }
}

pub(crate) fn client() -> Client {
    Client::builder()
        .no_proxy()
        .timeout(TIMEOUT)
        .build()
        .expect("a plain HTTP client needs nothing that can fail")
}

/// For responses that never end by themselves.
pub(crate) fn streaming_client() -> Client {
    Client::builder()
        .no_proxy()
        .build()
        .expect("a plain HTTP client needs nothing that can fail")
}

/// Sends; `Err` when no complete answer came back, which tests of restarts expect to see.
pub(crate) async fn exchange(request: RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let status = response.status();
    let headers = response.headers().clone();
    let text = response.text().await?;
    let body = match text.as_str() {
        "" => Value::Null,
        json => serde_json::from_str(json).unwrap_or_else(|_| Value::from(text.as_str())),
    };
    Ok(Answer {
        status,
        headers,
        body,
    })
}
