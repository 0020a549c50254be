use serde_json::{Value, json};
use wagon_test_kit::DEADLINE;

use super::{Stage, c_us};

/// A year in which nothing here is muted any more, in milliseconds.
const FUTURE: i64 = 4_000_000_000_000;

#[tokio::test]
async fn chats_are_sorted_emptied_and_watched() {
    let mut stage = Stage::start().await;
    let chat = json!(c_us(&stage.ada));
    let of_chat = json!({ "chatId": chat });
    let ok = json!({ "success": true });

    let listed = stage.call("chats.list", &[]).await;
    let first = &listed[0];
    assert_eq!(
        (&first["id"], &first["name"], &first["kind"], &first["isGroup"]),
        (&chat, &json!("Ada"), &json!("individual"), &json!(false))
    );
    assert_eq!(
        (&first["lastMessage"], &first["lastMessageType"]),
        (&json!("hello"), &json!("text"))
    );
    assert!(first["timestamp"].as_i64().unwrap() < FUTURE / 1000);
    assert_eq!(
        stage.call("chats.list", &[json!({ "offset": 1 })]).await,
        json!([])
    );

    stage.call("chats.mark_unread", &[of_chat.clone()]).await;
    assert_eq!(stage.entry("markChatAsRead").await["read"], false);
    assert_eq!(stage.call("chats.list", &[]).await[0]["unreadCount"], 1);
    stage.call("chats.mark_read", &[of_chat.clone()]).await;
    assert_eq!(stage.entry("markChatAsRead").await["read"], true);
    assert_eq!(stage.call("chats.list", &[]).await[0]["unreadCount"], 0);

    let archived = json!({ "chatId": chat, "archive": true });
    assert_eq!(stage.call("chats.archive", &[archived]).await, ok);
    assert_eq!(stage.entry("archive").await["archived"], true);
    let pinned = json!({ "chatId": chat, "pin": true });
    stage.call("chats.pin", &[pinned]).await;
    assert_eq!(stage.entry("pin_v1").await["pinned"], true);
    let muted = json!({ "chatId": chat, "muteUntil": FUTURE });
    stage.call("chats.mute", &[muted]).await;
    assert_eq!(stage.entry("mute").await["until"], FUTURE);
    let shown = stage.call("chats.list", &[]).await;
    assert_eq!(
        (
            &shown[0]["archived"],
            &shown[0]["pinned"],
            &shown[0]["muteExpiration"]
        ),
        (&json!(true), &json!(true), &json!(FUTURE))
    );
    stage
        .call("chats.mute", &[json!({ "chatId": chat, "muteUntil": null })])
        .await;
    assert_eq!(stage.call("chats.list", &[]).await[0]["muted"], false);
    for (method, body) in [
        ("chats.mute", json!({ "chatId": chat })),
        ("chats.pin", json!({ "chatId": chat, "pin": true, "foo": 1 })),
        ("chats.send_state", json!({ "chatId": chat, "state": "singing" })),
        ("chats.mark_read", json!({ "chatId": chat, "messageIds": [] })),
        ("chats.mark_unread", json!({ "chatId": "nobody" })),
    ] {
        let refused = stage.raises(method, &[body]).await;
        assert_eq!(refused["status"], 400, "{method}: {refused}");
    }

    stage
        .call(
            "chats.send_state",
            &[json!({ "chatId": chat, "state": "typing" })],
        )
        .await;
    let types = |entry: &Value| entry["kind"] == "chatstate" && entry["type"] == "composing";
    let admin = stage.scene.sandbox.admin();
    admin.wait_inbox(&stage.ada.pn, types, DEADLINE).await;

    let unknown = stage
        .call("chats.get_presence", &[json!("15550009999@c.us")])
        .await;
    assert_eq!(unknown, Value::Null);
    assert_eq!(
        stage.call("chats.subscribe_presence", &[of_chat.clone()]).await,
        ok
    );
    let admin = stage.scene.sandbox.admin();
    admin
        .act(&stage.ada.pn, "presence", json!({ "available": true }))
        .await;
    let seen = stage
        .until("chats.get_presence", &[chat.clone()], |word| {
            word["participants"][0]["state"] == "available"
        })
        .await;
    assert_eq!((&seen["chatId"], &seen["participants"][0]["id"]), (&chat, &chat));
    assert!(seen["observedAt"].as_str().unwrap().ends_with('Z'));

    stage.call("chats.clear_messages", &[chat.clone()]).await;
    assert_ne!(stage.entry("clearChat").await, Value::Null);
    let messages = stage.scene.path(&format!("/chats/{}/messages", stage.ada.jid()));
    let left = stage.scene.gateway.v1().get(&messages).await.expect(200);
    assert_eq!(left["data"], json!([]));
    stage.call("chats.delete", &[of_chat]).await;
    assert_ne!(stage.entry("deleteChat").await, Value::Null);
    assert_eq!(stage.call("chats.list", &[]).await, json!([]));
    stage.sdk.assert_all_called("chats").await;
}

#[tokio::test]
async fn single_messages_are_read() {
    let mut stage = Stage::start().await;
    let admin = stage.scene.sandbox.admin();
    let events = stage.scene.gateway.v1().events("events=message").await;
    let id = admin.send(&stage.ada.pn, &stage.scene.shop.pn, "just this").await;
    events
        .wait_event(crate::support::is_message("just this"), DEADLINE)
        .await;
    let chat = c_us(&stage.ada);
    let named = format!("false_{chat}_{id}");
    let read = json!({ "chatId": chat, "messageIds": [named] });
    stage.call("chats.mark_read", &[read]).await;
    let receipt = |entry: &Value| entry["id"] == id && entry["type"] == "read";
    let admin = stage.scene.sandbox.admin();
    admin.wait_inbox(&stage.ada.pn, receipt, DEADLINE).await;
    let unknown = json!({ "chatId": chat, "messageIds": ["3EB0FFFF"] });
    let refused = stage.raises("chats.mark_read", &[unknown]).await;
    assert_eq!(refused["status"], 404, "{refused}");
}
