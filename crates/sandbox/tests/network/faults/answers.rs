use reqwest::{Method, StatusCode};
use serde_json::json;
use wacore_binary::{Jid, builder::NodeBuilder};

use super::{SHOP, fault, hits, say};
use crate::support::{attr, child, linked, network, ready};

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
async fn an_error_can_say_when_to_ask_again() {
    let (_sandbox, admin) = network().await;
    let mut client = linked(&admin, SHOP).await.log_in(&admin).await;
    let action = json!({"kind": "iq_error", "code": 429, "text": "rate-overlimit", "backoff": 30});
    fault(&admin, json!({"action": action, "count": 1})).await;
    let reply = client
        .request("get", "privacy", vec![NodeBuilder::new("privacy").build()])
        .await;
    let error = child(&reply, "error");
    assert_eq!(attr(error, "text"), "rate-overlimit");
    assert_eq!(attr(error, "backoff"), "30");
}

#[tokio::test]
async fn a_lost_ack_is_that_of_a_message_that_arrived() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let id = fault(&admin, json!({"action": {"kind": "lose_ack"}, "count": 1})).await;
    say(&mut device, &mut client, "M1", "hello").await;
    let answer = client.expect_tag("message").await;
    let answer = device.open(&answer).await;
    assert_eq!(answer.conversation.as_deref(), Some("echo: hello"));
    assert_eq!(hits(&admin, id).await, 1);

    say(&mut device, &mut client, "M2", "again").await;
    let ack = client
        .expect("an ack", |node| {
            node.tag == "ack" && attr(node, "class") == "message"
        })
        .await;
    assert_eq!(attr(&ack, "id"), "M2", "the first one never comes");
}
