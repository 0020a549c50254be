use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, Sandbox, wait_until};

use super::{until, visited};
use crate::support::{is_message, string};

/// A year in which nothing here is muted any more.
const FUTURE: i64 = 4_000_000_000_000;

fn entry<'e>(entries: &'e Value, word: &str) -> Option<&'e Value> {
    let entries = entries.as_array()?;
    entries.iter().find(|entry| entry["index"][0] == word)
}

#[tokio::test]
async fn a_change_reaches_the_phone_and_the_other_devices() {
    let (scene, ada) = visited("hello").await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let other = v1.paired_session(admin, &scene.shop.pn).await;
    let chat = scene.path(&format!("/chats/{}", ada.jid()));
    let theirs = format!("/sessions/{other}/chats/{}", ada.jid());
    // The chat is known to the other device by its first message; what was set before holds for it.
    admin.send(&ada.pn, &scene.shop.pn, "again").await;
    for (field, value) in [
        ("archived", json!(true)),
        ("pinned", json!(true)),
        ("mutedUntil", json!(FUTURE)),
    ] {
        let changed = v1.patch(&chat, json!({ field: value })).await.expect(200);
        assert_eq!(changed[field], value);
        until(&v1, &theirs, "the change on the other device", |chat| {
            chat[field] == value
        })
        .await;
    }
    let entries = admin.look(&scene.shop.pn, "app-state").await;
    assert_eq!(entry(&entries, "archive").unwrap()["archived"], true);
    assert_eq!(entry(&entries, "pin_v1").unwrap()["pinned"], true);
    assert_eq!(entry(&entries, "mute").unwrap()["until"], FUTURE);

    // A person's other address is the same chat.
    let by_lid = scene.path(&format!("/chats/{}@lid", ada.lid));
    let undone = json!({ "archived": false, "pinned": false, "mutedUntil": 1, "unmute": true });
    let undone = v1.patch(&by_lid, undone).await.expect(200);
    assert_eq!(
        (&undone["archived"], &undone["mutedUntil"]),
        (&json!(false), &Value::Null)
    );
    let gone = until(&v1, &theirs, "the change on the other device", |chat| {
        chat["archived"] == false && chat.get("mutedUntil").is_none()
    });
    gone.await;
}

#[tokio::test]
async fn what_the_phone_does_arrives() {
    let (scene, ada) = visited("hello").await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let chat = scene.path(&format!("/chats/{}", ada.jid()));
    let act = async |change: Value| admin.act(&scene.shop.pn, "app-state", change).await;
    let sees = async |field: &str, value: Value| {
        until(&v1, &chat, field, |chat| {
            chat.get(field).unwrap_or(&Value::Null) == &value
        })
        .await
    };
    act(json!({ "type": "archive", "chat": ada.jid(), "archived": true })).await;
    sees("archived", json!(true)).await;
    act(json!({ "type": "pin", "chat": format!("{}@lid", ada.lid), "pinned": true })).await;
    sees("pinned", json!(true)).await;
    act(json!({ "type": "mute", "chat": ada.jid(), "muted": true })).await;
    let muted = until(&v1, &chat, "the mute", |chat| chat["mutedUntil"].is_i64()).await;
    assert!(muted["mutedUntil"].as_i64().unwrap() > FUTURE, "for good");
    act(json!({ "type": "mute", "chat": ada.jid(), "muted": false })).await;
    sees("mutedUntil", Value::Null).await;
    act(json!({ "type": "read", "chat": ada.jid(), "read": false })).await;
    sees("unreadCount", json!(1)).await;
    act(json!({ "type": "read", "chat": ada.jid(), "read": true })).await;
    sees("unreadCount", json!(0)).await;
    act(json!({ "type": "deleteChat", "chat": ada.jid() })).await;
    wait_until(DEADLINE, "the chat to go", async || {
        let answer = v1.get(&chat).await;
        if answer.status == 404 { Ok(()) } else { Err(answer) }
    })
    .await;
}

