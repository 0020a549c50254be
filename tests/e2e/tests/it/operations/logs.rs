use wagon_test_kit::{Baileys, DEADLINE, Gateway, MASTER_KEY};

use crate::support::{Scene, is_message, log_until, string, text, wagon};

#[tokio::test]
async fn logs_tell_what_happened_but_not_to_whom() {
    let scene = Scene::start(Gateway::builder().arg("--log").arg("debug")).await;
    let v1 = scene.gateway.v1();
    let admin = scene.sandbox.admin();
    let ada = admin.account("Ada").await;
    let peer = Baileys::pair(admin, "Ada", &ada.pn).await;
    let key = wagon(
        scene.gateway.data_dir(),
        ["keys", "create", "--name", "k", "--capabilities", "read,send"],
    );
    let key = key.await.expect_success().trim().to_owned();

    // Both directions, a quote, a refusal, a broken connection, a restart, reading, and a request that makes no sense.
    let id = string(
        &scene
            .send(&text(&ada.jid(), "outgoing secret"), Some("order-1"))
            .await
            .expect(200),
        "messageId",
    );
    peer.wait_message(|message| message["id"] == id, DEADLINE).await;
    peer.send(&scene.shop.jid(), "incoming secret").await;
    log_until(&v1, is_message("incoming secret")).await;
    let fault = serde_json::json!({ "action": { "kind": "ack_error", "code": 463 }, "count": 1 });
    admin.fault(fault).await;
    scene
        .send(&text(&ada.jid(), "refused secret"), None)
        .await
        .expect(429);
    scene
        .send(&text("15550009999@nowhere", "malformed secret"), None)
        .await
        .expect(400);
    v1.with_key(&key)
        .get(&scene.path(&format!("/chats/{}/messages", ada.jid())))
        .await
        .expect(200);
    v1.with_key(&key)
        .get(&scene.path(&format!("/chats/{}", ada.lid)))
        .await;
    v1.invoke(&scene.path(":restart")).await.expect(200);
    v1.wait_session(&scene.session, "working").await;
    let second = string(
        &v1.post("/sessions", serde_json::json!({})).await.expect(201),
        "id",
    );
    let shown = string(
        &v1.get(&format!("/sessions/{second}/qr")).await.expect(200),
        "code",
    );
    let path = format!("/sessions/{second}/pairing-code");
    let code = v1.post(&path, serde_json::json!({ "phone": ada.pn })).await;
    let code = string(&code.expect(200), "code");
    v1.invoke(&scene.path(":logout")).await.expect(200);
    let events = log_until(&v1, |event| event["payload"]["status"] == "logged_out").await;

    let log = scene.gateway.log();
    assert!(log.contains("request served"), "nothing was logged: {log}");
    let qr = events.iter().find(|event| event["event"] == "auth.qr").unwrap();
    let qr = string(&qr["payload"], "code");
    let user = |address: &str| address.split(['@', ':']).next().unwrap_or_default().to_owned();
    let secrets = [
        ("the master key", MASTER_KEY.to_owned()),
        ("an API key", key),
        ("an outgoing text", "outgoing secret".to_owned()),
        ("an incoming text", "incoming secret".to_owned()),
        ("a refused text", "refused secret".to_owned()),
        ("a malformed request", "malformed secret".to_owned()),
        ("a malformed address", "15550009999".to_owned()),
        ("an idempotency key", "order-1".to_owned()),
        ("a scanned code", qr),
        ("a code that was shown", shown),
        ("a pairing code", code),
        ("the own number", scene.shop.pn.clone()),
        ("the own hidden identity", user(&scene.shop.lid)),
        ("the other's number", ada.pn.clone()),
        ("the other's hidden identity", user(&ada.lid)),
    ];
    for (what, secret) in secrets {
        assert!(!secret.is_empty());
        let line = log.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "the log tells {what}");
    }
}
