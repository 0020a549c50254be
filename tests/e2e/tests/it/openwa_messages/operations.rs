use serde_json::json;
use wagon_test_kit::DEADLINE;

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

    let body = json!({ "messageId": id, "forEveryone": false });
    desk.call("delete", body).await.expect(501);
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
