//! Linking by code, channels and status updates between Baileys clients.

use serde_json::json;
use wagon_test_kit::{Baileys, DEADLINE, Sandbox};

use crate::support::call;

#[tokio::test]
async fn a_typed_code_links_a_client() {
    let sandbox = Sandbox::start().await;
    let admin = sandbox.admin();
    let (ada, bo) = (admin.account("Ada").await, admin.account("Bo").await);
    let (ada_peer, bo_peer) = tokio::join!(
        Baileys::pair_by_code(admin, "Ada", &ada.pn),
        Baileys::pair(admin, "Bo", &bo.pn)
    );
    let id = ada_peer.send(&bo.jid(), "linked by a code").await;
    bo_peer
        .wait_message(|message| message["id"] == id, DEADLINE)
        .await;
    bo_peer.send(&ada.jid(), "so I hear").await;
    ada_peer
        .wait_message(|message| message["text"] == "so I hear", DEADLINE)
        .await;
}

#[tokio::test]
async fn a_channel_is_run_by_one_and_read_by_another() {
    let sandbox = Sandbox::start().await;
    let admin = sandbox.admin();
    let (ada, bo) = (admin.account("Ada").await, admin.account("Bo").await);
    let (ada_peer, bo_peer) = tokio::join!(
        Baileys::pair(admin, "Ada", &ada.pn),
        Baileys::pair(admin, "Bo", &bo.pn)
    );
    let made = ada_peer
        .command(call("newsletterCreate", &json!(["Ada's news", "All of it"])))
        .await;
    let channel = made["result"]["id"].as_str().unwrap().to_owned();
    bo_peer.command(call("newsletterFollow", &json!([channel]))).await;
    let found = bo_peer
        .command(call("newsletterMetadata", &json!(["jid", channel])))
        .await;
    assert_eq!(found["result"]["thread_metadata"]["name"]["text"], "Ada's news");
    let id = ada_peer.send(&channel, "first").await;
    let received = bo_peer
        .wait_message(|message| message["id"] == id, DEADLINE)
        .await;
    assert_eq!(
        (&received["from"], &received["text"]),
        (&json!(channel), &json!("first"))
    );
    bo_peer
        .command(call("newsletterUnfollow", &json!([channel])))
        .await;
    assert_eq!(
        admin.inspect_channel(&channel).await["followers"],
        json!([ada.pn])
    );
}

#[tokio::test]
async fn a_status_update_reaches_whom_it_names() {
    let sandbox = Sandbox::start().await;
    let admin = sandbox.admin();
    let (ada, bo) = (admin.account("Ada").await, admin.account("Bo").await);
    let (ada_peer, bo_peer) = tokio::join!(
        Baileys::pair(admin, "Ada", &ada.pn),
        Baileys::pair(admin, "Bo", &bo.pn)
    );
    let update = json!(["status@broadcast", { "text": "On holiday" }, { "statusJidList": [bo.jid()] }]);
    ada_peer.command(call("sendMessage", &update)).await;
    let shown = bo_peer
        .wait_message(|message| message["text"] == "On holiday", DEADLINE)
        .await;
    assert_eq!(shown["from"], "status@broadcast");
    assert_eq!(shown["pushName"], "Ada");
}
