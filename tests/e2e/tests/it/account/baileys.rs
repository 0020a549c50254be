use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wagon_test_kit::{Baileys, DEADLINE};

use super::{until, visited};

#[tokio::test]
async fn two_clients_of_one_account_share_their_chats() {
    let (scene, ada) = visited("hello").await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let peer = Baileys::pair(admin, "Shop", &scene.shop.pn).await;
    let chat = scene.path(&format!("/chats/{}", ada.jid()));

    v1.patch(&chat, json!({ "archived": true })).await.expect(200);
    let archived = |event: &Value| event["id"] == ada.jid() && event["archived"] == true;
    peer.wait("chat", archived, DEADLINE).await;

    let pin = json!({ "cmd": "call", "method": "chatModify", "args": [{ "pin": true }, ada.jid()] });
    peer.command(pin).await;
    until(&v1, &chat, "the pin of the other client", |chat| {
        chat["pinned"] == true
    })
    .await;
    let last =
        json!([{ "key": { "remoteJid": ada.jid(), "id": "X", "fromMe": false }, "messageTimestamp": 1 }]);
    let unarchive = json!([{ "archive": false, "lastMessages": last }, ada.jid()]);
    peer.command(json!({ "cmd": "call", "method": "chatModify", "args": unarchive }))
        .await;
    until(&v1, &chat, "the chat to come back", |chat| {
        chat["archived"] == false
    })
    .await;
}

#[tokio::test]
async fn another_client_sees_what_the_account_shows() {
    let (scene, ada) = visited("hello").await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let peer = Baileys::pair(admin, "Ada", &ada.pn).await;
    peer.command(json!({ "cmd": "subscribe", "to": scene.shop.jid() }))
        .await;
    let chat = scene.path(&format!("/chats/{}/presence", ada.jid()));
    v1.put(&chat, json!({ "state": "composing" })).await.expect(204);
    peer.wait("presence", |event| event["state"] == "composing", DEADLINE)
        .await;
    v1.put(&scene.path("/presence"), json!({ "state": "offline" }))
        .await
        .expect(204);
    peer.wait("presence", |event| event["state"] == "unavailable", DEADLINE)
        .await;

    v1.patch(&scene.path("/profile"), json!({ "about": "Closed" }))
        .await
        .expect(200);
    let ask = json!({ "cmd": "call", "method": "fetchStatus", "args": [scene.shop.jid()] });
    let about = peer.command(ask).await;
    assert_eq!(about["result"][0]["status"]["status"], "Closed", "{about}");
    let picture = json!({ "data": STANDARD.encode(b"\xff\xd8 a face") });
    v1.put(&scene.path("/profile/picture"), picture).await.expect(200);
    let changed = |event: &Value| event["id"] == scene.shop.jid() && event["imgUrl"] == "changed";
    peer.wait("contact", changed, DEADLINE).await;
    let ask = json!({ "cmd": "call", "method": "profilePictureUrl", "args": [scene.shop.jid(), "image"] });
    let url = peer.command(ask).await;
    let image = reqwest::get(url["result"].as_str().unwrap()).await.unwrap();
    assert_eq!(&image.bytes().await.unwrap()[..], b"\xff\xd8 a face");

    // And the other way round.
    let events = v1.events("events=presence.update").await;
    v1.get(&chat).await.expect(200);
    peer.command(json!({ "cmd": "presence", "state": "available" }))
        .await;
    events
        .wait_event(|event| event["payload"]["state"] == "available", DEADLINE)
        .await;
    peer.command(json!({ "cmd": "presence", "state": "recording", "to": scene.shop.jid() }))
        .await;
    events
        .wait_event(|event| event["payload"]["media"] == "audio", DEADLINE)
        .await;
    let about = json!({ "cmd": "call", "method": "updateProfileStatus", "args": ["Hiking"] });
    peer.command(about).await;
    let path = scene.path(&format!("/contacts/{}/about", ada.jid()));
    assert_eq!(v1.get(&path).await.expect(200)["about"], "Hiking");
}

#[tokio::test]
async fn another_client_gets_the_history_too() {
    let (scene, ada) = visited("hello").await;
    let admin = scene.sandbox.admin();
    let old = json!({ "id": "OLD", "text": "long ago", "t": 1_600_000_000 });
    let history = json!({ "conversations": [{ "jid": ada.jid(), "messages": [old] }] });
    admin.act(&scene.shop.pn, "history", history).await;
    let peer = Baileys::pair_with_history(admin, "Shop", &scene.shop.pn).await;
    let has = |id: &'static str| {
        move |event: &Value| {
            let messages = event["messages"].as_array();
            messages.is_some_and(|messages| messages.iter().any(|message| message["id"] == id))
        }
    };
    peer.wait("history", has("OLD"), DEADLINE).await;
    let complete = |event: &Value| event["progress"] == 100;
    peer.wait("history", complete, DEADLINE).await;
}
