use std::net::SocketAddr;

use axum::{
    extract::ws::{Message as Outgoing, WebSocketUpgrade},
    response::IntoResponse,
};
use futures_util::{SinkExt as _, StreamExt as _};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    task::JoinHandle,
};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::Message;

use super::*;

const DEADLINE: Duration = Duration::from_secs(10);

struct Running {
    address: SocketAddr,
    shutdown: CancellationToken,
    server: JoinHandle<()>,
}

impl Running {
    async fn start() -> Self {
        let identity = Identity::generate().unwrap();
        let app = Router::new()
            .route("/hello", get(|| async { "hello" }))
            .route("/echo", get(echo))
            .merge(identity.router());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let server = tokio::spawn(serve(
            listener,
            app,
            Some(identity.server_config()),
            shutdown.clone(),
        ));
        Self {
            address,
            shutdown,
            server,
        }
    }

    async fn plain(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Trusts nothing but the authority that the server names.
    async fn encrypted(
        &self,
        name: &'static str,
    ) -> std::io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
        let answer = get_over(self.plain().await, "/admin/tls/ca.pem").await;
        let (_, pem) = answer.split_once("\r\n\r\n").unwrap();
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap())
            .unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(name).unwrap();
        TlsConnector::from(Arc::new(config))
            .connect(name, self.plain().await)
            .await
    }

    async fn stop(self) {
        self.shutdown.cancel();
        timeout(DEADLINE, self.server)
            .await
            .expect("the server ends at shutdown")
            .unwrap();
    }
}

async fn echo(upgrade: WebSocketUpgrade) -> impl IntoResponse {
    upgrade.on_upgrade(|mut socket| async move {
        if let Some(Ok(Outgoing::Text(text))) = socket.recv().await {
            let _ = socket.send(Outgoing::Text(text)).await;
        }
    })
}

async fn get_over(mut stream: impl AsyncRead + AsyncWrite + Unpin, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn echo_over(stream: impl AsyncRead + AsyncWrite + Unpin) -> String {
    let (mut socket, _) = tokio_tungstenite::client_async("ws://localhost/echo", stream)
        .await
        .unwrap();
    socket.send(Message::text("over and out")).await.unwrap();
    socket
        .next()
        .await
        .unwrap()
        .unwrap()
        .into_text()
        .unwrap()
        .to_string()
}

#[tokio::test]
async fn one_port_serves_both_plain_and_encrypted_http() {
    let running = Running::start().await;
    assert!(
        get_over(running.plain().await, "/hello")
            .await
            .ends_with("\r\n\r\nhello")
    );
    for name in ["localhost", "127.0.0.1"] {
        let stream = running.encrypted(name).await.unwrap();
        assert!(
            get_over(stream, "/hello").await.ends_with("\r\n\r\nhello"),
            "{name}"
        );
    }
    assert!(running.encrypted("example.org").await.is_err());
    running.stop().await;
}

#[tokio::test]
async fn websockets_work_over_both() {
    let running = Running::start().await;
    assert_eq!(echo_over(running.plain().await).await, "over and out");
    assert_eq!(
        echo_over(running.encrypted("localhost").await.unwrap()).await,
        "over and out"
    );
    running.stop().await;
}

#[tokio::test]
async fn shutdown_does_not_wait_for_silent_or_idle_connections() {
    let running = Running::start().await;
    let silent = running.plain().await;
    let mut idle = running.plain().await;
    idle.write_all(b"GET /hello HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0; 1];
    idle.read_exact(&mut first).await.unwrap();
    running.stop().await;
    drop((silent, idle));
}

#[tokio::test]
async fn a_stalled_handshake_is_dropped() {
    let server = Server {
        app: Router::new(),
        acceptor: Some(TlsAcceptor::from(Identity::generate().unwrap().server_config())),
        handshake_timeout: Duration::from_millis(10),
        shutdown: CancellationToken::new(),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    for sent in [&[][..], &[TLS_HANDSHAKE]] {
        let mut stalled = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        stalled.write_all(sent).await.unwrap();
        let (accepted, _) = listener.accept().await.unwrap();
        timeout(DEADLINE, server.clone().connection(accepted))
            .await
            .expect("the handshake is bounded");
    }
}
