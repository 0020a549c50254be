//! The life of a session, and what ends it.

use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, GatewayBuilder, V1, wait_until};

use crate::support::{Scene, log_until, on_postgres, statuses, string, text};

#[tokio::test]
async fn a_session_lives_through_all_of_it_on_sqlite() {
    a_session_lives_through_all_of_it(Gateway::builder()).await;
}

#[tokio::test]
async fn a_session_lives_through_all_of_it_on_postgres() {
    on_postgres(a_session_lives_through_all_of_it).await;
}

async fn a_session_lives_through_all_of_it(builder: GatewayBuilder) {
    let scene = Scene::start(builder).await;
    let v1 = scene.gateway.v1();
    let first = v1.get(&scene.path("")).await.expect(200);
    let me = v1.get(&scene.path("/me")).await.expect(200);
    assert_eq!(me["connected"], true);
    assert_eq!(me["phoneNumber"], scene.shop.pn);
    assert_eq!(me["waJid"], first["waJid"]);
    let refused = v1.get(&scene.path("/qr")).await.expect(409);
    assert_eq!(refused["error"]["code"], "conflict");

    let stopped = v1.invoke(&scene.path(":stop")).await.expect(200);
    assert_eq!(stopped["status"], "stopped");
    assert_eq!(stopped["waJid"], first["waJid"]);
    wait_connected(&scene, 1, false).await;
    v1.invoke(&scene.path(":start")).await.expect(200);
    v1.wait_session(&scene.session, "working").await;
    let running = v1.invoke(&scene.path(":start")).await.expect(200);
    assert_eq!(running["status"], "working", "starting twice changes nothing");
    v1.invoke(&scene.path(":restart")).await.expect(200);
    let restarted = v1.wait_session(&scene.session, "working").await;
    assert_eq!(restarted["waJid"], first["waJid"]);
    send(&scene, "after the restart").await;

    let out = v1.invoke(&scene.path(":logout")).await.expect(200);
    assert_eq!(out["status"], "logged_out");
    assert_eq!(
        devices(&scene).await,
        Vec::<u64>::new(),
        "the phone lists no linked device"
    );
    let refused = v1.invoke(&scene.path(":start")).await.expect(400);
    assert_eq!(refused["error"]["code"], "validation_error");

    scan(&scene, &v1).await;
    let again = v1.wait_session(&scene.session, "working").await;
    assert_ne!(again["waJid"], first["waJid"], "a new device");
    assert_eq!(again["phoneNumber"], scene.shop.pn);
    send(&scene, "as a new device").await;

    assert_eq!(v1.delete(&scene.path("")).await.status, 204);
    v1.get(&scene.path("")).await.expect(404);
    v1.get(&scene.path("/chats")).await.expect(404);
    assert_eq!(v1.get("/sessions").await.expect(200), json!({ "data": [] }));
}

#[tokio::test]
async fn the_log_tells_each_step_once() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    v1.invoke(&scene.path(":stop")).await.expect(200);
    let log = log_until(&v1, |event| event["payload"]["status"] == "stopped").await;
    assert_eq!(statuses(&log), ["scan_qr_code", "starting", "working", "stopped"]);
    let kinds: Vec<_> = log
        .iter()
        .filter_map(|event| event["event"].as_str())
        .filter(|kind| kind.starts_with("auth."))
        .collect();
    assert_eq!(kinds, ["auth.qr", "auth.code"]);
    let linked = log.iter().find(|event| event["event"] == "auth.code").unwrap();
    assert_eq!(linked["payload"]["jid"], scene.shop.jid());
}

