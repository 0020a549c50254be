use serde_json::{Value, json};
use wagon_test_kit::{Baileys, DEADLINE, wait_until};

use super::Desk;
use crate::support::string;

#[tokio::test]
async fn reactions_come_and_go() {
    let desk = Desk::start().await;
    let (id, _) = desk.send("send-text", json!({ "text": "done" })).await;
    for emoji in ["👍", ""] {
        let body = json!({ "messageId": id, "emoji": emoji });
        let answer = desk.call("react", body).await.expect(200);
        assert_eq!(answer, json!({ "success": true }));
        let raw = desk.raw(&id);
        desk.peer
            .wait_message(
                |message| {
                    message["type"] == "reaction"
                        && message["target"] == raw
                        && message["text"].as_str().unwrap_or_default() == emoji
                },
                DEADLINE,
            )
            .await;
    }
    let body = json!({ "messageId": "3EB0000000000000000000", "emoji": "👍" });
    let refused = desk.call("react", body).await.expect(404);
    assert_eq!(refused["message"], "Message not found");
}

#[tokio::test]
async fn an_edited_message_keeps_its_id_and_time() {
    let desk = Desk::start().await;
    let sent = desk
        .call("send-text", json!({ "text": "noon" }))
        .await
        .expect(201);
    let id = string(&sent, "messageId");
    desk.received(&id).await;
    let body = json!({ "messageId": id, "body": "1pm" });
    assert_eq!(desk.call("edit", body).await.expect(200), sent);
    let list = format!("/sessions/{}/messages", desk.scene.session);
    let page = desk.openwa().get(&list).await.expect(200);
    assert_eq!(page["messages"][0]["body"], "1pm");
    let refused = desk.call("edit", json!({ "messageId": id })).await.expect(400);
    assert_eq!(refused["message"], json!(["body should not be empty"]));
}

#[tokio::test]
async fn messages_are_deleted_for_everyone() {
    let desk = Desk::start().await;
    let success = json!({ "success": true });
    let (id, _) = desk.send("send-text", json!({ "text": "oops" })).await;
    let answer = desk.call("delete", json!({ "messageId": id })).await.expect(200);
    assert_eq!(answer, success);
    let raw = desk.raw(&id);
    let list = format!("/sessions/{}/messages", desk.scene.session);
    let page = desk.openwa().get(&list).await.expect(200);
    assert_eq!(
        (&page["messages"][0]["type"], &page["messages"][0]["body"]),
        (&json!("revoked"), &json!(null))
    );
    desk.peer
        .wait_message(
            |message| message["type"] == "protocol" && message["target"] == raw,
            DEADLINE,
        )
        .await;
}

#[tokio::test]
async fn messages_are_deleted_for_the_account_alone() {
    let desk = Desk::start().await;
    let device = Baileys::pair(desk.scene.sandbox.admin(), "Shop", &desk.scene.shop.pn).await;
    let kept = desk.text_from_ada("mine").await;
    let list = format!("/sessions/{}/messages", desk.scene.session);
    let body = json!({ "messageId": kept, "forEveryone": false });
    let answer = desk.call("delete", body.clone()).await.expect(200);
    assert_eq!(answer, json!({ "success": true }));
    let gone = |event: &Value| event["id"] == kept && event["fromMe"] == false;
    device.wait("messageDeleted", gone, DEADLINE).await;
    assert_eq!(desk.openwa().get(&list).await.expect(200)["total"], 0);
    desk.call("delete", body).await.expect(404);

    // What another device deletes is gone here too.
    let (id, _) = desk.send("send-text", json!({ "text": "and this" })).await;
    let deletion = json!({ "deleteForMe": {
        "key": { "remoteJid": desk.ada.jid(), "id": desk.raw(&id), "fromMe": true }, "timestamp": 1, "deleteMedia": true,
    } });
    let modify = json!({ "cmd": "call", "method": "chatModify", "args": [deletion, desk.ada.jid()] });
    device.command(modify).await;
    wait_until(DEADLINE, "the message to go", async || {
        let page = desk.openwa().get(&list).await.expect(200);
        if page["total"] == 0 { Ok(()) } else { Err(page) }
    })
    .await;
    let ids = [json!(kept), json!(desk.raw(&id))];
    let revoked = |message: &Value| message["type"] == "protocol" && ids.contains(&message["target"]);
    assert!(desk.peer.messages(revoked).is_empty(), "nobody else hears of it");
}

