//! A user installs the app anew: another identity key, no linked devices, and everybody is told.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wacore_binary::{Jid, Node, builder::NodeBuilder};

use crate::support::{Admin, Client, attr, bytes, child, network, ready};

const SHOP: &str = "15550000100";
const ECHO: &str = "15550000001";
const READER: &str = "15550000002";

fn tells_of_an_identity(node: &Node) -> bool {
    attr(node, "type") == "encrypt" && node.get_optional_child("identity").is_some()
}

/// The identity key that the server hands out for a phone.
async fn identity(client: &mut Client, pn: &str) -> Vec<u8> {
    let wanted = NodeBuilder::new("user").attr("jid", Jid::pn(pn)).build();
    let wanted = NodeBuilder::new("key").children([wanted]).build();
    let reply = client.request("get", "encrypt", vec![wanted]).await;
    bytes(child(child(child(&reply, "list"), "user"), "identity"))
}

async fn reinstall(admin: &Admin, pn: &str) {
    let path = format!("/phones/{pn}/reinstall");
    let (status, _) = admin.request(Method::POST, &path, String::new()).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn contacts_hear_of_it_and_write_to_the_new_keys() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let echo = Jid::pn(ECHO);
    let to = std::slice::from_ref(&echo);
    device.send(&mut client, &echo, to, "M1", "hello").await;
    let answer = client.expect_tag("message").await;
    assert_eq!(
        device.open(&answer).await.conversation.as_deref(),
        Some("echo: hello")
    );
    let before = identity(&mut client, ECHO).await;

    reinstall(&admin, ECHO).await;
    let news = client.expect("the news", tells_of_an_identity).await;
    assert_eq!(attr(&news, "from"), echo.to_string());
    assert!(attr(&news, "lid").ends_with("@lid"), "{news:?}");
    let after = identity(&mut client, ECHO).await;
    assert_ne!(after, before);

    // What a client does then: forget the session, and fetch new keys for the next message.
    device.forget(&echo);
    device.send(&mut client, &echo, to, "M2", "still you?").await;
    let answer = client.expect_tag("message").await;
    assert_eq!(
        device.open(&answer).await.conversation.as_deref(),
        Some("echo: still you?")
    );
}

#[tokio::test]
async fn whoever_did_not_hear_is_asked_for_a_repetition_with_the_new_keys_along() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let echo = Jid::pn(ECHO);
    let to = std::slice::from_ref(&echo);
    device.send(&mut client, &echo, to, "M1", "hello").await;
    let answer = client.expect_tag("message").await;
    device.open(&answer).await;
    reinstall(&admin, ECHO).await;

    device.send(&mut client, &echo, to, "M2", "old session").await;
    let retry = client
        .expect("a request to repeat", |node| attr(node, "type") == "retry")
        .await;
    assert_eq!(attr(&retry, "id"), "M2");
    let sent_along = bytes(child(child(&retry, "keys"), "identity"));
    assert_eq!(sent_along, identity(&mut client, ECHO).await);
}

#[tokio::test]
async fn phones_of_contacts_hear_of_it_too_and_go_on_talking() {
    let (_sandbox, admin) = network().await;
    let write = async |from: &str, to: &str, text: &str| {
        let body = json!({ "to": to, "text": text });
        admin.post(&format!("/phones/{from}/messages"), body).await;
    };
    let seen = async |pn: &str, fits: &dyn Fn(&Value) -> bool| {
        let mut since = 0;
        loop {
            let path = format!("/phones/{pn}/inbox?since={since}&wait=10");
            let inbox = admin.get(&path).await;
            let entries = inbox["entries"].as_array().expect("a list");
            assert!(!entries.is_empty(), "{pn} has not seen it");
            if entries.iter().any(fits) {
                return;
            }
            since = inbox["next"].as_u64().expect("a number");
        }
    };
    write(READER, SHOP, "one").await;
    seen(SHOP, &|entry| entry["text"] == "one").await;
    write(SHOP, READER, "two").await;
    seen(READER, &|entry| entry["text"] == "two").await;

    reinstall(&admin, SHOP).await;
    seen(READER, &|entry| {
        entry["kind"] == "identity" && entry["from"] == format!("{SHOP}@s.whatsapp.net")
    })
    .await;
    write(READER, SHOP, "three").await;
    seen(SHOP, &|entry| entry["text"] == "three").await;
    write(SHOP, READER, "four").await;
    seen(READER, &|entry| entry["text"] == "four").await;
    let phones = &admin.get("/stats").await["phones"];
    assert_eq!(phones["undecryptable"], 0, "nothing had to be repeated");
}

#[tokio::test]
async fn linked_devices_are_unlinked() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    reinstall(&admin, SHOP).await;
    let end = client.expect_tag("stream:error").await;
    assert_eq!(attr(child(&end, "conflict"), "type"), "device_removed");
    let account = admin.get(&format!("/accounts/{SHOP}")).await;
    assert_eq!(account["devices"], json!([]));
    // The new phone can be linked to like the old one.
    ready(&admin, SHOP).await;
}

#[tokio::test]
async fn a_script_can_ask_for_it() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let script = r#"
        [[scripts.forgetful.on]]
        text = "new phone"
        do = ["reinstall", { reply = "who is this?" }]
        [[phones]]
        pn = "15550000012"
        script = "forgetful"
    "#;
    let (status, _) = admin.request(Method::PUT, "/scripts", script.to_owned()).await;
    assert_eq!(status, StatusCode::OK);
    let sam = Jid::pn("15550000012");
    let before = identity(&mut client, &sam.user).await;
    device
        .send(&mut client, &sam, std::slice::from_ref(&sam), "M1", "new phone")
        .await;
    client.expect("the news", tells_of_an_identity).await;
    let answer = client.expect_tag("message").await;
    assert_eq!(
        device.open(&answer).await.conversation.as_deref(),
        Some("who is this?")
    );
    assert_ne!(identity(&mut client, &sam.user).await, before);
}
