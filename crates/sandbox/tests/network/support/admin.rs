use std::net::SocketAddr;

use reqwest::{Method, StatusCode};
use serde_json::Value;

/// The admin API of a running network.
#[derive(Clone)]
pub(crate) struct Admin {
    pub(crate) addr: SocketAddr,
    client: reqwest::Client,
}

impl Admin {
    pub(crate) fn new(addr: SocketAddr) -> Self {
        Self {
            addr,
            client: reqwest::Client::new(),
        }
    }

    /// Sends any request; an empty answer reads as null.
    pub(crate) async fn request(&self, method: Method, path: &str, body: String) -> (StatusCode, Value) {
        let url = format!("http://{}/admin{path}", self.addr);
        let response = self
            .client
            .request(method, url)
            .body(body)
            .send()
            .await
            .expect("an answer");
        let status = response.status();
        let text = response.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.request(Method::GET, path, String::new()).await;
        assert!(status.is_success(), "GET {path}: {status} {body}");
        body
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, body) = self.request(Method::POST, path, body.to_string()).await;
        assert!(status.is_success(), "POST {path}: {status} {body}");
        body
    }

    /// The status of a POST that should fail.
    pub(crate) async fn refused(&self, path: &str, body: String) -> StatusCode {
        let (status, body) = self.request(Method::POST, path, body).await;
        assert!(
            !status.is_success() && body["error"].is_string(),
            "POST {path}: {status} {body}"
        );
        status
    }

    /// Scans a QR code, with a certain phone if given.
    pub(crate) async fn scan(&self, qr: &str, account: Option<&str>) -> Value {
        let query = account
            .map(|account| format!("?account={account}"))
            .unwrap_or_default();
        let path = format!("/mock-phone/scan-qr{query}");
        let (status, body) = self.request(Method::POST, &path, qr.to_owned()).await;
        assert!(status.is_success(), "{status} {body}");
        body
    }
}