#[tokio::test]
async fn messages_are_pinned_for_everyone() {
    let desk = Desk::start().await;
    let (id, _) = desk.send("send-text", json!({ "text": "the rules" })).await;
    let raw = desk.raw(&id);
    for (route, body, kind, seconds) in [
        (
            "pin",
            json!({ "messageId": id, "durationSeconds": 604_800 }),
            "PIN_FOR_ALL",
            json!(604_800),
        ),
        ("pin", json!({ "messageId": id }), "PIN_FOR_ALL", json!(86_400)),
        ("unpin", json!({ "messageId": id }), "UNPIN_FOR_ALL", json!(0)),
    ] {
        let before = desk.peer.messages(|message| message["type"] == "pinInChat").len();
        let answer = desk.call(route, body).await.expect(200);
        assert_eq!(answer, json!({ "success": true }));
        let pinned = wait_until(DEADLINE, "the pin at Ada's", async || {
            let pins = desk.peer.messages(|message| message["type"] == "pinInChat");
            pins.get(before).cloned().ok_or(pins)
        })
        .await;
        assert_eq!(pinned["target"], raw, "{pinned}");
        let inspect = json!({ "cmd": "inspect", "message": pinned["id"] });
        let content = desk.peer.command(inspect).await["content"].take();
        assert_eq!(content["pinInChatMessage"]["type"], kind, "{content}");
        let duration = &content["messageContextInfo"]["messageAddOnDurationInSecs"];
        assert_eq!(*duration, seconds, "{content}");
    }
    // A pin is no message of the chat.
    let list = format!("/sessions/{}/messages", desk.scene.session);
    assert_eq!(desk.openwa().get(&list).await.expect(200)["total"], 1);
    let body = json!({ "messageId": id, "durationSeconds": 60 });
    let refused = desk.call("pin", body).await.expect(400);
    assert_eq!(
        refused["message"],
        json!(["durationSeconds must be one of the following values: 86400, 604800, 2592000"])
    );
    let body = json!({ "messageId": "3EB0000000000000000000" });
    desk.call("unpin", body).await.expect(404);
}

#[tokio::test]
async fn stars_are_seen_on_the_accounts_devices() {
    let desk = Desk::start().await;
    let device = Baileys::pair(desk.scene.sandbox.admin(), "Shop", &desk.scene.shop.pn).await;
    let theirs = desk.text_from_ada("keep this").await;
    let (own, _) = desk.send("send-text", json!({ "text": "and this" })).await;
    for (id, raw) in [(&theirs, theirs.clone()), (&own, desk.raw(&own))] {
        for star in [true, false] {
            let body = json!({ "messageId": id, "star": star });
            let answer = desk.call("star", body).await.expect(200);
            assert_eq!(answer, json!({ "success": true }));
            let starred = |event: &Value| event["id"] == raw && event["starred"] == star;
            device.wait("star", starred, DEADLINE).await;
        }
    }
    let refused = desk.call("star", json!({ "messageId": own })).await.expect(400);
    assert_eq!(refused["message"], json!(["star must be a boolean value"]));
}

#[tokio::test]
async fn a_button_is_pressed() {
    let desk = Desk::start().await;
    let offer = desk.text_from_ada("Shall we?").await;
    let body = json!({ "messageId": offer, "buttonId": "yes-1", "text": "Yes" });
    let (id, _) = desk.send("click-button", body).await;
    let content = desk.content(&id).await;
    let pressed = &content["buttonsResponseMessage"];
    assert_eq!(
        (&pressed["selectedButtonId"], &pressed["selectedDisplayText"]),
        (&json!("yes-1"), &json!("Yes")),
        "{content}"
    );
    assert_eq!(pressed["contextInfo"]["stanzaId"], offer, "{content}");
    let body = json!({ "messageId": offer });
    let refused = desk.call("click-button", body).await.expect(400);
    assert_eq!(refused["message"], json!(["buttonId should not be empty"]));
}

#[tokio::test]
async fn polls_are_asked_and_voted_on() {
    let desk = Desk::start().await;
    let poll = json!({ "name": "Lunch?", "options": ["Pizza", "Sushi"] });
    let (id, _) = desk.send("send-poll", poll).await;
    let content = desk.content(&id).await;
    let poll = &content["pollCreationMessageV3"];
    assert_eq!(
        (&poll["name"], &poll["selectableOptionsCount"]),
        (&json!("Lunch?"), &json!(1)),
        "{content}"
    );
    for options in [json!(["Sushi"]), json!([])] {
        let body = json!({ "pollMessageId": id, "options": options });
        let answer = desk.call("vote-poll", body).await.expect(200);
        assert_eq!(answer, json!({ "success": true }));
    }
    let body = json!({ "pollMessageId": id, "options": ["Pasta"] });
    let refused = desk.call("vote-poll", body).await.expect(400);
    assert_eq!(
        (&refused["code"], &refused["validOptions"]),
        (&json!("POLL_OPTION_NOT_FOUND"), &json!(["Pizza", "Sushi"]))
    );
    let refused = desk
        .call("send-poll", json!({ "name": "Lunch?", "options": ["Pizza"] }))
        .await
        .expect(400);
    assert_eq!(
        refused["message"],
        json!(["options must contain at least 2 elements"])
    );
}
