use serde_json::{Value, json};
use wacore_binary::{Jid, Node, builder::NodeBuilder};

use crate::support::{Admin, attr, child, network, ready};

const ECHO: &str = "15550000001";
const READER: &str = "15550000002";
const SHOP: &str = "15550000100";

fn is_receipt(node: &Node, id: &str, kind: &str) -> bool {
    node.tag == "receipt" && attr(node, "id") == id && attr(node, "type") == kind
}

async fn inbox(admin: &Admin, pn: &str, since: &Value) -> Value {
    admin
        .get(&format!("/phones/{pn}/inbox?since={since}&wait=10"))
        .await
}

#[tokio::test]
async fn the_echo_phone_reads_and_answers() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let chat = Jid::pn(ECHO);
    device
        .send(&mut client, &chat, std::slice::from_ref(&chat), "M1", "hello")
        .await;
    let ack = client
        .expect("the ack", |node| node.tag == "ack" && attr(node, "id") == "M1")
        .await;
    assert_eq!(
        (attr(&ack, "class"), attr(&ack, "from")),
        ("message".to_owned(), chat.to_string())
    );
    assert!(!attr(&ack, "t").is_empty() && attr(&ack, "error").is_empty());

    client
        .expect("delivered", |node| is_receipt(node, "M1", ""))
        .await;
    let read = client.expect("read", |node| is_receipt(node, "M1", "read")).await;
    assert_eq!(attr(&read, "from"), chat.to_string(), "without a device number");
    let typing = client.expect_tag("chatstate").await;
    child(&typing, "composing");
    let answer = client.expect_tag("message").await;
    assert_eq!(attr(&answer, "notify"), "Echo");
    assert_eq!(
        attr(&answer, "sender_lid"),
        format!(
            "{}@lid",
            admin.get("/accounts/15550000001").await["lid"].as_str().unwrap()
        )
    );
    assert_eq!(
        device.open(&answer).await.conversation.as_deref(),
        Some("echo: hello")
    );
}

#[tokio::test]
async fn hidden_identities_work_as_addresses() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let chat = Jid::lid(admin.get("/accounts/15550000001").await["lid"].as_str().unwrap());
    device
        .send(&mut client, &chat, std::slice::from_ref(&chat), "M1", "hello")
        .await;
    let answer = client.expect_tag("message").await;
    assert_eq!(attr(&answer, "from"), chat.to_string());
    assert_eq!(attr(&answer, "sender_pn"), "15550000001@s.whatsapp.net");
    assert_eq!(
        device.open(&answer).await.conversation.as_deref(),
        Some("echo: hello")
    );
}

#[tokio::test]
async fn own_devices_get_a_copy_with_the_chat() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let (mut other, mut other_client) = ready(&admin, SHOP).await;
    let chat = Jid::pn(READER);
    let devices = [chat.clone(), other.jid.clone(), Jid::pn(SHOP)];
    device.send(&mut client, &chat, &devices, "M1", "to both").await;
    let copy = other_client
        .expect("the copy", |node| {
            node.tag == "message" && attr(node, "id") == "M1"
        })
        .await;
    assert_eq!(attr(&copy, "from"), device.jid.to_string());
    assert_eq!(attr(&copy, "recipient"), chat.to_string());
    assert_eq!(other.open(&copy).await.conversation.as_deref(), Some("to both"));
    let seen = inbox(&admin, SHOP, &json!(0)).await;
    assert_eq!(seen["entries"][0]["chat"], chat.to_string());
    client
        .expect("read by the reader", |node| is_receipt(node, "M1", "read"))
        .await;
    other_client
        .expect("read, on the other device", |node| is_receipt(node, "M1", "read"))
        .await;
}

