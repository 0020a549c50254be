//! Posts, as webhooks make them.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Redirect;
use axum::routing::{any, post};
use futures_util::{StreamExt, stream};
use tokio::io::AsyncReadExt;
use wagon_outbound::{Error, Post, RetryAfter};

use crate::server::{Server, outbound, url};

fn request(time: Duration) -> Post {
    let mut headers = HeaderMap::new();
    headers.insert("x-mark", "m".parse().unwrap());
    Post {
        headers,
        body: "{\"a\":1}".into(),
        time,
        excerpt: 10,
    }
}

const PLENTY: Duration = Duration::from_secs(10);

#[tokio::test]
async fn the_body_arrives_as_it_is_and_the_answer_is_kept_in_part() {
    let echo = |headers: HeaderMap, body: String| async move {
        let mark = headers["x-mark"].to_str().unwrap().to_owned();
        assert!(headers["user-agent"].to_str().unwrap().starts_with("Wagon/"));
        (
            StatusCode::SERVICE_UNAVAILABLE,
            [("retry-after", "7")],
            format!("{mark} {body} and more"),
        )
    };
    let server = Server::start(Router::new().route("/", post(echo))).await;
    let reply = outbound("127.0.0.1")
        .post(&server.url("/"), request(PLENTY))
        .await
        .unwrap();
    assert_eq!((reply.status, reply.excerpt.as_str()), (503, "m {\"a\":1} "));
    assert_eq!(reply.retry_after, Some(RetryAfter::In(Duration::from_secs(7))));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_goes_nowhere() {
    let other = Server::start(Router::new().route("/", any(|| async { "secret" }))).await;
    let target = format!("http://{}/", other.address);
    let server =
        Server::start(Router::new().route("/", post(|| async move { Redirect::temporary(&target) }))).await;
    let reply = outbound("127.0.0.1")
        .post(&server.url("/"), request(PLENTY))
        .await
        .unwrap();
    assert_eq!(reply.status, 307);
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn a_status_counts_even_if_its_body_never_ends() {
    let stuck =
        || async { Body::from_stream(stream::iter([Ok::<_, Infallible>("begun")]).chain(stream::pending())) };
    let server = Server::start(Router::new().route("/", post(stuck))).await;
    let reply = outbound("127.0.0.1")
        .post(&server.url("/"), request(PLENTY))
        .await
        .unwrap();
    assert_eq!((reply.status, reply.excerpt.as_str()), (200, "begun"));
}

#[tokio::test]
async fn silence_and_early_ends_are_failures() {
    let silent = || std::future::pending::<&'static str>();
    let server = Server::start(Router::new().route("/", post(silent))).await;
    let error = outbound("127.0.0.1")
        .post(&server.url("/"), request(Duration::from_millis(100)))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            // Reads the request, so that closing is no reset, and says nothing.
            let _ = connection.read(&mut [0; 1024]).await;
        }
    });
    let error = outbound("127.0.0.1")
        .post(&url(&format!("http://{address}/")), request(PLENTY))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Broken(_)), "{error:?}");
}

#[tokio::test]
async fn connections_are_used_again() {
    let server = Server::start(Router::new().route("/", post(|| async { "ok" }))).await;
    let outbound = outbound("127.0.0.1");
    for _ in 0..5 {
        outbound.post(&server.url("/"), request(PLENTY)).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
}
