use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;

use super::{MediaHost, host::MediaLimits};

const CIPHERTEXT: &[u8] = b"what only the two ends can read";

fn token(blob: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(blob))
}

async fn call(router: &Router, request: Request<Body>) -> Response<Body> {
    router
        .clone()
        .oneshot(request)
        .await
        .expect("routers are infallible")
}

fn post(path_and_query: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path_and_query)
        .header(header::HOST, "127.0.0.1:4433")
        .body(body.into())
        .unwrap()
}

async fn json_of(response: Response<Body>) -> Value {
    serde_json::from_slice(&bytes_of(response).await).unwrap()
}

async fn bytes_of(response: Response<Body>) -> Bytes {
    to_bytes(response.into_body(), usize::MAX).await.unwrap()
}

async fn get(router: &Router, path: &str, range: Option<&str>) -> Response<Body> {
    let mut request = Request::get(path);
    if let Some(range) = range {
        request = request.header(header::RANGE, range);
    }
    call(router, request.body(Body::empty()).unwrap()).await
}

/// Uploads as a client does: with the authorization that it was given for it.
async fn uploaded(host: &MediaHost, blob: &'static [u8]) -> String {
    let path = format!(
        "/mms/image/{}?auth={}&token={}",
        token(blob),
        host.auth(),
        token(blob)
    );
    let response = call(&host.router(), post(&path, blob)).await;
    assert_eq!(response.status(), StatusCode::OK);
    json_of(response).await["direct_path"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn an_upload_is_found_under_the_path_it_answers() {
    let router = MediaHost::new().router();
    for upload_path in [
        "/mms/document",
        "/product/image",
        "/newsletter/newsletter-image",
        "/pps/biz-cover-photo",
    ] {
        let response = call(
            &router,
            post(&format!("{upload_path}/{}", token(CIPHERTEXT)), CIPHERTEXT),
        )
        .await;
        assert_eq!(response.status(), StatusCode::OK, "{upload_path}");
        let answer = json_of(response).await;
        let direct_path = answer["direct_path"].as_str().unwrap();
        assert_eq!(answer["url"], format!("https://127.0.0.1:4433{direct_path}"));

        let download = get(&router, direct_path, None).await;
        assert_eq!(download.status(), StatusCode::OK);
        assert_eq!(download.headers()[header::ACCEPT_RANGES], "bytes");
        assert_eq!(bytes_of(download).await, CIPHERTEXT);
    }
}

#[tokio::test]
async fn a_token_that_does_not_match_the_body_is_refused() {
    let router = MediaHost::new().router();
    let mismatch = call(
        &router,
        post(&format!("/mms/image/{}", token(b"other")), CIPHERTEXT),
    )
    .await;
    assert_eq!(mismatch.status(), StatusCode::BAD_REQUEST);
    let padded = call(
        &router,
        post(&format!("/mms/image/{}=", token(CIPHERTEXT)), CIPHERTEXT),
    )
    .await;
    assert_eq!(padded.status(), StatusCode::BAD_REQUEST);
    let missing = get(&router, &format!("/v/image/{}", token(b"other")), None).await;
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_authorization_that_was_not_given_or_is_no_longer_good_is_refused() {
    let host = MediaHost::new();
    let router = host.router();
    let upload = |auth: String| {
        post(
            &format!("/mms/image/{}?auth={auth}", token(CIPHERTEXT)),
            CIPHERTEXT,
        )
    };
    let old = host.auth();
    host.rotate_auth();
    for (auth, status) in [
        ("a".to_owned(), StatusCode::UNAUTHORIZED),
        (old, StatusCode::UNAUTHORIZED),
        (host.auth(), StatusCode::OK),
    ] {
        assert_eq!(call(&router, upload(auth)).await.status(), status);
    }
}

#[tokio::test]
async fn ranges_are_served_as_parts() {
    let host = MediaHost::new();
    let router = host.router();
    let path = uploaded(&host, CIPHERTEXT).await;
    let len = CIPHERTEXT.len();

    let part = get(&router, &path, Some("bytes=5-8")).await;
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()[header::CONTENT_RANGE], format!("bytes 5-8/{len}"));
    assert_eq!(bytes_of(part).await, CIPHERTEXT[5..=8]);

    let beyond = get(&router, &path, Some("bytes=500-")).await;
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.headers()[header::CONTENT_RANGE], format!("bytes */{len}"));

    let head = Request::head(&path)
        .header(header::RANGE, "bytes=0-1")
        .body(Body::empty())
        .unwrap();
    let head = call(&router, head).await;
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(head.headers()[header::CONTENT_LENGTH], len.to_string());
    assert!(bytes_of(head).await.is_empty());
}

#[tokio::test]
async fn an_interrupted_upload_continues_where_it_broke_off() {
    let host = MediaHost::new();
    let router = host.router();
    let path = format!("/mms/video/{}?auth={}", token(CIPHERTEXT), host.auth());
    let progress = |router: Router| {
        let request = post(&format!("{path}&resume=1"), Body::empty());
        async move { json_of(call(&router, request).await).await }
    };
    assert_eq!(progress(router.clone()).await, json!({"resume": "0"}));

    let cut = stream::iter([
        Ok(Bytes::from_static(&CIPHERTEXT[..10])),
        Err(std::io::Error::other("reset")),
    ]);
    let response = call(&router, post(&path, Body::from_stream(cut))).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(progress(router.clone()).await, json!({"resume": "10"}));

    let gap = call(
        &router,
        post(&format!("{path}&file_offset=11"), &CIPHERTEXT[11..]),
    )
    .await;
    assert_eq!(gap.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    let rest = call(
        &router,
        post(&format!("{path}&file_offset=10"), &CIPHERTEXT[10..]),
    )
    .await;
    assert_eq!(rest.status(), StatusCode::OK);

    let complete = progress(router.clone()).await;
    assert_eq!(complete["resume"], "complete");
    let download = get(&router, complete["direct_path"].as_str().unwrap(), None).await;
    assert_eq!(bytes_of(download).await, CIPHERTEXT);
}

#[tokio::test]
async fn an_abandoned_upload_can_be_continued_too() {
    let host = MediaHost::new();
    let router = host.router();
    let path = format!("/mms/video/{}?auth={}", token(CIPHERTEXT), host.auth());
    let first = stream::once(async { Ok::<_, std::io::Error>(Bytes::from_static(&CIPHERTEXT[..4])) });
    let endless = futures_util::StreamExt::chain(first, stream::pending());
    let mut upload = Box::pin(call(&router, post(&path, Body::from_stream(endless))));
    assert!(futures_util::poll!(&mut upload).is_pending());
    drop(upload);

    let progress = call(&router, post(&format!("{path}&resume=1"), Body::empty())).await;
    assert_eq!(json_of(progress).await, json!({"resume": "4"}));
}

#[tokio::test]
async fn sizes_are_bounded_and_dropped_blobs_are_gone() {
    let host = MediaHost::with_limits(MediaLimits {
        total: 40,
        upload: 32,
    });
    let router = host.router();
    let first = uploaded(&host, CIPHERTEXT).await;
    let second = uploaded(&host, b"another blob").await;
    assert_eq!(get(&router, &first, None).await.status(), StatusCode::GONE);
    assert_eq!(get(&router, &second, None).await.status(), StatusCode::OK);

    let large = [1; 33];
    let announced = call(
        &router,
        post(&format!("/mms/image/{}", token(&large)), large.to_vec()),
    )
    .await;
    assert_eq!(announced.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let chunks = stream::iter([Ok::<_, std::io::Error>(vec![1; 20]), Ok(vec![1; 13])]);
    let chunked = post(
        &format!("/mms/image/{}", token(&large)),
        Body::from_stream(chunks),
    );
    assert_eq!(
        call(&router, chunked).await.status(),
        StatusCode::PAYLOAD_TOO_LARGE
    );
}
