use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wacore::iq::{
    mex_operations::fetch_reachout_timelock,
    tctoken::{build_cs_token_node, build_tc_token_node, compute_cs_token},
};
use wacore_binary::{Jid, Node, builder::NodeBuilder};

use crate::support::{Admin, Client, Device, attr, bytes, child, network, ready};

const READER: &str = "15550000002";
const ECHO: &str = "15550000001";
const SHOP: &str = "15550000100";

async fn limit(admin: &Admin, pn: &str, limits: Value) {
    let path = format!("/accounts/{pn}/limits");
    let (status, body) = admin.request(Method::PUT, &path, limits.to_string()).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
}

/// Writes to a phone and answers the error of the ack, empty if there is none.
async fn write(
    device: &mut Device,
    client: &mut Client,
    to: &str,
    id: &'static str,
    token: Option<Node>,
) -> String {
    let chat = Jid::pn(to);
    let enc = device.encrypt(client, &chat, "hello").await;
    let to = NodeBuilder::new("to").attr("jid", &chat).children([enc]).build();
    let mut parts = vec![NodeBuilder::new("participants").children([to]).build()];
    parts.extend(token);
    let message = NodeBuilder::new("message")
        .attr("to", &chat)
        .attr("id", id)
        .attr("type", "text")
        .children(parts)
        .build();
    client.send(message).await;
    let ack = client
        .expect("the ack", |node| node.tag == "ack" && attr(node, "id") == id)
        .await;
    attr(&ack, "error")
}

#[tokio::test]
async fn a_restricted_account_takes_messages_with_a_token_only() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    limit(&admin, READER, json!({ "restricted": true })).await;
    assert_eq!(write(&mut device, &mut client, READER, "M1", None).await, "463");
    let forged = build_tc_token_node(&[1; 16]);
    assert_eq!(
        write(&mut device, &mut client, READER, "M2", Some(forged)).await,
        "463"
    );

    admin
        .post(&format!("/phones/{READER}/tokens"), json!({ "to": SHOP }))
        .await;
    let news = client
        .expect("the token", |node| attr(node, "type") == "privacy_token")
        .await;
    assert_eq!(attr(&news, "from"), format!("{READER}@s.whatsapp.net"));
    let token = child(child(&news, "tokens"), "token");
    assert_eq!(attr(token, "type"), "trusted_contact");
    let token = build_tc_token_node(&bytes(token));
    assert_eq!(
        write(&mut device, &mut client, READER, "M3", Some(token)).await,
        ""
    );
    assert_eq!(
        write(&mut device, &mut client, READER, "M4", None).await,
        "",
        "they have a chat now"
    );
}

#[tokio::test]
async fn a_token_of_the_own_making_opens_the_door_too() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    limit(&admin, READER, json!({ "restricted": true })).await;
    let limits = admin.get(&format!("/accounts/{SHOP}/limits")).await;
    let salt = STANDARD
        .decode(limits["chatTokenSalt"].as_str().unwrap())
        .unwrap();
    let lid = admin.get(&format!("/accounts/{READER}")).await["lid"].clone();
    let token = compute_cs_token(&salt, &format!("{}@lid", lid.as_str().unwrap()));
    let token = build_cs_token_node(&token);
    assert_eq!(
        write(&mut device, &mut client, READER, "M1", Some(token)).await,
        ""
    );
}

#[tokio::test]
async fn tokens_that_a_device_gives_reach_the_other_account() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let (_other, mut other) = ready(&admin, READER).await;
    let token = NodeBuilder::new("token")
        .attr("jid", Jid::pn(READER))
        .attr("t", "1")
        .attr("type", "trusted_contact")
        .build();
    let reply = client
        .request(
            "set",
            "privacy",
            vec![NodeBuilder::new("tokens").children([token]).build()],
        )
        .await;
    assert_eq!(attr(&reply, "type"), "result");
    let news = other
        .expect("the token", |node| attr(node, "type") == "privacy_token")
        .await;
    assert_eq!(attr(&news, "from"), format!("{SHOP}@s.whatsapp.net"));
    assert!(!bytes(child(child(&news, "tokens"), "token")).is_empty());
}

#[tokio::test]
async fn a_locked_account_is_told_and_keeps_its_chats() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    assert_eq!(write(&mut device, &mut client, READER, "M1", None).await, "");
    let until = 4_000_000_000u64;
    limit(&admin, SHOP, json!({ "timeLockUntil": until })).await;
    assert_eq!(
        write(&mut device, &mut client, READER, "M2", None).await,
        "",
        "an open chat"
    );
    assert_eq!(write(&mut device, &mut client, ECHO, "M3", None).await, "463");
    let query = NodeBuilder::new("query")
        .attr("query_id", fetch_reachout_timelock::DOC_ID)
        .bytes(br#"{"variables":{}}"#.to_vec())
        .build();
    let reply = client.request("get", "w:mex", vec![query]).await;
    let told: Value = serde_json::from_slice(&bytes(child(&reply, "result"))).unwrap();
    let lock = &told["data"]["xwa2_fetch_account_reachout_timelock"];
    assert_eq!(
        (&lock["is_active"], &lock["time_enforcement_ends"]),
        (&json!(true), &json!(until.to_string()))
    );
}

#[tokio::test]
async fn only_so_many_chats_can_be_opened() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    limit(
        &admin,
        SHOP,
        json!({ "newChats": { "limit": 1, "windowSeconds": 3600 } }),
    )
    .await;
    assert_eq!(write(&mut device, &mut client, READER, "M1", None).await, "");
    assert_eq!(write(&mut device, &mut client, ECHO, "M2", None).await, "475");
    assert_eq!(write(&mut device, &mut client, READER, "M3", None).await, "");
}

#[tokio::test]
async fn devices_are_told_to_send_tokens() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    limit(
        &admin,
        SHOP,
        json!({ "sendTrustedContactTokens": true, "sendChatTokens": true }),
    )
    .await;
    let reply = client
        .request("get", "abt", vec![NodeBuilder::new("props").build()])
        .await;
    let codes: Vec<String> = child(&reply, "props")
        .get_children_by_tag("prop")
        .map(|prop| attr(prop, "config_code"))
        .collect();
    assert_eq!(codes, ["10518", "24941"]);
}
