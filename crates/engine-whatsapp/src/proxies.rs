//! Trying proxies.

use async_trait::async_trait;
use wagon_domain::ProxyUrl;
use wagon_engine::{Proxies, ProxyFailure};

use crate::dial::dial_through;
use crate::engine::WhatsAppEngine;

#[async_trait]
impl Proxies for WhatsAppEngine {
    async fn try_proxy(&self, proxy: &ProxyUrl) -> Result<(), ProxyFailure> {
        let sockets = self.network().sockets(None);
        let (host, port) = sockets.destination();
        dial_through(proxy, host, port).await.map(drop)
    }
}
