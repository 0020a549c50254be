//! A gateway that is killed while a session is being linked.

use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, Sandbox};

use crate::support::{BEGINNING, log_until, string};

#[tokio::test]
async fn a_link_survives_from_the_moment_it_is_told() {
    let sandbox = Sandbox::start().await;
    let shop = sandbox.admin().account("Shop").await;
    let mut gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let v1 = gateway.v1();
    let session = string(&v1.post("/sessions", json!({})).await.expect(201), "id");
    let qr = v1.get(&format!("/sessions/{session}/qr")).await.expect(200);
    let events = v1.events(&format!("events=auth.code&since={BEGINNING}")).await;
    sandbox
        .admin()
        .scan_qr(&string(&qr, "code"), Some(&shop.pn))
        .await;
    let linked = |event: &Value| event["event"] == "auth.code";
    events.wait_event(linked, DEADLINE).await;
    gateway.kill_9().await;
    gateway.start_again().await;

    let v1 = gateway.v1();
    let working = v1.wait_session(&session, "working").await;
    assert_eq!(working["phoneNumber"], shop.pn);
    let log = log_until(&v1, |event| event["payload"]["status"] == "working").await;
    assert_eq!(log.iter().filter(|event| linked(event)).count(), 1);
    let account = sandbox.admin().inspect(&shop.pn).await;
    assert_eq!(account["devices"].as_array().map(Vec::len), Some(1), "{account}");
}

#[tokio::test]
async fn a_session_that_waited_for_its_scan_can_be_linked_afterwards() {
    let sandbox = Sandbox::start().await;
    let shop = sandbox.admin().account("Shop").await;
    let mut gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let v1 = gateway.v1();
    let session = string(&v1.post("/sessions", json!({})).await.expect(201), "id");
    let path = format!("/sessions/{session}/qr");
    let before = v1.get(&path).await.expect(200);
    gateway.kill_9().await;
    gateway.start_again().await;

    let v1 = gateway.v1();
    let after = v1.get(&path).await.expect(200);
    assert_ne!(
        before["code"], after["code"],
        "nobody waits for a scan of the old code"
    );
    sandbox
        .admin()
        .scan_qr(&string(&after, "code"), Some(&shop.pn))
        .await;
    v1.wait_session(&session, "working").await;
}
