//! Downloads: redirects, limits, failures.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use futures_util::stream;
use wagon_outbound::{DialError, Error, Limits};

use crate::server::{LIMITS, Names, Server, named, outbound, url};

#[tokio::test]
async fn a_download_has_its_type_and_bytes() {
    let router = Router::new()
        .route(
            "/typed",
            get(|| async { ([("content-type", "Image/PNG; x=y")], vec![1_u8, 2, 3]) }),
        )
        .route("/untyped", get(|| async { Body::from(vec![4_u8]) }));
    let server = Server::start(router).await;
    let outbound = outbound("127.0.0.1");
    let found = outbound.get(&server.url("/typed"), LIMITS).await.unwrap();
    assert_eq!(
        (found.mime.as_deref(), &found.bytes[..]),
        (Some("image/png"), &[1, 2, 3][..])
    );
    let found = outbound.get(&server.url("/untyped"), LIMITS).await.unwrap();
    assert_eq!((found.mime, &found.bytes[..]), (None, &[4][..]));
}

#[tokio::test]
async fn redirects_are_followed_to_where_the_gateway_may_go() {
    let inside = Server::start(Router::new().route("/", get(|| async { "secret" }))).await;
    let secret = format!("http://127.0.0.2:{}/", inside.port());
    let router = Router::new()
        .route("/found", get(|| async { "found" }))
        .route("/one", get(|| async { Redirect::to("/found") }))
        .route("/two", get(|| async { Redirect::permanent("/one") }))
        .route("/loop", get(|| async { Redirect::temporary("/loop") }))
        .route("/inside", get(|| async move { Redirect::temporary(&secret) }))
        .route(
            "/file",
            get(|| async { Redirect::temporary("file:///etc/passwd") }),
        )
        .route("/nowhere", get(|| async { StatusCode::FOUND }));
    let server = Server::start(router).await;
    let outbound = outbound("127.0.0.1");
    let fetch = async |path: &str| outbound.get(&server.url(path), LIMITS).await;
    assert_eq!(fetch("/two").await.unwrap().bytes, "found");
    assert!(matches!(fetch("/loop").await, Err(Error::TooManyRedirects(3))));
    assert!(matches!(fetch("/file").await, Err(Error::BadRedirect(_))));
    assert!(matches!(fetch("/nowhere").await, Err(Error::Status(302))));
    let error = fetch("/inside").await.unwrap_err();
    assert!(
        matches!(error, Error::Dial(DialError::Refused { .. })),
        "{error:?}"
    );
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn a_redirect_to_a_name_is_resolved_and_checked_too() {
    let names = Names::of(&[("inside.example", &[&["10.0.0.1"]])]);
    let router = Router::new().route(
        "/",
        get(|| async { Redirect::temporary("http://inside.example/") }),
    );
    let server = Server::start(router).await;
    let error = named("127.0.0.1", &names)
        .get(&server.url("/"), LIMITS)
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Dial(DialError::Refused { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_download_ends_at_its_limit_whatever_the_server_says() {
    let endless =
        || async { Body::from_stream(stream::repeat_with(|| Ok::<_, Infallible>(vec![0_u8; 4096]))) };
    let router = Router::new()
        .route("/fits", get(|| async { vec![0_u8; 1024] }))
        .route("/declared", get(|| async { vec![0_u8; 1025] }))
        .route("/endless", get(endless));
    let server = Server::start(router).await;
    let outbound = outbound("127.0.0.1");
    assert_eq!(
        outbound
            .get(&server.url("/fits"), LIMITS)
            .await
            .unwrap()
            .bytes
            .len(),
        1024
    );
    for path in ["/declared", "/endless"] {
        let error = outbound.get(&server.url(path), LIMITS).await.unwrap_err();
        assert!(
            matches!(error, Error::TooLarge { limit: 1024 }),
            "{path}: {error:?}"
        );
    }
}

#[tokio::test]
async fn time_runs_out_over_head_and_body() {
    let silent = || std::future::pending::<&'static str>();
    let stuck = || async { Body::from_stream(stream::pending::<Result<Vec<u8>, Infallible>>()) };
    let router = Router::new()
        .route("/silent", get(silent))
        .route("/stuck", get(stuck));
    let server = Server::start(router).await;
    let limits = Limits {
        time: Duration::from_millis(100),
        ..LIMITS
    };
    for path in ["/silent", "/stuck"] {
        let error = outbound("127.0.0.1")
            .get(&server.url(path), limits)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Timeout(_)), "{path}: {error:?}");
    }
}

#[tokio::test]
async fn failures_are_told_apart() {
    let server = Server::start(Router::new()).await;
    let outbound = outbound("127.0.0.1");
    let error = outbound.get(&server.url("/absent"), LIMITS).await.unwrap_err();
    assert!(matches!(error, Error::Status(404)), "{error:?}");

    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let error = outbound
        .get(&url(&format!("http://{address}/")), LIMITS)
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Dial(DialError::Unreachable { .. })),
        "{error:?}"
    );
    assert!(error.to_string().contains("127.0.0.1"), "{error}");
}