#[tokio::test]
async fn a_phone_writes_to_the_device_and_sees_its_receipt() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let sent = json!({
        "to": SHOP, "text": "an answer", "id": "FROMPHONE",
        "quote": {"id": "Q1", "sender": "15550000100@s.whatsapp.net"}, "mentions": ["15550000001@s.whatsapp.net"],
    });
    assert_eq!(
        admin.post("/phones/15550000002/messages", sent).await["id"],
        "FROMPHONE"
    );
    let message = client.expect_tag("message").await;
    let opened = device.open(&message).await;
    let extended = opened
        .extended_text_message
        .as_option()
        .expect("an extended text");
    assert_eq!(extended.text.as_deref(), Some("an answer"));
    let context = extended.context_info.as_option().expect("context");
    assert_eq!(context.stanza_id.as_deref(), Some("Q1"));
    assert_eq!(context.mentioned_jid, ["15550000001@s.whatsapp.net"]);

    let receipt = NodeBuilder::new("receipt")
        .attr("to", attr(&message, "from"))
        .attr("id", "FROMPHONE")
        .build();
    client.send(receipt).await;
    client
        .expect("the ack", |node| {
            node.tag == "ack" && attr(node, "class") == "receipt"
        })
        .await;
    let mut next = json!(0);
    loop {
        let seen = inbox(&admin, READER, &next).await;
        let entries = seen["entries"].as_array().unwrap();
        assert!(!entries.is_empty(), "the device's receipt reaches the phone");
        if entries
            .iter()
            .any(|entry| entry["from"] == "15550000100@s.whatsapp.net" && entry["kind"] == "receipt")
        {
            break;
        }
        next = seen["next"].clone();
    }
}

#[tokio::test]
async fn phones_without_devices_reach_each_other() {
    let (_sandbox, admin) = network().await;
    admin
        .post("/phones/15550000002/messages", json!({"to": ECHO, "text": "hi"}))
        .await;
    let mut texts = Vec::new();
    let mut next = json!(0);
    while texts.is_empty() {
        let seen = inbox(&admin, READER, &next).await;
        let entries = seen["entries"].as_array().unwrap();
        assert!(!entries.is_empty());
        texts.extend(
            entries
                .iter()
                .filter_map(|entry| entry["text"].as_str().map(ToOwned::to_owned)),
        );
        next = seen["next"].clone();
    }
    assert_eq!(texts, ["echo: hi"]);
}

#[tokio::test]
async fn a_message_that_did_not_open_is_sent_again() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    admin
        .post(
            "/phones/15550000002/messages",
            json!({"to": SHOP, "text": "again", "id": "LOST"}),
        )
        .await;
    let first = client.expect_tag("message").await;
    let retry = NodeBuilder::new("receipt")
        .attr("to", attr(&first, "from"))
        .attr("id", "LOST")
        .attr("type", "retry")
        .children([NodeBuilder::new("retry")
            .attr("count", "1")
            .attr("id", "LOST")
            .attr("v", "1")
            .build()])
        .build();
    client.send(retry).await;
    let again = client
        .expect("the repetition", |node| {
            node.tag == "message" && attr(node, "id") == "LOST"
        })
        .await;
    assert_eq!(attr(child(&again, "enc"), "type"), "pkmsg", "in a fresh session");
    assert_eq!(device.open(&again).await.conversation.as_deref(), Some("again"));
}

#[tokio::test]
async fn nobody_behind_an_address_is_an_error_in_the_ack() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let nobody = Jid::pn("15559999999");
    device
        .send(&mut client, &nobody, &[Jid::pn(ECHO)], "M1", "hello")
        .await;
    let ack = client.expect("the ack", |node| node.tag == "ack").await;
    assert_eq!(attr(&ack, "error"), "404");
}

#[tokio::test]
async fn presence_and_typing_reach_subscribers() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    client
        .send(
            NodeBuilder::new("presence")
                .attr("type", "subscribe")
                .attr("to", Jid::pn(READER))
                .build(),
        )
        .await;
    let now = client.expect_tag("presence").await;
    assert_eq!(attr(&now, "type"), "unavailable");
    admin
        .post("/phones/15550000002/presence", json!({"available": true}))
        .await;
    let now = client.expect_tag("presence").await;
    assert_eq!(
        (attr(&now, "type"), attr(&now, "from")),
        ("available".to_owned(), "15550000002@s.whatsapp.net".to_owned())
    );
    admin
        .post(
            "/phones/15550000002/chatstate",
            json!({"to": SHOP, "state": "paused"}),
        )
        .await;
    child(&client.expect_tag("chatstate").await, "paused");
}
