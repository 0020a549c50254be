use serde_json::{Value, json};

use super::{Talk, raw};
use crate::support::string;

pub(super) async fn run_and_are_cancelled(talk: &mut Talk) {
    let chat = talk.chat();
    let hello = json!({
        "chatId": chat, "type": "text", "content": { "text": "Hi {{name}}" }, "variables": { "name": "Ada" },
    });
    let promo = json!({
        "chatId": chat, "type": "image", "content": { "image": { "url": talk.host.url("photo.png") }, "caption": "Promo" },
    });
    let batch = json!({
        "messages": [hello, promo], "options": { "delayBetweenMessages": 1, "randomizeDelay": false },
    });
    let accepted = talk.stage.call("messages.send_bulk", &[batch]).await;
    assert_eq!(accepted["totalMessages"], 2, "{accepted}");
    let id = json!(string(&accepted, "batchId"));
    let over = talk
        .stage
        .until("messages.batch_status", &[id.clone()], |batch: &Value| {
            batch["status"] == "completed"
        })
        .await;
    let progress = json!({ "total": 2, "sent": 2, "failed": 0, "pending": 0, "cancelled": 0 });
    assert_eq!(over["progress"], progress);
    for (result, text) in over["results"]
        .as_array()
        .unwrap()
        .iter()
        .zip(["Hi Ada", "Promo"])
    {
        let sent = string(result, "messageId");
        let received = |message: &Value| message["id"] == raw(&sent);
        let received = talk.peer.wait_message(received, wagon_test_kit::DEADLINE).await;
        assert_eq!(received["text"], text);
    }
    let again = talk.stage.raises("messages.cancel_batch", &[id]).await;
    assert_eq!(again["status"], 400, "{again}");

    let slow = json!({
        "messages": [hello, promo], "options": { "delayBetweenMessages": 60_000 }, "batchId": "slow",
    });
    talk.stage.call("messages.send_bulk", &[slow]).await;
    let cancelled = talk.stage.call("messages.cancel_batch", &[json!("slow")]).await;
    assert_eq!(
        (&cancelled["status"], &cancelled["progress"]["total"]),
        (&json!("cancelled"), &json!(2))
    );
    let unknown = talk.stage.raises("messages.batch_status", &[json!("none")]).await;
    assert_eq!(unknown["type"], "OpenWANotFoundError", "{unknown}");
}
