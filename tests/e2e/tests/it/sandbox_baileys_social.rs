//! Two unmodified Baileys clients again: content of every kind, what is changed later, typing and profiles.

use serde_json::json;
use wagon_test_kit::{Account, Baileys, DEADLINE, Sandbox, wait_until};

use crate::support::{assert_same_file, content_of_every_kind};

struct Pair {
    sandbox: Sandbox,
    ada: (Account, Baileys),
    bo: (Account, Baileys),
}

impl Pair {
    async fn start() -> Self {
        let sandbox = Sandbox::start().await;
        let admin = sandbox.admin();
        let (ada, bo) = (admin.account("Ada").await, admin.account("Bo").await);
        let (ada_peer, bo_peer) = tokio::join!(
            Baileys::pair(admin, "Ada", &ada.pn),
            Baileys::pair(admin, "Bo", &bo.pn)
        );
        Self {
            ada: (ada, ada_peer),
            bo: (bo, bo_peer),
            sandbox,
        }
    }
}

#[tokio::test]
async fn every_kind_of_content_arrives() {
    let Pair {
        ada: (_, ada),
        bo: (account, bo),
        sandbox: _network,
    } = Pair::start().await;
    for (command, kind) in content_of_every_kind(&account.jid()) {
        let id = ada.send_with(command.clone()).await;
        let received = bo.wait_message(|message| message["id"] == id, DEADLINE).await;
        assert_eq!(received["type"], kind, "{received}");
        if command["cmd"] == "sendMedia" {
            assert_same_file(&ada, &bo, &id, &command["mimetype"]).await;
        }
    }
}

#[tokio::test]
async fn messages_are_edited_reacted_to_and_taken_back() {
    let Pair {
        ada: (_, ada),
        bo: (account, bo),
        sandbox: _network,
    } = Pair::start().await;
    let id = ada.send(&account.jid(), "frist").await;
    bo.wait_message(|message| message["id"] == id, DEADLINE).await;
    bo.command(json!({ "cmd": "react", "message": id, "text": "👍" }))
        .await;
    ada.wait(
        "reaction",
        |reaction| reaction["id"] == id && reaction["text"] == "👍",
        DEADLINE,
    )
    .await;
    ada.command(json!({ "cmd": "edit", "message": id, "text": "first" }))
        .await;
    bo.wait(
        "edit",
        |edit| edit["id"] == id && edit["text"] == "first",
        DEADLINE,
    )
    .await;
    ada.command(json!({ "cmd": "revoke", "message": id })).await;
    bo.wait("revoke", |revoke| revoke["id"] == id, DEADLINE).await;
}

#[tokio::test]
async fn typing_and_profiles_are_seen_by_the_other_side() {
    let Pair {
        ada: (ada_account, ada),
        bo: (bo_account, bo),
        sandbox: _network,
    } = Pair::start().await;
    // Both know each other, and both are there.
    ada.send(&bo_account.jid(), "hello").await;
    bo.wait_message(|message| message["text"] == "hello", DEADLINE)
        .await;
    for peer in [&ada, &bo] {
        peer.command(json!({ "cmd": "presence", "state": "available" }))
            .await;
    }
    bo.command(json!({ "cmd": "subscribe", "to": ada_account.jid() }))
        .await;
    bo.wait("presence", |presence| presence["state"] == "available", DEADLINE)
        .await;
    let composing = json!({ "cmd": "presence", "state": "composing", "to": bo_account.jid() });
    ada.command(composing).await;
    bo.wait("presence", |presence| presence["state"] == "composing", DEADLINE)
        .await;

    let about = json!({ "cmd": "call", "method": "updateProfileStatus", "args": ["At sea"] });
    ada.command(about).await;
    wait_until(DEADLINE, "Ada's words about herself", async || {
        let asked = json!({ "cmd": "call", "method": "fetchStatus", "args": [ada_account.jid()] });
        let answer = bo.command(asked).await;
        if answer.to_string().contains("At sea") {
            Ok(())
        } else {
            Err(answer)
        }
    })
    .await;
}