#[tokio::test]
async fn unread_messages_are_counted_and_read_by_request() {
    let sandbox = Sandbox::start().await;
    let admin = sandbox.admin();
    let (shop, ada) = (admin.account("Shop").await, admin.account("Ada").await);
    let gateway = Gateway::builder().sandbox(admin).start().await;
    let v1 = gateway.v1();
    let quiet = json!({ "start": true, "autoRead": false });
    let session = v1.paired_session_with(admin, &shop.pn, quiet).await;
    let events = v1.events(&format!("session={session}&events=message")).await;
    let mut ids = Vec::new();
    for text in ["one", "two"] {
        ids.push(admin.send(&ada.pn, &shop.pn, text).await);
        events.wait_event(is_message(text), DEADLINE).await;
    }
    let chat = format!("/sessions/{session}/chats/{}", ada.jid());
    assert_eq!(v1.get(&chat).await.expect(200)["unreadCount"], 2);
    let read = v1.invoke(&format!("{chat}/read")).await.expect(200);
    assert_eq!(read["unreadCount"], 0);
    for id in ids {
        let receipt = |entry: &Value| entry["id"] == id && entry["type"] == "read";
        admin.wait_inbox(&ada.pn, receipt, DEADLINE).await;
    }
    let entries = admin.look(&shop.pn, "app-state").await;
    assert_eq!(entry(&entries, "markChatAsRead").unwrap()["read"], true);
}

#[tokio::test]
async fn a_session_set_to_it_reads_what_arrives() {
    let (scene, ada) = visited("hello").await;
    let read = |entry: &Value| entry["kind"] == "receipt" && entry["type"] == "read";
    scene.sandbox.admin().wait_inbox(&ada.pn, read, DEADLINE).await;
    let chat = scene.path(&format!("/chats/{}", ada.jid()));
    until(&scene.gateway.v1(), &chat, "nothing to be unread", |chat| {
        chat["unreadCount"] == 0
    })
    .await;
}

#[tokio::test]
async fn a_deleted_chat_is_gone_with_its_messages() {
    let (scene, ada) = visited("hello").await;
    let v1 = scene.gateway.v1();
    let chat = scene.path(&format!("/chats/{}", ada.jid()));
    v1.delete(&chat).await.expect(204);
    v1.get(&chat).await.expect(404);
    v1.delete(&chat).await.expect(404);
    let messages = v1.get(&format!("{chat}/messages")).await.expect(200);
    assert_eq!(messages["data"], json!([]));
    let entries = scene.sandbox.admin().look(&scene.shop.pn, "app-state").await;
    assert!(entry(&entries, "deleteChat").is_some());

    // Whoever writes again begins a new one.
    let events = v1.events("events=message").await;
    scene.sandbox.admin().send(&ada.pn, &scene.shop.pn, "anew").await;
    events.wait_event(is_message("anew"), DEADLINE).await;
    let messages = v1.get(&format!("{chat}/messages")).await.expect(200);
    assert_eq!(messages["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let (scene, ada) = visited("hello").await;
    let v1 = scene.gateway.v1();
    let chat = scene.path(&format!("/chats/{}", ada.jid()));
    for (body, word) in [
        (json!({ "mutedUntil": 1 }), "mutedUntil"),
        (json!({ "archived": "yes" }), "archived"),
        (json!({ "starred": true }), "starred"),
    ] {
        let refused = v1.patch(&chat, body).await.expect(400);
        assert!(refused.to_string().contains(word), "{refused}");
    }
    let unknown = scene.path("/chats/15550009999@s.whatsapp.net");
    v1.patch(&unknown, json!({ "archived": true })).await.expect(404);
    v1.invoke(&format!("{unknown}/read")).await.expect(404);
    v1.patch(&scene.path("/chats/nobody"), json!({}))
        .await
        .expect(400);

    v1.invoke(&scene.path(":stop")).await.expect(200);
    let refused = v1.patch(&chat, json!({ "archived": true })).await.expect(501);
    assert_eq!(string(&refused["error"], "code"), "not_implemented");
    assert_eq!(
        v1.get(&chat).await.expect(200)["archived"],
        false,
        "nothing was stored"
    );
}
