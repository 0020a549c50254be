//! One listener for plain and encrypted connections.
//!
//! Gateways reach the network over plain HTTP and WebSocket, since Noise protects that connection anyway. Clients that
//! hard-code `https` for media find TLS on the same port, told apart by the first byte.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};

use axum::{Extension, Router, http::header, routing::get};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Layer as _;

use crate::conn::{ResetSwitch, Resettable};

/// The first byte of a TLS record that carries a handshake. No HTTP method begins with it.
const TLS_HANDSHAKE: u8 = 0x16;
/// From accepting a connection to the end of its TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// From the end of one request to the head of the next: longer than the idle timeout of common client pools, so that
/// the client is the one to close.
const IDLE_TIMEOUT: Duration = Duration::from_mins(2);
/// For requests in flight at shutdown.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(2);
/// Before accepting again when the process has run out of file descriptors.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(50);

#[derive(Debug, thiserror::Error)]
pub(crate) enum IdentityError {
    #[error("cannot make the certificate")]
    Certificate(#[from] rcgen::Error),
    #[error("cannot use the certificate")]
    Config(#[from] rustls::Error),
}

/// A certificate for this machine's loopback names, signed by an authority that exists only in this process.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    config: Arc<ServerConfig>,
    authority_pem: Arc<str>,
}

impl Identity {
    pub(crate) fn generate() -> Result<Self, IdentityError> {
        let authority_key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "Sandbox test authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority = params.self_signed(&authority_key)?;
        let issuer = Issuer::new(params, authority_key);

        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(["localhost".to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, "localhost");
        params
            .subject_alt_names
            .push(SanType::IpAddress(Ipv4Addr::LOCALHOST.into()));
        params
            .subject_alt_names
            .push(SanType::IpAddress(Ipv6Addr::LOCALHOST.into()));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&key, &issuer)?;

        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.into()], key)?;
        // HTTP/2 would need extended CONNECT for WebSockets, which hardly any client speaks.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            config: Arc::new(config),
            authority_pem: authority.pem().into(),
        })
    }

    pub(crate) fn server_config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    /// `GET /admin/tls/ca.pem`: what a client has to trust.
    pub(crate) fn router(&self) -> Router {
        let pem = Arc::clone(&self.authority_pem);
        let serve_pem = move || async move {
            (
                [(header::CONTENT_TYPE, "application/x-pem-file")],
                pem.to_string(),
            )
        };
        Router::new().route("/admin/tls/ca.pem", get(serve_pem))
    }
}

/// Serves `app` until `shutdown`, and TLS as well when `tls` is given. Returns once every connection has ended.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    tls: Option<Arc<ServerConfig>>,
    shutdown: CancellationToken,
) {
    let server = Server {
        app,
        acceptor: tls.map(TlsAcceptor::from),
        handshake_timeout: HANDSHAKE_TIMEOUT,
        shutdown,
    };
    let connections = TaskTracker::new();
    while let Some(accepted) = server.shutdown.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(server.clone().connection(stream));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_BACKOFF).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

#[derive(Clone)]
struct Server {
    app: Router,
    acceptor: Option<TlsAcceptor>,
    handshake_timeout: Duration,
    shutdown: CancellationToken,
}

impl Server {
    async fn connection(self, stream: TcpStream) {
        let reset = ResetSwitch::default();
        let opened = timeout(self.handshake_timeout, self.open(stream, reset.clone()));
        match self.shutdown.run_until_cancelled(opened).await {
            Some(Ok(Ok(Transport::Plain(stream)))) => self.http(stream, reset).await,
            Some(Ok(Ok(Transport::Tls(stream)))) => self.http(*stream, reset).await,
            Some(Ok(Err(error))) => tracing::debug!(%error, "connection did not open"),
            Some(Err(_)) => tracing::debug!("connection sent nothing for too long"),
            None => {}
        }
    }

    async fn open(&self, stream: TcpStream, reset: ResetSwitch) -> std::io::Result<Transport> {
        stream.set_nodelay(true)?;
        let mut first = [0];
        match &self.acceptor {
            Some(acceptor) if stream.peek(&mut first).await? == 1 && first[0] == TLS_HANDSHAKE => {
                let stream = Resettable::new(stream, reset);
                Ok(Transport::Tls(Box::new(acceptor.accept(stream).await?)))
            }
            _ => Ok(Transport::Plain(Resettable::new(stream, reset))),
        }
    }

    async fn http(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, reset: ResetSwitch) {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(IDLE_TIMEOUT);
        let service = TowerToHyperService::new(Extension(reset).layer(self.app.clone()));
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
        tokio::pin!(connection);

        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.shutdown.cancelled() => {
                connection.as_mut().graceful_shutdown();
                // What has not ended by then is cut off with the socket.
                timeout(SHUTDOWN_GRACE, connection).await.unwrap_or(Ok(()))
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "connection ended with an error");
        }
    }
}

enum Transport {
    Plain(Resettable),
    Tls(Box<tokio_rustls::server::TlsStream<Resettable>>),
}

#[cfg(test)]
mod tests;
