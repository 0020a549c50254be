use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Sandbox};

use super::{told, two};
use crate::support::string;

const FACE: &[u8] = b"\xff\xd8\xff\xe0 a face";

#[tokio::test]
async fn they_see_each_other_come_type_and_change() {
    let sandbox = Sandbox::start().await;
    let (ann, bo) = two(&sandbox).await;
    let bo_sees = bo.v1.events("events=presence.update,message").await;
    let hello = ann.send(&bo, "hello", None).await;
    bo_sees.wait_event(told(&hello), DEADLINE).await;

    // Whoever asks once hears of every change from then on.
    let theirs = bo.path(&format!("/chats/{}/presence", ann.account.jid()));
    bo.v1.get(&theirs).await.expect(200);
    let own = ann.path("/presence");
    for (state, seen) in [("offline", "unavailable"), ("online", "available")] {
        ann.v1.put(&own, json!({ "state": state })).await.expect(204);
        let seen = |event: &Value| event["payload"]["state"] == seen;
        bo_sees.wait_event(seen, DEADLINE).await;
    }
    let chat = ann.path(&format!("/chats/{}/presence", bo.account.jid()));
    ann.v1
        .put(&chat, json!({ "state": "composing" }))
        .await
        .expect(204);
    let types = |event: &Value| event["payload"]["state"] == "composing";
    let types = bo_sees.wait_event(types, DEADLINE).await;
    assert_eq!(types["payload"]["from"], ann.account.jid());

    let profile = json!({ "name": "Ann Lee", "about": "Away" });
    ann.v1.patch(&ann.path("/profile"), profile).await.expect(200);
    let picture = json!({ "data": STANDARD.encode(FACE) });
    let set = ann
        .v1
        .put(&ann.path("/profile/picture"), picture)
        .await
        .expect(200);
    let contact = |rest: &str| bo.path(&format!("/contacts/{}/{rest}", ann.account.jid()));
    let about = bo.v1.get(&contact("about")).await.expect(200);
    assert_eq!(about, json!({ "about": "Away" }));
    let shown = bo.v1.get(&contact("picture")).await.expect(200);
    assert_eq!(shown["id"], set["id"]);
    let news = ann.send(&bo, "new name", None).await;
    let news = bo_sees.wait_event(told(&news), DEADLINE).await;
    assert_eq!(news["payload"]["pushName"], "Ann Lee");
}

#[tokio::test]
async fn they_share_a_group_from_its_beginning_to_its_end() {
    let sandbox = Sandbox::start().await;
    let (ann, bo) = two(&sandbox).await;
    let (ann_sees, bo_sees) = tokio::join!(ann.v1.events(""), bo.v1.events(""));
    let create = json!({ "name": "Trip", "participants": [bo.account.jid()] });
    let created = ann.v1.post(&ann.path("/groups"), create).await.expect(201);
    let group = string(&created, "groupJid");
    let said = ann
        .send_body(json!({ "type": "text", "to": group, "text": "who drives?" }))
        .await;
    let heard = bo_sees.wait_event(told(&said), DEADLINE).await;
    assert_eq!(heard["payload"]["chatJid"], group);
    let said = bo
        .send_body(json!({ "type": "text", "to": group, "text": "I do", "replyTo": said }))
        .await;
    let heard = ann_sees.wait_event(told(&said), DEADLINE).await;
    assert_eq!(heard["payload"]["senderJid"], bo.account.jid());
    let data = STANDARD.encode(FACE);
    let picture =
        json!({ "type": "document", "to": group, "media": { "data": data, "mimetype": "image/jpeg" } });
    let sent = ann.send_body(picture).await;
    let heard = bo_sees.wait_event(told(&sent), DEADLINE).await;
    assert_eq!(heard["payload"]["type"], "document");

    let path = format!("/groups/{group}");
    ann.v1
        .patch(&ann.path(&path), json!({ "subject": "Journey" }))
        .await
        .expect(204);
    let renamed = |event: &Value| {
        event["event"]
            .as_str()
            .is_some_and(|name| name.starts_with("group"))
            && event.to_string().contains("Journey")
    };
    bo_sees.wait_event(renamed, DEADLINE).await;
    let seen = bo.v1.get(&bo.path(&path)).await.expect(200);
    assert_eq!(seen["subject"], "Journey");
}

#[tokio::test]
async fn they_follow_each_others_status_and_channel() {
    let sandbox = Sandbox::start().await;
    let (ann, bo) = two(&sandbox).await;
    let bo_sees = bo.v1.events("events=message").await;
    let status = json!({ "text": "Open today", "audience": [bo.account.jid()] });
    ann.v1.post(&ann.path("/status"), status).await.expect(200);
    let shown = |event: &Value| event["payload"]["body"] == "Open today";
    let shown = bo_sees.wait_event(shown, DEADLINE).await;
    assert_eq!(shown["payload"]["chatJid"], "status@broadcast");
    assert_eq!(shown["payload"]["senderJid"], ann.account.jid());

    let made = ann
        .v1
        .post(&ann.path("/channels"), json!({ "name": "Offers" }))
        .await
        .expect(201);
    let channel = string(&made, "jid");
    bo.v1
        .invoke(&bo.path(&format!("/channels/{channel}:follow")))
        .await
        .expect(204);
    ann.send_body(json!({ "type": "text", "to": channel, "text": "Half price" }))
        .await;
    let posted = |event: &Value| event["payload"]["body"] == "Half price";
    let posted = bo_sees.wait_event(posted, DEADLINE).await;
    assert_eq!(posted["payload"]["chatJid"], channel);
}
