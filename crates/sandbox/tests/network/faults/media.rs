use std::time::Instant;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{fault, hits};
use crate::support::{Admin, network};

const BLOB: &[u8] = &[7; 2000];

async fn upload(admin: &Admin) -> (StatusCode, Value) {
    let token = URL_SAFE_NO_PAD.encode(Sha256::digest(BLOB));
    let url = format!("http://{}/mms/image/{token}", admin.addr);
    let answer = Client::new().post(url).body(BLOB).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap_or(Value::Null))
}

async fn download(admin: &Admin, path: &str) -> (StatusCode, Vec<u8>) {
    let answer = reqwest::get(format!("http://{}{path}", admin.addr))
        .await
        .unwrap();
    (answer.status(), answer.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn media_fails_with_any_status() {
    let (_sandbox, admin) = network().await;
    let (_, placed) = upload(&admin).await;
    let path = placed["direct_path"].as_str().expect("a path");
    for status in [401, 404, 410, 416, 500] {
        let strike = json!({
            "match": {"direction": "out", "type": "image"}, "action": {"kind": "media_status", "status": status},
            "count": 1,
        });
        let id = fault(&admin, strike).await;
        assert_eq!(upload(&admin).await.0, StatusCode::OK, "uploads are spared");
        assert_eq!(download(&admin, path).await.0.as_u16(), status);
        assert_eq!(hits(&admin, id).await, 1);
        assert_eq!(download(&admin, path).await, (StatusCode::OK, BLOB.to_vec()));
    }
    let action = json!({"kind": "media_status", "status": 500});
    fault(
        &admin,
        json!({"match": {"direction": "in"}, "action": action, "count": 1}),
    )
    .await;
    assert_eq!(upload(&admin).await.0, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(upload(&admin).await.0, StatusCode::OK);
}

#[tokio::test]
async fn media_can_be_slow() {
    let (_sandbox, admin) = network().await;
    let (_, placed) = upload(&admin).await;
    let path = placed["direct_path"].as_str().expect("a path");
    let action = json!({"kind": "media_slow", "bytes_per_second": 4000});
    fault(&admin, json!({"match": {"direction": "out"}, "action": action})).await;
    let start = Instant::now();
    assert_eq!(download(&admin, path).await, (StatusCode::OK, BLOB.to_vec()));
    assert!(start.elapsed().as_millis() >= 400, "{:?}", start.elapsed());
}
