//! The one place where connections come from.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use http::Uri;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;
use tower::Service;

use crate::dial::{DialError, Dialer};
use crate::link::Link;

#[derive(Clone)]
pub(crate) struct Connector {
    pub(crate) dialer: Arc<Dialer>,
    pub(crate) tls: TlsConnector,
}

impl Service<Uri> for Connector {
    type Response = Link;
    type Error = DialError;
    type Future = BoxFuture<'static, Result<Link, DialError>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), DialError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Self { dialer, tls } = self.clone();
        Box::pin(async move {
            let host = uri.host().unwrap_or_default();
            let encrypted = uri.scheme_str() != Some("http");
            let port = uri.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
            let stream = dialer.dial(host, port).await?;
            if !encrypted {
                return Ok(Link::new(stream));
            }
            let failed = |source: io::Error| DialError::Tls {
                host: host.to_owned(),
                source: Arc::new(source),
            };
            let name = host.trim_start_matches('[').trim_end_matches(']').to_owned();
            let name = ServerName::try_from(name).map_err(|error| failed(io::Error::other(error)))?;
            Ok(Link::new(tls.connect(name, stream).await.map_err(failed)?))
        })
    }
}
