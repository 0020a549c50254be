use reqwest::{Method, StatusCode};
use serde_json::json;
use wacore_binary::{Jid, builder::NodeBuilder};

use crate::support::{Hello, attr, child, connect, linked, network};

#[tokio::test]
async fn acks_and_replies_can_carry_errors() {
    let (_sandbox, admin) = network().await;
    let mut device = linked(&admin, "15550000100").await;
    let mut client = device.log_in(&admin).await;
    let fault = json!({"scope": {"account": "15550000100"}, "action": {"kind": "ack_error", "code": 463}, "count": 1});
    admin.post("/faults", fault).await;
    let echo = Jid::pn("15550000001");
    for (id, error) in [("M1", "463"), ("M2", "")] {
        device
            .send(&mut client, &echo, std::slice::from_ref(&echo), id, "hello")
            .await;
        let ack = client
            .expect("the ack", |node| node.tag == "ack" && attr(node, "id") == id)
            .await;
        assert_eq!(attr(&ack, "error"), error);
    }
    let fault = json!({"match": {"xmlns": "privacy"}, "action": {"kind": "iq_error", "code": 429}});
    let id = admin.post("/faults", fault).await["id"].as_u64().unwrap();
    let ask = || vec![NodeBuilder::new("privacy").build()];
    let reply = client.request("get", "privacy", ask()).await;
    assert_eq!(attr(child(&reply, "error"), "code"), "429");
    let path = format!("/faults/{id}");
    let (status, _) = admin.request(Method::DELETE, &path, String::new()).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(
        attr(&client.request("get", "privacy", ask()).await, "type"),
        "result"
    );
}

#[tokio::test]
async fn connections_end_on_command() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    let mut client = device.log_in(&admin).await;
    admin
        .post(
            "/faults",
            json!({"action": {"kind": "stream_error", "code": 503}}),
        )
        .await;
    assert_eq!(attr(&client.expect_tag("stream:error").await, "code"), "503");
    assert!(client.next().await.is_none());

    let mut client = device.log_in(&admin).await;
    admin
        .post(
            "/faults",
            json!({"action": {"kind": "close"}, "scope": {"device": 1}}),
        )
        .await;
    assert!(client.next().await.is_none());
    assert_eq!(
        admin.get("/faults").await,
        json!([]),
        "what strikes at once is not kept"
    );
}

#[tokio::test]
async fn the_next_login_can_fail() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    let action = json!({"kind": "connect_failure", "reason": 402, "code": 101, "expire": 3600});
    admin.post("/faults", json!({"action": action, "count": 1})).await;
    let mut banned = connect(admin.addr, Hello::Xx, &device.noise, &device.login_payload())
        .await
        .client;
    let failure = banned.expect_tag("failure").await;
    assert_eq!(
        (attr(&failure, "reason"), attr(&failure, "expire")),
        ("402".to_owned(), "3600".to_owned())
    );
    device.log_in(&admin).await;
}

#[tokio::test]
async fn a_reset_forgets_faults_but_not_devices() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    admin
        .post("/faults", json!({"action": {"kind": "swallow"}}))
        .await;
    admin.post("/reset", json!({})).await;
    let mut client = device.log_in(&admin).await;
    client.request("get", "w:p", vec![]).await;
    let trace = admin.get("/trace?account=15550000100&limit=2").await;
    assert_eq!(trace[0]["direction"], "in");
    assert!(trace[0]["stanza"].as_str().unwrap().contains("xmlns=w:p"));
}
