//! Two unmodified Baileys clients again: content of every kind, what is changed later, typing and profiles.

use serde_json::json;
use wagon_test_kit::{Account, Baileys, DEADLINE, Sandbox, wait_until};

use crate::support::{PIXELS, assert_same_file, content_of_every_kind};

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

#[tokio::test]
async fn votes_in_polls_are_read_by_the_other_side() {
    let Pair {
        ada: (ada_account, ada),
        bo: (bo_account, bo),
        sandbox: _network,
    } = Pair::start().await;
    let sides = [(&ada, &bo, bo_account.jid()), (&bo, &ada, ada_account.jid())];
    for (asks, votes, to) in sides {
        let poll =
            json!({ "poll": { "name": "Lunch?", "values": ["Pizza", "Sushi"], "selectableCount": 1 } });
        let poll = asks
            .send_with(json!({ "cmd": "sendContent", "to": to, "content": poll }))
            .await;
        votes
            .wait_message(|message| message["id"] == poll, DEADLINE)
            .await;
        for options in [json!(["Sushi"]), json!([])] {
            let vote = json!({ "cmd": "vote", "message": poll, "options": options });
            let vote = votes.command(vote).await["id"].clone();
            asks.wait_message(|message| message["id"] == vote, DEADLINE).await;
            let opened = asks.command(json!({ "cmd": "openVote", "message": vote })).await;
            assert_eq!(opened["options"], options);
        }
    }
}

#[tokio::test]
async fn what_may_be_seen_once_and_where_somebody_is_now_arrive() {
    let Pair {
        ada: (_, ada),
        bo: (account, bo),
        sandbox: _network,
    } = Pair::start().await;
    let once = json!({ "image": { "url": PIXELS }, "mimetype": "image/png", "viewOnce": true });
    let once = ada
        .send_with(json!({ "cmd": "sendContent", "to": account.jid(), "content": once }))
        .await;
    bo.wait_message(|message| message["id"] == once, DEADLINE).await;
    let seen = bo.command(json!({ "cmd": "inspect", "message": once })).await;
    assert!(seen["content"].to_string().contains("viewOnce"), "{seen}");
    assert_same_file(&ada, &bo, &once, &json!("image/png")).await;

    let place = json!({ "degreesLatitude": 52.52, "degreesLongitude": 13.405, "sequenceNumber": 1 });
    let live = json!([account.jid(), { "liveLocationMessage": place }, {}]);
    let live = ada
        .command(json!({ "cmd": "call", "method": "relayMessage", "args": live }))
        .await["result"]
        .clone();
    let here = bo.wait_message(|message| message["id"] == live, DEADLINE).await;
    assert_eq!(here["type"], "liveLocation");
}

#[tokio::test]
async fn a_picture_is_shown_to_the_audience_of_a_status() {
    let Pair {
        ada: (_, ada),
        bo: (account, bo),
        sandbox: _network,
    } = Pair::start().await;
    let update = json!([
        "status@broadcast",
        { "image": { "url": PIXELS }, "caption": "The view from here" },
        { "statusJidList": [account.jid()] },
    ]);
    let sent = ada
        .command(json!({ "cmd": "call", "method": "sendMessage", "args": update }))
        .await;
    let id = sent["result"]["key"]["id"].clone();
    let shown = bo.wait_message(|message| message["id"] == id, DEADLINE).await;
    assert_eq!(
        (&shown["from"], &shown["type"], &shown["text"]),
        (
            &json!("status@broadcast"),
            &json!("image"),
            &json!("The view from here")
        )
    );
    let bytes = std::fs::metadata(PIXELS).expect("the asset is there").len();
    let got = bo.command(json!({ "cmd": "downloadMedia", "message": id })).await;
    assert_eq!(got["bytes"], bytes);
}

#[tokio::test]
async fn followers_of_a_channel_react_to_what_it_posts() {
    let Pair {
        ada: (_, ada),
        bo: (_, bo),
        sandbox,
    } = Pair::start().await;
    let call =
        |method: &str, args: serde_json::Value| json!({ "cmd": "call", "method": method, "args": args });
    let made = ada
        .command(call("newsletterCreate", json!(["News", "All of it"])))
        .await;
    let channel = made["result"]["id"]
        .as_str()
        .expect("the channel's id")
        .to_owned();
    bo.command(call("newsletterFollow", json!([channel]))).await;
    ada.send(&channel, "It begins").await;
    bo.wait_message(|message| message["text"] == "It begins", DEADLINE)
        .await;
    let posts = sandbox.admin().inspect_channel(&channel).await["posts"].clone();
    let number = posts[0]["serverId"].to_string();
    bo.command(call("newsletterReactMessage", json!([channel, number, "🎉"])))
        .await;
    let posts = sandbox.admin().inspect_channel(&channel).await["posts"].clone();
    assert_eq!(posts[0]["reactions"], json!({ "🎉": 1 }));
}
