//! Encrypted calls trust who they should.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use wagon_outbound::{DialError, Error, Options, Outbound};

use crate::server::{LIMITS, Names, url};

const FOUND: &str = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecure";
const DOWNGRADE: &str = "HTTP/1.1 302 Found\r\nlocation: http://hooks.internal/\r\ncontent-length: 0\r\n\r\n";

/// A server with a certificate of its own making for `hooks.internal`; answers its port and certificate.
async fn server(answer: &'static str) -> (u16, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(["hooks.internal".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(connection).await else {
                continue;
            };
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (port, certificate)
}

fn outbound(roots: Vec<CertificateDer<'static>>) -> Outbound {
    Outbound::new(Options {
        allow: "127.0.0.1".parse().unwrap(),
        resolver: Names::of(&[
            ("hooks.internal", &[&["127.0.0.1"]]),
            ("other.internal", &[&["127.0.0.1"]]),
        ]),
        roots,
    })
}

#[tokio::test]
async fn only_a_trusted_certificate_for_the_name_will_do() {
    let (port, certificate) = server(FOUND).await;
    let trusting = outbound(vec![certificate]);
    let at = |host: &str| url(&format!("https://{host}:{port}/"));
    let found = trusting.get(&at("hooks.internal"), LIMITS).await.unwrap();
    assert_eq!(found.bytes, "secure");

    for (client, host) in [
        (&outbound(Vec::new()), "hooks.internal"),
        (&trusting, "other.internal"),
        (&trusting, "127.0.0.1"),
    ] {
        let error = client.get(&at(host), LIMITS).await.unwrap_err();
        assert!(
            matches!(error, Error::Dial(DialError::Tls { .. })),
            "{host}: {error:?}"
        );
    }
}

#[tokio::test]
async fn a_redirect_does_not_give_up_encryption() {
    let (port, certificate) = server(DOWNGRADE).await;
    let target = url(&format!("https://hooks.internal:{port}/"));
    let error = outbound(vec![certificate])
        .get(&target, LIMITS)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Downgrade), "{error:?}");
}
