use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wacore_binary::{Node, builder::NodeBuilder};

use crate::support::{Admin, Client, attr, child, linked, network};

const CALLER: &str = "15550000002";
const SHOP: &str = "15550000100";

async fn online(admin: &Admin) -> Client {
    let device = linked(admin, SHOP).await;
    let mut client = device.log_in(admin).await;
    client.activate().await;
    client
}

async fn place(admin: &Admin, request: Value) -> String {
    let path = format!("/phones/{CALLER}/calls");
    admin.post(&path, request).await["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The next step of a call that the client hears of.
async fn step(client: &mut Client, action: &str) -> Node {
    client
        .expect(action, |node| {
            node.tag == "call" && node.get_optional_child(action).is_some()
        })
        .await
}

/// Says something to a call.
async fn say(client: &mut Client, id: &'static str, action: &'static str, call: &str) -> Node {
    let step = NodeBuilder::new(action)
        .attr("call-id", call.to_owned())
        .attr("call-creator", format!("{CALLER}@s.whatsapp.net"))
        .build();
    let said = NodeBuilder::new("call")
        .attr("to", format!("{CALLER}@s.whatsapp.net"))
        .attr("id", id)
        .children([step])
        .build();
    client.send(said).await;
    client
        .expect("the ack", |node| node.tag == "ack" && attr(node, "id") == id)
        .await
}

async fn heard(admin: &Admin, pn: &str, call: &str, kind: &str) {
    let mut since = json!(0);
    loop {
        let seen = admin
            .get(&format!("/phones/{pn}/inbox?since={since}&wait=10"))
            .await;
        let entries = seen["entries"].as_array().unwrap();
        assert!(!entries.is_empty(), "{pn} never heard {kind}");
        if entries.iter().any(|one| one["id"] == call && one["type"] == kind) {
            return;
        }
        since = seen["next"].clone();
    }
}

#[tokio::test]
async fn a_call_rings_everywhere_until_somebody_rejects_it() {
    let (_sandbox, admin) = network().await;
    let (mut one, mut other) = (online(&admin).await, online(&admin).await);
    let call = place(&admin, json!({ "to": SHOP, "video": true })).await;
    for client in [&mut one, &mut other] {
        let ringing = step(client, "offer").await;
        assert_eq!(attr(&ringing, "from"), format!("{CALLER}@s.whatsapp.net"));
        assert_eq!(attr(&ringing, "notify"), "Reader");
        let offer = child(&ringing, "offer");
        assert_eq!(attr(offer, "call-id"), call);
        child(offer, "video");
    }
    heard(&admin, SHOP, &call, "offer").await;
    let ack = say(&mut one, "S1", "reject", &call).await;
    assert_eq!(
        (attr(&ack, "class"), attr(&ack, "type")),
        ("call".to_owned(), "reject".to_owned())
    );
    let over = step(&mut other, "terminate").await;
    assert_eq!(attr(child(&over, "terminate"), "reason"), "rejected_elsewhere");
    heard(&admin, CALLER, &call, "reject").await;
    let path = format!("/phones/{CALLER}/calls/{call}/terminate");
    assert_eq!(
        admin.refused(&path, String::new()).await,
        StatusCode::NOT_FOUND,
        "it is over"
    );
}

#[tokio::test]
async fn an_answered_call_is_ended_by_its_caller() {
    let (_sandbox, admin) = network().await;
    let mut client = online(&admin).await;
    let call = place(&admin, json!({ "to": SHOP, "group": "120363000000000001@g.us" })).await;
    let offer = step(&mut client, "offer").await;
    assert_eq!(
        attr(child(&offer, "offer"), "group-jid"),
        "120363000000000001@g.us"
    );
    admin
        .post(&format!("/phones/{SHOP}/calls/{call}/accept"), json!({}))
        .await;
    let elsewhere = step(&mut client, "terminate").await;
    assert_eq!(
        attr(child(&elsewhere, "terminate"), "reason"),
        "accepted_elsewhere"
    );
    heard(&admin, CALLER, &call, "accept").await;
    admin
        .post(&format!("/phones/{CALLER}/calls/{call}/terminate"), json!({}))
        .await;
    step(&mut client, "terminate").await;
    let path = format!("/phones/{CALLER}/calls/{call}/sing");
    assert_eq!(admin.refused(&path, String::new()).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_rings_for_ever() {
    let (_sandbox, admin) = network().await;
    let mut client = online(&admin).await;
    let call = place(&admin, json!({ "to": SHOP, "ringSeconds": 0 })).await;
    let over = step(&mut client, "terminate").await;
    let over = child(&over, "terminate");
    assert_eq!(
        (attr(over, "call-id"), attr(over, "reason")),
        (call, "timeout".to_owned())
    );
}

#[tokio::test]
async fn a_call_that_came_while_away_is_marked_and_confirmed_by_an_ack() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, SHOP).await;
    let call = place(&admin, json!({ "to": SHOP })).await;
    let mut client = device.log_in(&admin).await;
    let waited = client.activate().await;
    let missed = waited.iter().find(|node| node.tag == "call").expect("the call");
    assert_eq!(attr(child(missed, "offer"), "call-id"), call);
    assert!(!attr(missed, "offline").is_empty());
    let ack = NodeBuilder::new("ack")
        .attr("class", "call")
        .attr("id", attr(missed, "id"))
        .attr("to", attr(missed, "from"))
        .build();
    client.send(ack).await;
    client.request("get", "w:p", vec![]).await;
    let account = admin.get(&format!("/accounts/{SHOP}")).await;
    assert_eq!(account["devices"][0]["pending"], 0);
}

#[tokio::test]
async fn nobody_is_called_who_is_not_there() {
    let (_sandbox, admin) = network().await;
    let path = format!("/phones/{CALLER}/calls");
    let body = json!({ "to": "15559999999" }).to_string();
    let (status, _) = admin.request(Method::POST, &path, body).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
