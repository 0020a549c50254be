//! Files that are kept in an S3 bucket instead of a folder.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wagon_test_kit::{Bucket, DEADLINE, Gateway, GatewayBuilder, wait_until};

use crate::support::{Scene, string};

const PIXELS: &[u8] = include_bytes!("../../assets/pixels.png");

fn keeping_in(bucket: &Bucket) -> GatewayBuilder {
    Gateway::builder()
        .env("WAGON_MEDIA_S3_BUCKET", Bucket::NAME)
        .env("WAGON_MEDIA_S3_ENDPOINT", bucket.endpoint())
        .env("WAGON_MEDIA_S3_ACCESS_KEY_ID", Bucket::ACCESS_KEY)
        .env("WAGON_MEDIA_S3_SECRET_ACCESS_KEY", Bucket::SECRET_KEY)
}

async fn wait_keys(bucket: &Bucket, what: &str, wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
    wait_until(DEADLINE, what, async || {
        // What the server writes at the moment has a name of its own.
        let keys: Vec<String> = bucket
            .keys()
            .into_iter()
            .filter(|key| key.starts_with("messages/") || key.starts_with("outgoing/"))
            .collect();
        if wanted(&keys) { Ok(keys) } else { Err(keys) }
    })
    .await
}

#[tokio::test]
async fn a_file_to_send_waits_in_the_bucket_and_goes_with_its_send() {
    let bucket = Bucket::start().await;
    let mut scene = Scene::start(keeping_in(&bucket)).await;
    let ada = scene.sandbox.admin().account("Ada").await;
    scene.gateway.v1().invoke(&scene.path(":stop")).await.expect(200);
    let image = json!({ "type": "image", "to": ada.jid(), "media": { "data": STANDARD.encode(PIXELS) } });
    let path = scene.path("/messages?async=true");
    let sent = scene.gateway.v1().post(&path, image).await.expect(202);
    let waiting = wait_keys(&bucket, "the file that waits", |keys| keys.len() == 1).await;
    assert_eq!(waiting, [format!("outgoing/{}/0", string(&sent, "outboxId"))]);

    scene.gateway.kill_9().await;
    scene.gateway.start_again().await;
    scene.gateway.v1().invoke(&scene.path(":start")).await.expect(200);
    let (admin, id) = (scene.sandbox.admin(), sent["messageId"].clone());
    admin
        .wait_inbox(
            &ada.pn,
            |entry| entry["id"] == id && entry["type"] == "image",
            DEADLINE,
        )
        .await;
    wait_keys(&bucket, "the file to go", <[String]>::is_empty).await;
}

#[tokio::test]
async fn a_file_that_was_fetched_is_read_from_the_bucket() {
    let bucket = Bucket::start().await;
    let mut scene = Scene::start(keeping_in(&bucket)).await;
    let admin = scene.sandbox.admin();
    let ada = admin.account("Ada").await;
    let events = scene.gateway.v1().events("events=message").await;
    let media = json!({ "kind": "image", "data": STANDARD.encode(PIXELS), "mimetype": "image/png" });
    let image = json!({ "to": scene.shop.jid(), "media": media });
    let id = admin.send_with(&ada.pn, image).await;
    let arrived = |event: &Value| event["payload"]["waMessageId"] == id;
    events.wait_event(arrived, DEADLINE).await;
    let path = scene.path(&format!("/messages/{id}/media"));
    let fetched = scene.gateway.v1().get(&path).await;
    assert_eq!(fetched.headers["content-length"], PIXELS.len().to_string());
    fetched.expect(200);
    let kept = wait_keys(&bucket, "the file that is kept", |keys| keys.len() == 1).await;
    assert!(
        kept[0].starts_with(&format!("messages/{}/", scene.session)),
        "{kept:?}"
    );

    // Nobody else has it any more.
    let lost = json!({ "id": id, "lost": true });
    admin.act(&ada.pn, "expire-media", lost).await;
    scene.gateway.kill_9().await;
    scene.gateway.start_again().await;
    let v1 = scene.gateway.v1();
    let part = v1
        .request(reqwest::Method::GET, &path)
        .header("range", "bytes=1-3");
    assert_eq!(v1.send(part).await.expect(206), "PNG");
    assert!(!scene.gateway.data_dir().join("media").exists());
}