#[tokio::test]
async fn a_typed_code_links_too() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    let account = scene.sandbox.admin().account("Branch").await;
    let created = v1
        .post("/sessions", json!({ "label": "branch" }))
        .await
        .expect(201);
    assert_eq!(created["status"], "stopped");
    let session = string(&created, "id");
    let path = format!("/sessions/{session}/pairing-code");
    let code = v1.post(&path, json!({ "phone": account.pn })).await.expect(200);
    let code = string(&code, "code");
    assert_eq!((code.len(), code.as_bytes()[4]), (9, b'-'), "{code}");

    let url = format!("{}/admin/pairing/code", scene.sandbox.admin().url());
    let typed = reqwest::Client::new()
        .post(url)
        .json(&json!({ "pn": account.pn, "code": code }));
    let typed = typed.send().await.expect("the sandbox answers");
    assert_eq!(typed.status(), 200);
    let working = v1.wait_session(&session, "working").await;
    assert_eq!(working["phoneNumber"], account.pn);

    let is_code = |event: &Value| event["event"] == "auth.code" && event["payload"]["code"] == code.as_str();
    log_until(&v1, is_code).await;
    let refused = v1.post(&path, json!({ "phone": account.pn })).await.expect(409);
    assert_eq!(refused["error"]["code"], "conflict");
}

#[tokio::test]
async fn a_dropped_connection_comes_back_by_itself() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    let events = v1.events("events=session.status").await;
    strike(&scene, json!({ "kind": "close" })).await;
    let went = events
        .wait_event(|event| event["payload"]["status"] == "starting", DEADLINE)
        .await;
    events
        .wait_event(
            |event| event["payload"]["status"] == "working" && later(event, &went),
            DEADLINE,
        )
        .await;
    send(&scene, "back again").await;
}

#[tokio::test]
async fn a_replaced_connection_fails_until_it_is_started() {
    let scene = Scene::start(Gateway::builder()).await;
    strike(&scene, json!({ "kind": "stream_error", "conflict": "replaced" })).await;
    assert_eq!(ended(&scene, "failed").await, json!({ "code": "replaced" }));
    recovers_by_start(&scene).await;
}

#[tokio::test]
async fn a_removed_device_is_logged_out_and_can_be_linked_again() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    let device = devices(&scene).await[0];
    scene.sandbox.admin().unlink(&scene.shop.pn, device).await;
    assert_eq!(ended(&scene, "logged_out").await, json!({ "code": "logged_out" }));
    v1.invoke(&scene.path(":start")).await.expect(400);
    scan(&scene, &v1).await;
    v1.wait_session(&scene.session, "working").await;
    send(&scene, "linked again").await;
}

#[tokio::test]
async fn the_network_can_say_that_the_device_was_removed() {
    let scene = Scene::start(Gateway::builder()).await;
    strike(
        &scene,
        json!({ "kind": "stream_error", "conflict": "device_removed" }),
    )
    .await;
    assert_eq!(ended(&scene, "logged_out").await, json!({ "code": "logged_out" }));
}

#[tokio::test]
async fn a_temporary_ban_says_until_when() {
    let scene = Scene::start(Gateway::builder()).await;
    let before = gateway_time(&scene).await;
    refuse_login(
        &scene,
        json!({ "kind": "connect_failure", "reason": 402, "code": 101, "expire": 3600 }),
    )
    .await;
    let reason = ended(&scene, "failed").await;
    assert_eq!(reason["code"], "temporary_ban");
    assert_eq!(reason["banCode"], 101);
    let until = reason["until"].as_i64().expect("milliseconds");
    assert!(
        until >= before + 3_590_000,
        "an hour from now: {until}, before {before}"
    );
    recovers_by_start(&scene).await;
}

#[tokio::test]
async fn an_outdated_client_says_so() {
    let scene = Scene::start(Gateway::builder()).await;
    refuse_login(&scene, json!({ "kind": "connect_failure", "reason": 405 })).await;
    assert_eq!(
        ended(&scene, "failed").await,
        json!({ "code": "client_outdated" })
    );
    recovers_by_start(&scene).await;
}

