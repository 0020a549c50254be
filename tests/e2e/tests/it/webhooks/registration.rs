//! Registering, changing and removing webhooks.

use serde_json::{Value, json};

use super::hooked::Hooked;

#[tokio::test]
async fn a_webhook_is_made_shown_changed_and_removed() {
    let hooked = Hooked::start().await;
    let v1 = hooked.v1();
    let url = hooked.receiver.url("hook");
    let body = json!({
        "url": url, "events": ["message", "poll.vote"], "sessionId": hooked.scene.session, "secret": "s",
        "customHeaders": { "X-Mine": "1" }, "retryPolicy": { "policy": "linear", "delaySeconds": 0, "attempts": 0 },
    });
    let made = v1.post("/webhooks", body).await.expect(201);
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("wh_"));
    assert_eq!(made["url"], *url);
    assert_eq!(made["events"], json!(["message", "poll.vote"]));
    assert_eq!(made["sessionId"], *hooked.scene.session);
    assert_eq!(made["customHeaders"], json!({ "X-Mine": "1" }));
    assert_eq!(
        made["retryPolicy"],
        json!({ "policy": "constant", "delaySeconds": 2, "attempts": 15 })
    );
    assert_eq!((&made["active"], &made["signed"]), (&json!(true), &json!(true)));
    assert_eq!(made["secret"], Value::Null);
    assert_eq!(hooked.webhook(id).await, made);

    let simple = json!({ "url": "https://example.com", "events": ["*"] });
    let second = v1.post("/webhooks", simple).await.expect(201);
    assert_eq!(second["sessionId"], Value::Null);
    assert_eq!(
        second["retryPolicy"],
        json!({ "policy": "exponential", "delaySeconds": 2, "attempts": 15 })
    );
    assert_eq!(
        v1.get("/webhooks").await.expect(200),
        json!({ "data": [second, made] })
    );

    let path = format!("/webhooks/{id}");
    let changed = v1.patch(&path, json!({ "active": false })).await.expect(200);
    let mut expected = made.clone();
    expected["active"] = false.into();
    expected["updatedAt"] = changed["updatedAt"].clone();
    assert_eq!(changed, expected, "everything else stays, the session too");
    let changed = v1
        .patch(
            &path,
            json!({ "sessionId": null, "events": [], "customHeaders": {} }),
        )
        .await;
    let changed = changed.expect(200);
    assert_eq!(
        (&changed["sessionId"], &changed["events"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(changed["customHeaders"], Value::Null);

    v1.delete(&path).await.expect(204);
    v1.get(&path).await.expect(404);
    v1.delete(&path).await.expect(404);
}

#[tokio::test]
async fn defaults_are_configured() {
    let builder = wagon_test_kit::Gateway::builder()
        .env("WEBHOOK_RETRIES_DELAY", "7")
        .env("WEBHOOK_RETRIES_ATTEMPTS", "3");
    let hooked = Hooked::start_with(builder).await;
    let made = hooked
        .v1()
        .post(
            "/webhooks",
            json!({ "url": "https://example.com", "events": ["*"] }),
        )
        .await;
    let policy = &made.expect(201)["retryPolicy"];
    assert_eq!(
        *policy,
        json!({ "policy": "exponential", "delaySeconds": 7, "attempts": 3 })
    );
}

#[tokio::test]
async fn nonsense_is_refused_by_name() {
    let hooked = Hooked::start().await;
    let v1 = hooked.v1();
    let id = hooked.register("hook", json!({})).await;
    let with = |field: &str, value: Value| {
        let mut body = json!({ "url": "https://example.com/", "events": ["*"] });
        body[field] = value;
        body
    };
    let long = "h".repeat(3000);
    for (body, words) in [
        (json!({}), "url is required"),
        (json!({ "url": "https://example.com" }), "events is required"),
        (with("events", json!([])), "events is required"),
        (with("events", json!(["message.received"])), "unknown event type"),
        (with("url", json!("example.com")), "absolute URL"),
        (with("url", json!("ftp://example.com/")), "http"),
        (with("url", json!("https://u:p@example.com/")), "password"),
        (
            with("url", json!(format!("https://example.com/{long}"))),
            "longer",
        ),
        (with("url", json!("http://10.0.0.1/")), "private use"),
        (
            with("url", json!("http://169.254.169.254/latest/meta-data")),
            "cloud metadata",
        ),
        (with("url", json!("http://0x7f.2/")), "loopback"),
        (with("url", json!("http://[::ffff:10.0.0.1]/")), "private use"),
        (with("customHeaders", json!({ "Host": "x" })), "customHeaders"),
        (with("customHeaders", json!({ "a b": "x" })), "customHeaders"),
        (
            with("customHeaders", json!({ "x": "a\r\nb: c" })),
            "customHeaders",
        ),
        (
            with(
                "retryPolicy",
                json!({ "policy": "constant", "delaySeconds": 1, "attempts": 1000 }),
            ),
            "attempts",
        ),
        (
            with("retryPolicy", json!({ "policy": "constant" })),
            "delaySeconds",
        ),
        (with("color", json!("red")), "color"),
        (with("active", json!("yes")), "active"),
    ] {
        let refused = v1.post("/webhooks", body.clone()).await.expect(400);
        assert_eq!(refused["error"]["code"], "validation_error", "{body}");
        assert!(refused.to_string().contains(words), "{body}: {refused}");
        if !words.contains("required") {
            let refused = v1
                .patch(&format!("/webhooks/{id}"), body.clone())
                .await
                .expect(400);
            assert!(refused.to_string().contains(words), "{body}: {refused}");
        }
    }
    let foreign = with("sessionId", json!("sess_01J00000000000000000000000"));
    v1.post("/webhooks", foreign.clone()).await.expect(404);
    v1.patch(&format!("/webhooks/{id}"), foreign).await.expect(404);
    let nothing = v1
        .send(v1.request(reqwest::Method::POST, "/webhooks"))
        .await
        .expect(400);
    assert_eq!(nothing["error"]["message"], "request body is required");
    v1.invoke(&format!("/webhooks/{id}:fly")).await.expect(404);
    v1.invoke(&format!("/webhooks/{id}")).await.expect(405);
    v1.invoke(&format!("/webhooks/{id}/deliveries/dlv_1:fly"))
        .await
        .expect(404);
}
