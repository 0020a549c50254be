//! Channels through the gateway, with phones and Baileys on the other side.

use serde_json::{Value, json};
use wagon_test_kit::{Baileys, DEADLINE, Gateway, cast};

use crate::support::{Scene, string, text};

const UNKNOWN: &str = "120363000000000001@newsletter";

fn update(channel: &str, action: &str) -> impl Fn(&Value) -> bool {
    let payload = json!({ "jid": channel, "action": action });
    move |event| event["event"] == "newsletter.update" && event["payload"] == payload
}

#[tokio::test]
async fn an_own_channel_is_made_written_to_and_read_by_others() {
    let scene = Scene::start(Gateway::builder()).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let events = v1.events("events=newsletter.update").await;
    let asked = json!({ "name": "Offers", "description": "Daily" });
    let made = v1.post(&scene.path("/channels"), asked).await.expect(201);
    let channel = string(&made, "jid");
    events.wait_event(update(&channel, "join"), DEADLINE).await;
    assert_eq!(admin.inspect_channel(&channel).await["description"], "Daily");

    admin.follow_channel(cast::READER, &channel).await;
    let ada = admin.account("Ada").await;
    let peer = Baileys::pair(admin, "Ada", &ada.pn).await;
    peer.command(json!({ "cmd": "call", "method": "newsletterFollow", "args": [channel] }))
        .await;
    let sent = scene
        .send(&text(&channel, "Half price today"), None)
        .await
        .expect(200);
    let id = string(&sent, "messageId");
    admin
        .wait_inbox(
            cast::READER,
            |entry| entry["from"] == channel && entry["text"] == "Half price today",
            DEADLINE,
        )
        .await;
    let received = peer.wait_message(|message| message["id"] == id, DEADLINE).await;
    assert_eq!(
        (&received["from"], &received["text"]),
        (&json!(channel), &json!("Half price today"))
    );

    peer.command(
        json!({ "cmd": "call", "method": "newsletterReactMessage", "args": [channel, "100", "👍"] }),
    )
    .await;
    assert_eq!(
        admin.inspect_channel(&channel).await["posts"][0]["reactions"],
        json!({ "👍": 1 })
    );
    let page = v1
        .get(&scene.path(&format!("/channels/{channel}/messages")))
        .await
        .expect(200);
    assert_eq!(
        page["data"].as_array().map(Vec::len),
        Some(1),
        "sent and fetched are one"
    );
    assert_eq!(
        (&page["data"][0]["body"], &page["data"][0]["fromMe"]),
        (&json!("Half price today"), &json!(true))
    );
}

#[tokio::test]
async fn a_followed_channel_brings_its_past_and_its_news() {
    let scene = Scene::start(Gateway::builder()).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let events = v1.events("events=newsletter.update,message").await;
    let channel = admin.channel(cast::READER, "News").await;
    for text in ["one", "two"] {
        admin.post_to_channel(cast::READER, &channel, text).await;
    }
    let path = |rest: &str| scene.path(&format!("/channels/{channel}{rest}"));
    v1.invoke(&path(":follow")).await.expect(204);
    events.wait_event(update(&channel, "join"), DEADLINE).await;
    let (id, _) = admin.post_to_channel(cast::READER, &channel, "three").await;
    let event = events
        .wait_event(|event| event["payload"]["body"] == "three", DEADLINE)
        .await;
    assert_eq!(
        (&event["payload"]["chatJid"], &event["payload"]["waMessageId"]),
        (&json!(channel), &json!(id))
    );
    assert_eq!(
        event["payload"]["senderJid"],
        Value::Null,
        "a channel does not say who wrote"
    );

    let bodies = |page: &Value| -> Vec<Value> {
        let data = page["data"].as_array().unwrap();
        data.iter().map(|message| message["body"].clone()).collect()
    };
    let page = v1.get(&path("/messages?limit=2")).await.expect(200);
    assert_eq!(bodies(&page), ["three", "two"]);
    let whole = v1.get(&path("/messages")).await.expect(200);
    assert_eq!(bodies(&whole), ["three", "two", "one"]);
    let cursor = string(&page, "nextCursor");
    let rest = v1
        .get(&path(&format!("/messages?limit=2&cursor={cursor}")))
        .await
        .expect(200);
    assert_eq!(bodies(&rest), ["one"]);
    assert_eq!(
        events.seen().count(|event| event["event"] == "message"),
        1,
        "the past is imported in silence"
    );

    v1.invoke(&path(":mute")).await.expect(204);
    v1.post(&path(":mute"), json!({ "mute": false }))
        .await
        .expect(204);
    events.wait_event(update(&channel, "mute"), DEADLINE).await;
    v1.invoke(&path(":unfollow")).await.expect(204);
    events.wait_event(update(&channel, "leave"), DEADLINE).await;
    assert_eq!(
        admin.inspect_channel(&channel).await["followers"],
        json!([cast::READER])
    );
    v1.invoke(&scene.path(":stop")).await.expect(200);
    let stored = v1.get(&path("/messages")).await.expect(200);
    assert_eq!(
        bodies(&stored),
        ["three", "two", "one"],
        "without a connection too"
    );
}

#[tokio::test]
async fn what_another_device_does_with_a_channel_is_told() {
    let scene = Scene::start(Gateway::builder()).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let events = v1.events("events=newsletter.update").await;
    let channel = admin.channel(cast::READER, "News").await;
    let other = Baileys::pair(admin, "Second", &scene.shop.pn).await;
    for (method, action) in [
        ("newsletterFollow", "join"),
        ("newsletterMute", "mute"),
        ("newsletterUnfollow", "leave"),
    ] {
        other
            .command(json!({ "cmd": "call", "method": method, "args": [channel] }))
            .await;
        events.wait_event(update(&channel, action), DEADLINE).await;
    }
}

#[tokio::test]
async fn refusals_say_what_is_wrong() {
    let scene = Scene::start(Gateway::builder()).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let code = |answer: &Value| answer["error"]["code"].clone();
    let nameless = v1
        .post(&scene.path("/channels"), json!({ "name": "" }))
        .await
        .expect(400);
    assert!(nameless["error"]["message"].as_str().unwrap().contains("name"));
    let unknown = v1
        .invoke(&scene.path(&format!("/channels/{UNKNOWN}:follow")))
        .await
        .expect(404);
    assert_eq!(code(&unknown), "not_found");
    let person = scene.path("/channels/15550000001@s.whatsapp.net:follow");
    assert_eq!(code(&v1.invoke(&person).await.expect(400)), "validation_error");
    v1.invoke(&scene.path(&format!("/channels/{UNKNOWN}:sing")))
        .await
        .expect(404);
    v1.post(
        &scene.path(&format!("/channels/{UNKNOWN}:mute")),
        json!({ "loud": true }),
    )
    .await
    .expect(400);

    let made = v1
        .post(&scene.path("/channels"), json!({ "name": "Mine" }))
        .await
        .expect(201);
    let own = scene.path(&format!("/channels/{}:unfollow", string(&made, "jid")));
    assert_eq!(
        code(&v1.invoke(&own).await.expect(403)),
        "forbidden",
        "owners stay"
    );
    let foreign = admin.channel(cast::READER, "News").await;
    let refused = scene.send(&text(&foreign, "mine now"), None).await;
    assert!(
        refused.status.is_client_error() || refused.status.as_u16() == 503,
        "{refused:?}"
    );

    v1.invoke(&scene.path(":stop")).await.expect(200);
    let down = v1
        .invoke(&scene.path(&format!("/channels/{foreign}:follow")))
        .await
        .expect(501);
    assert_eq!(code(&down), "not_implemented");
}