#[tokio::test]
async fn a_failed_session_stays_down_after_a_restart() {
    let mut scene = Scene::start(Gateway::builder()).await;
    strike(&scene, json!({ "kind": "stream_error", "conflict": "replaced" })).await;
    ended(&scene, "failed").await;
    scene.gateway.terminate().await;
    scene.gateway.start_again().await;
    let v1 = scene.gateway.v1();
    let other = scene.sandbox.admin().account("Other").await;
    // A session that was made later works by now, so this one had its chance.
    v1.paired_session(scene.sandbox.admin(), &other.pn).await;
    let failed = v1.get(&scene.path("")).await.expect(200);
    assert_eq!(failed["status"], "failed");
    assert_eq!(failed["reason"], json!({ "code": "replaced" }));
}

/// Hits the session's connection at once.
async fn strike(scene: &Scene, action: Value) {
    let fault = json!({ "scope": { "account": scene.shop.pn }, "action": action });
    scene.sandbox.admin().fault(fault).await;
}

/// Refuses the session's next login and makes it log in.
async fn refuse_login(scene: &Scene, action: Value) {
    let fault = json!({ "scope": { "account": scene.shop.pn }, "action": action, "count": 1 });
    scene.sandbox.admin().fault(fault).await;
    strike(scene, json!({ "kind": "close" })).await;
}

/// Waits for the session's end and answers its reason, which the log has to give as well.
async fn ended(scene: &Scene, status: &str) -> Value {
    let v1 = scene.gateway.v1();
    let session = v1.wait_session(&scene.session, status).await;
    let is_end = |event: &Value| event["event"] == "session.status" && event["payload"]["status"] == status;
    let log = log_until(&v1, is_end).await;
    assert_eq!(log[log.len() - 1]["payload"]["reason"], session["reason"]);
    let refused = scene
        .send(&text(&scene.shop.jid(), "too late"), None)
        .await
        .expect(501);
    assert_eq!(refused["error"]["code"], "not_implemented");
    session["reason"].clone()
}

async fn recovers_by_start(scene: &Scene) {
    let v1 = scene.gateway.v1();
    let started = v1.invoke(&scene.path(":start")).await.expect(200);
    assert_eq!(started["reason"], Value::Null);
    v1.wait_session(&scene.session, "working").await;
    send(scene, "works again").await;
}

/// Scans the code of the session, which has to be shown.
async fn scan(scene: &Scene, v1: &V1) {
    let qr = v1.get(&scene.path("/qr")).await.expect(200);
    let code = string(&qr, "code");
    scene.sandbox.admin().scan_qr(&code, Some(&scene.shop.pn)).await;
}

/// Sends to a phone that tells what it got.
async fn send(scene: &Scene, content: &str) {
    let admin = scene.sandbox.admin();
    let to = admin.account("Witness").await;
    scene.send(&text(&to.jid(), content), None).await.expect(200);
    admin
        .wait_inbox(&to.pn, |entry| entry["text"] == content, DEADLINE)
        .await;
}

/// The linked devices that the phone lists.
async fn devices(scene: &Scene) -> Vec<u64> {
    let account = scene.sandbox.admin().inspect(&scene.shop.pn).await;
    let devices = account["devices"].as_array().cloned().unwrap_or_default();
    devices
        .iter()
        .filter_map(|device| device["id"].as_u64())
        .collect()
}

async fn wait_connected(scene: &Scene, device: u64, connected: bool) {
    wait_until(DEADLINE, "the device's connection", async || {
        let account = scene.sandbox.admin().inspect(&scene.shop.pn).await;
        let devices = account["devices"].as_array().cloned().unwrap_or_default();
        let found = devices
            .iter()
            .any(|entry| entry["id"] == device && entry["connected"] == connected);
        if found { Ok(()) } else { Err(account) }
    })
    .await;
}

/// The gateway's own time, in milliseconds.
async fn gateway_time(scene: &Scene) -> i64 {
    let frame = scene
        .gateway
        .v1()
        .events("")
        .await
        .wait_event(|frame| frame["event"] == "connected", DEADLINE)
        .await;
    frame["timestamp"].as_i64().expect("milliseconds")
}

fn later(event: &Value, than: &Value) -> bool {
    event["id"].as_str() > than["id"].as_str()
}
