//! The WebSocket to WhatsApp.
//!
//! The library's own factory leaves Nagle's algorithm on. A send writes its stanza in one piece and
//! then waits for an answer, and the answer's receipts are written right after; with delayed
//! acknowledgements at the other end each exchange costs 40 ms.

use std::sync::Arc;

use async_trait::async_trait;
use http::{HeaderValue, Uri, header};
use tokio_websockets::ClientBuilder;
use wacore::net::{Transport, TransportEvent, TransportFactory};
use wagon_domain::ProxyUrl;
use whatsapp_rust::transport::{Connector, default_tls_connector, from_websocket};

use crate::dial::dial;

/// What WhatsApp's web client sends, wherever the socket leads.
const ORIGIN: HeaderValue = HeaderValue::from_static("https://web.whatsapp.com");

/// Opens sockets to one address, over TLS if its scheme is `wss`.
#[derive(Clone)]
pub(crate) struct Sockets {
    url: Uri,
    connector: Arc<Connector>,
    proxy: Option<ProxyUrl>,
}

impl Sockets {
    pub(crate) fn new(url: Uri, proxy: Option<ProxyUrl>) -> Self {
        let connector = if url.scheme_str() == Some("wss") {
            default_tls_connector()
        } else {
            Connector::Plain
        };
        Self {
            url,
            connector: Arc::new(connector),
            proxy,
        }
    }

    /// Host and port.
    pub(crate) fn destination(&self) -> (&str, u16) {
        let default_port = if self.url.scheme_str() == Some("wss") {
            443
        } else {
            80
        };
        let host = self.url.host().unwrap_or_default().trim_matches(['[', ']']);
        (host, self.url.port_u16().unwrap_or(default_port))
    }

    async fn connect(&self) -> anyhow::Result<(Arc<dyn Transport>, async_channel::Receiver<TransportEvent>)> {
        let (host, port) = self.destination();
        let tcp = dial(self.proxy.as_ref(), host, port).await?;
        let stream = self.connector.wrap(host, tcp).await?;
        let (socket, _response) = ClientBuilder::from_uri(self.url.clone())
            .add_header(header::ORIGIN, ORIGIN)?
            .connect_on(stream)
            .await?;
        Ok(from_websocket(socket))
    }
}

#[async_trait]
impl TransportFactory for Sockets {
    async fn create_transport(
        &self,
    ) -> anyhow::Result<(Arc<dyn Transport>, async_channel::Receiver<TransportEvent>)> {
        self.connect().await
    }
}
