//! c) `POST …/messages` over HTTP, budgets off, on SQLite.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use tempfile::TempDir;

use crate::children::{self, Gateway, KEY, Network};
use crate::load;

#[derive(Clone)]
pub(crate) struct Sender {
    _gateway: Arc<(Gateway, TempDir)>,
    http: reqwest::Client,
    url: String,
    to: String,
}

impl Sender {
    pub(crate) async fn start(wagon: &Path, network: &Network) -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let gateway = children::gateway(wagon, network, &data).await?;
        let session = gateway.session(network).await?;
        let url = format!("{}/api/v1/sessions/{session}/messages", gateway.url);
        Ok(Self {
            _gateway: Arc::new((gateway, data)),
            http: network.http.clone(),
            url,
            to: network.recipient.clone(),
        })
    }
}

#[async_trait]
impl load::Send for Sender {
    async fn send(&self, text: String) -> anyhow::Result<()> {
        let body = json!({ "type": "text", "to": self.to, "text": text });
        let response = self
            .http
            .post(&self.url)
            .bearer_auth(KEY)
            .json(&body)
            .send()
            .await?;
        let status = response.status();
        let answer = response.bytes().await?;
        anyhow::ensure!(
            status.as_u16() == 200,
            "{status}: {}",
            String::from_utf8_lossy(&answer)
        );
        Ok(())
    }
}
