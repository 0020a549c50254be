use serde_json::json;
use wagon_test_kit::DEADLINE;

use super::Desk;

#[tokio::test]
async fn reactions_come_and_go() {
    let desk = Desk::start().await;
    let (id, _) = desk.send("send-text", json!({ "text": "done" })).await;
    for emoji in ["👍", ""] {
        let body = json!({ "messageId": id, "emoji": emoji });
        let answer = desk.call("react", body).await.expect(200);
        assert_eq!(answer, json!({ "success": true }));
        desk.peer
            .wait_message(
                |message| {
                    message["type"] == "reaction"
                        && message["target"] == desk.raw(&id)
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
