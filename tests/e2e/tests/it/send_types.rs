//! Every type of message, as a client of other make receives it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use wagon_domain::{Clock as _, SystemClock};
use wagon_test_kit::{Account, Baileys, DEADLINE, Gateway};

use crate::support::{Scene, string};

/// A picture of one pixel.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

struct Pair {
    scene: Scene,
    ada: Account,
    peer: Baileys,
}

impl Pair {
    async fn start() -> Self {
        let builder = Gateway::builder()
            .env("DEFAULT_RATE_PER_MIN", "0")
            .env("DEFAULT_RATE_PER_HOUR", "0");
        let scene = Scene::start(builder).await;
        let ada = scene.sandbox.admin().account("Ada").await;
        let peer = Baileys::pair(scene.sandbox.admin(), "Ada", &ada.pn).await;
        Self { scene, ada, peer }
    }

    /// Sends with the recipient filled in and answers the message as the peer got it.
    async fn send(&self, mut body: Value) -> (String, Value) {
        body["to"] = json!(self.ada.jid());
        let sent = self.scene.send(&body, None).await.expect(200);
        let id = string(&sent, "messageId");
        let received = self
            .peer
            .wait_message(|message| message["id"] == id, DEADLINE)
            .await;
        (id, received)
    }

    async fn content(&self, id: &str) -> Value {
        let reply = self
            .peer
            .command(json!({ "cmd": "inspect", "message": id }))
            .await;
        reply["content"].clone()
    }
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[tokio::test]
async fn texts_quote_and_mention() {
    let pair = Pair::start().await;
    let (first, received) = pair.send(json!({ "type": "text", "text": "3pm?" })).await;
    assert_eq!(
        (&received["type"], &received["text"]),
        (&json!("text"), &json!("3pm?"))
    );
    let body = json!({
        "type": "text", "text": "or @15550000002 at 4", "replyTo": first, "mentions": ["15550000002@s.whatsapp.net"],
    });
    let (_, received) = pair.send(body).await;
    assert_eq!(received["quoted"]["id"], first);
    assert_eq!(received["quoted"]["text"], "3pm?");
    assert_eq!(received["mentions"], json!(["15550000002@s.whatsapp.net"]));
}

#[tokio::test]
async fn polls_locations_and_contacts_arrive_whole() {
    let pair = Pair::start().await;
    let body =
        json!({ "type": "poll", "name": "Lunch?", "options": ["Pizza", "Sushi"], "selectableCount": 1 });
    let (id, received) = pair.send(body).await;
    let kind = string(&received, "type");
    assert!(kind.starts_with("pollCreation"), "{kind}");
    let content = pair.content(&id).await;
    let poll = ["pollCreationMessage", "pollCreationMessageV3"]
        .into_iter()
        .map(|part| &content[part])
        .find(|poll| poll.is_object())
        .unwrap_or_else(|| panic!("not a poll: {content}"));
    assert_eq!(
        (&poll["name"], &poll["selectableOptionsCount"]),
        (&json!("Lunch?"), &json!(1))
    );
    assert_eq!(poll["options"][1]["optionName"], "Sushi");

    let body = json!({ "type": "location", "latitude": -6.2, "longitude": 106.816_666, "name": "Monas" });
    let (id, received) = pair.send(body).await;
    assert_eq!(received["type"], "location");
    let place = &pair.content(&id).await["locationMessage"];
    assert_eq!(
        (
            &place["degreesLatitude"],
            &place["degreesLongitude"],
            &place["name"]
        ),
        (&json!(-6.2), &json!(106.816_666), &json!("Monas"))
    );

    let body = json!({ "type": "contact", "contact": { "name": "Jamie", "phone": "15550000009" } });
    let (id, _) = pair.send(body).await;
    let card = &pair.content(&id).await["contactMessage"];
    assert_eq!(card["displayName"], "Jamie");
    let vcard = string(card, "vcard");
    assert!(
        vcard.contains("waid=15550000009") && vcard.contains("FN:Jamie"),
        "{vcard}"
    );
}

#[tokio::test]
async fn media_arrives_byte_by_byte_and_is_dropped_here() {
    let pair = Pair::start().await;
    let sound: Vec<u8> = (0..40_000_u32).map(|n| (n % 251) as u8).collect();
    let png = STANDARD.decode(PNG).expect("a constant");
    for (body, kind, mimetype, caption, bytes) in [
        (
            json!({ "type": "image", "media": { "data": PNG, "caption": "a dot" } }),
            "image",
            "image/png",
            json!("a dot"),
            &png,
        ),
        (
            json!({ "type": "document", "media": { "data": format!("data:text/csv;base64,{PNG}"), "filename": "dot.csv" } }),
            "document",
            "text/csv",
            Value::Null,
            &png,
        ),
        (
            json!({ "type": "video", "media": { "data": STANDARD.encode(&sound), "mimetype": "video/mp4" } }),
            "video",
            "video/mp4",
            Value::Null,
            &sound,
        ),
        (
            json!({ "type": "audio", "media": { "data": STANDARD.encode(&sound), "mimetype": "audio/ogg; codecs=opus", "ptt": true } }),
            "audio",
            "audio/ogg; codecs=opus",
            Value::Null,
            &sound,
        ),
    ] {
        let (id, received) = pair.send(body).await;
        assert_eq!(received["type"], kind);
        let file = pair
            .peer
            .command(json!({ "cmd": "downloadMedia", "message": id }))
            .await;
        assert_eq!(file["sha256"], hash(bytes), "{kind}");
        assert_eq!(
            (&file["mimetype"], &file["caption"]),
            (&json!(mimetype), &caption),
            "{kind}"
        );
        if kind == "document" {
            assert_eq!(file["fileName"], "dot.csv");
        }
        if kind == "audio" {
            assert_eq!(pair.content(&id).await["audioMessage"]["ptt"], true);
        }
    }
    let (id, received) = pair
        .send(json!({ "type": "sticker", "media": { "data": PNG } }))
        .await;
    assert_eq!(received["type"], "sticker");
    let file = pair
        .peer
        .command(json!({ "cmd": "downloadMedia", "message": id }))
        .await;
    assert_eq!(file["mimetype"], "image/webp");

    let kept = pair.scene.gateway.data_dir().join("media").join("outgoing");
    let left = std::fs::read_dir(&kept).map_or(0, Iterator::count);
    assert_eq!(left, 0, "what was sent is not kept");
}

#[tokio::test]
async fn an_album_is_a_cover_and_its_items() {
    let pair = Pair::start().await;
    let body = json!({
        "type": "album", "caption": "trip", "medias": [{ "data": PNG }, { "data": PNG }, { "data": PNG }],
    });
    let (id, _) = pair.send(body).await;
    for part in 0..3 {
        let part = format!("{id}{part:02X}");
        let item = pair
            .peer
            .wait_message(|message| message["id"] == part, DEADLINE)
            .await;
        assert_eq!(item["type"], "image");
    }
}

#[tokio::test]
async fn bad_media_is_named() {
    let pair = Pair::start().await;
    for (media, expected) in [
        (json!({ "data": "%%%" }), "media.data must be valid base64"),
        (
            json!({ "data": "data:image/png;base64," }),
            "media.data decoded to empty",
        ),
        (json!({ "data": "_-_-" }), "media.data must be valid base64"),
        (
            json!({ "data": STANDARD.encode(vec![0_u8; 16 * 1024 * 1024 + 1]) }),
            "media exceeds the 16777216 byte limit",
        ),
        (
            json!({}),
            "provide exactly one of media.data or media.url for type 'image'",
        ),
        (
            json!({ "url": "http://127.0.0.1/" }),
            "media.url could not be fetched",
        ),
    ] {
        let body = json!({ "type": "image", "to": pair.ada.jid(), "media": media });
        let refused = pair.scene.send(&body, None).await.expect(400);
        assert_eq!(refused["error"]["code"], "validation_error");
        let message = string(&refused["error"], "message");
        assert!(message.starts_with(expected), "{message}");
    }
}

#[tokio::test]
async fn what_was_sent_can_be_changed_and_passed_on() {
    let pair = Pair::start().await;
    let v1 = pair.scene.gateway.v1();
    let chat = pair.ada.jid();
    let (id, _) = pair.send(json!({ "type": "text", "text": "12pm" })).await;
    let path = |rest: &str| pair.scene.path(&format!("/messages/{id}{rest}"));
    let about = |target: String| {
        move |message: &Value| message["target"] == target.as_str() && message["fromMe"] == false
    };

    let edit = json!({ "chat": chat, "text": "1pm instead" });
    let answer = v1.patch(&path(""), edit).await.expect(200);
    assert_eq!(answer["status"], "sent");
    pair.peer.wait_message(about(id.clone()), DEADLINE).await;
    let stored = v1.get(&path("")).await.expect(200);
    assert_eq!(
        (&stored["body"], &stored["edited"]),
        (&json!("1pm instead"), &json!(true))
    );

    let react = json!({ "chat": chat, "emoji": "👍" });
    let answer = v1.post(&path("/reaction"), react).await.expect(200);
    let reaction = pair
        .peer
        .wait_message(|message| message["id"] == answer["messageId"], DEADLINE)
        .await;
    assert_eq!(
        (&reaction["type"], &reaction["text"]),
        (&json!("reaction"), &json!("👍"))
    );
    let request = v1
        .request(reqwest::Method::DELETE, &path("/reaction"))
        .json(&json!({ "chat": chat }));
    let answer = v1.send(request).await.expect(200);
    let reaction = pair
        .peer
        .wait_message(|message| message["id"] == answer["messageId"], DEADLINE)
        .await;
    assert!(matches!(reaction["text"].as_str(), None | Some("")), "{reaction}");

    let forward = json!({ "chat": chat, "to": chat });
    let answer = v1.post(&path("/forward"), forward).await.expect(200);
    let forwarded = pair
        .peer
        .wait_message(|message| message["id"] == answer["messageId"], DEADLINE)
        .await;
    assert_eq!(
        (&forwarded["text"], &forwarded["forwarded"]),
        (&json!("1pm instead"), &json!(true))
    );

    let request = || {
        let body = json!({ "chat": pair.ada.jid() });
        let request = v1.request(reqwest::Method::DELETE, &path("")).json(&body);
        request.header("idempotency-key", "revoke-1")
    };
    let answer = v1.send(request()).await.expect(200);
    pair.peer
        .wait_message(|message| message["id"] == answer["messageId"], DEADLINE)
        .await;
    let stored = v1.get(&path("")).await.expect(200);
    assert_eq!(
        (&stored["body"], &stored["deleted"]),
        (&json!("1pm instead"), &json!(true))
    );
    let replay = v1.send(request()).await.expect(200);
    assert_eq!(
        (&replay["replayed"], &replay["messageId"]),
        (&json!(true), &answer["messageId"])
    );
    let edit = json!({ "chat": pair.ada.jid(), "text": "too late" });
    v1.patch(&path(""), edit).await.expect(409);

    // What changes a message is not one of the chat's history.
    let history = pair.scene.path(&format!("/chats/{}/messages", pair.ada.jid()));
    let history = v1.get(&history).await.expect(200);
    let types: Vec<&str> = history["data"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|message| message["type"].as_str())
        .collect();
    assert_eq!(types, ["text", "text"], "{history}");
}

#[tokio::test]
async fn media_is_passed_on_without_another_upload() {
    let pair = Pair::start().await;
    let (id, _) = pair
        .send(json!({ "type": "image", "media": { "data": PNG, "caption": "a dot" } }))
        .await;
    let path = pair.scene.path(&format!("/messages/{id}/forward"));
    let forward = json!({ "chat": pair.ada.jid(), "to": pair.ada.jid() });
    let answer = pair.scene.gateway.v1().post(&path, forward).await.expect(200);
    let copy = string(&answer, "messageId");
    let received = pair
        .peer
        .wait_message(|message| message["id"] == copy, DEADLINE)
        .await;
    assert_eq!(received["forwarded"], true);
    let file = pair
        .peer
        .command(json!({ "cmd": "downloadMedia", "message": copy }))
        .await;
    assert_eq!(file["sha256"], hash(&STANDARD.decode(PNG).expect("a constant")));
    let place = async |id: &str| pair.content(id).await["imageMessage"]["directPath"].clone();
    assert_eq!(place(&id).await, place(&copy).await);
}

#[tokio::test]
async fn operations_are_honest_about_what_they_cannot_do() {
    let pair = Pair::start().await;
    let v1 = pair.scene.gateway.v1();
    let chat = pair.ada.jid();
    let unknown = pair.scene.path("/messages/3EB0000000000000000000");
    v1.patch(&unknown, json!({ "chat": chat, "text": "a" }))
        .await
        .expect(404);
    v1.post(
        &format!("{unknown}/reaction"),
        json!({ "chat": chat, "emoji": "👍" }),
    )
    .await
    .expect(404);

    let sent = pair
        .peer
        .command(json!({ "cmd": "send", "to": pair.scene.shop.jid(), "text": "mine" }))
        .await;
    let theirs = string(&sent, "id");
    let events = v1
        .events("events=message&since=evt_00000000000000000000000000")
        .await;
    events
        .wait_event(|event| event["payload"]["waMessageId"] == theirs, DEADLINE)
        .await;
    let path = pair.scene.path(&format!("/messages/{theirs}"));
    let refused = v1
        .patch(&path, json!({ "chat": chat, "text": "a" }))
        .await
        .expect(403);
    assert_eq!(refused["error"]["code"], "forbidden");
    let request = v1
        .request(reqwest::Method::DELETE, &path)
        .json(&json!({ "chat": chat }));
    v1.send(request).await.expect(403);
    let vote = json!({ "chat": chat, "options": ["Pizza"] });
    v1.post(&format!("{path}/vote"), vote).await.expect(400);
    v1.post(
        &format!("{path}/reaction"),
        json!({ "chat": chat, "emoji": "🎉" }),
    )
    .await
    .expect(200);
    for (route, body, expected) in [
        ("", json!({ "text": "a" }), "chat is required"),
        (
            "",
            json!({ "chat": chat, "text": "" }),
            "newText is required for edit",
        ),
    ] {
        let (id, _) = pair.send(json!({ "type": "text", "text": "own" })).await;
        let path = pair.scene.path(&format!("/messages/{id}{route}"));
        let refused = v1.patch(&path, body).await.expect(400);
        assert_eq!(refused["error"]["message"], expected);
    }
}

#[tokio::test]
async fn what_others_change_is_changed_here() {
    let pair = Pair::start().await;
    let v1 = pair.scene.gateway.v1();
    let events = v1
        .events("events=message,message.edited,message.revoked,message.reaction")
        .await;
    let shop = pair.scene.shop.jid();
    let sent = pair
        .peer
        .command(json!({ "cmd": "send", "to": shop, "text": "12pm" }))
        .await;
    let id = string(&sent, "id");
    let path = pair.scene.path(&format!("/messages/{id}"));
    events
        .wait_event(|event| event["payload"]["waMessageId"] == id, DEADLINE)
        .await;

    let about = |kind: &'static str| {
        let id = id.clone();
        move |event: &Value| event["event"] == kind && event["payload"]["targetId"] == id.as_str()
    };
    pair.peer
        .command(json!({ "cmd": "react", "message": id, "text": "👍" }))
        .await;
    let event = events.wait_event(about("message.reaction"), DEADLINE).await;
    assert_eq!(event["payload"]["reaction"], "👍");
    pair.peer
        .command(json!({ "cmd": "edit", "message": id, "text": "1pm" }))
        .await;
    let event = events.wait_event(about("message.edited"), DEADLINE).await;
    assert_eq!(event["payload"]["body"], "1pm");
    let stored = v1.get(&path).await.expect(200);
    assert_eq!(
        (&stored["body"], &stored["edited"]),
        (&json!("1pm"), &json!(true))
    );
    pair.peer.command(json!({ "cmd": "revoke", "message": id })).await;
    let event = events.wait_event(about("message.revoked"), DEADLINE).await;
    assert_eq!(event["payload"]["type"], "revoke");
    let stored = v1.get(&path).await.expect(200);
    assert_eq!(
        (&stored["body"], &stored["deleted"]),
        (&json!("1pm"), &json!(true))
    );
}

#[tokio::test]
async fn a_poll_that_ends_is_counted() {
    let pair = Pair::start().await;
    let v1 = pair.scene.gateway.v1();
    let events = v1.events("events=poll.recap").await;
    let end = (SystemClock.now() + Duration::from_secs(4)).as_millis();
    let body = json!({
        "type": "poll", "name": "Lunch?", "options": ["Pizza", "Sushi"], "selectableCount": 1, "pollEndTime": end,
    });
    let (id, _) = pair.send(body).await;
    let path = pair.scene.path(&format!("/messages/{id}/vote"));
    for options in [json!(["Pizza"]), json!([]), json!(["Sushi"])] {
        let vote = json!({ "chat": pair.ada.jid(), "options": options });
        v1.post(&path, vote).await.expect(200);
    }
    for (options, status) in [(json!(["Tacos"]), 400), (json!(["Pizza", "Sushi"]), 400)] {
        let vote = json!({ "chat": pair.ada.jid(), "options": options });
        v1.post(&path, vote).await.expect(status);
    }
    let event = events
        .wait_event(|event| event["event"] == "poll.recap", DEADLINE)
        .await;
    let recap = &event["payload"];
    assert_eq!(
        (&recap["pollMessageId"], &recap["endTime"]),
        (&json!(id), &json!(end))
    );
    let counts = json!([{ "option": "Pizza", "count": 0 }, { "option": "Sushi", "count": 1 }]);
    assert_eq!((&recap["options"], &recap["totalVotes"]), (&counts, &json!(1)));
    assert_eq!(recap["voters"][0]["selectedOptions"], json!(["Sushi"]));
    let vote = json!({ "chat": pair.ada.jid(), "options": ["Pizza"] });
    v1.post(&path, vote).await.expect(409);
}

#[tokio::test]
async fn votes_go_both_ways() {
    let pair = Pair::start().await;
    let v1 = pair.scene.gateway.v1();
    let events = v1.events("events=poll.vote,message").await;
    let ours =
        json!({ "type": "poll", "name": "Lunch?", "options": ["Pizza", "Sushi"], "selectableCount": 1 });
    let (poll, _) = pair.send(ours).await;
    let vote = json!({ "cmd": "vote", "message": poll, "options": ["Sushi"] });
    let vote = pair.peer.command(vote).await["id"].clone();
    let event = events
        .wait_event(|event| event["payload"]["waMessageId"] == vote, DEADLINE)
        .await;
    assert_eq!(event["event"], "poll.vote");
    assert!(
        event.to_string().contains(r#""selectedOptions":["Sushi"]"#),
        "{event}"
    );

    let theirs = json!({ "poll": { "name": "Lunch?", "values": ["Pizza", "Sushi"], "selectableCount": 1 } });
    let theirs = json!({ "cmd": "sendContent", "to": pair.scene.shop.jid(), "content": theirs });
    let poll = pair.peer.send_with(theirs).await;
    events
        .wait_event(|event| event["payload"]["waMessageId"] == poll, DEADLINE)
        .await;
    let path = pair.scene.path(&format!("/messages/{poll}/vote"));
    let vote = json!({ "chat": pair.ada.jid(), "options": ["Pizza"] });
    let vote = string(&v1.post(&path, vote).await.expect(200), "waMessageId");
    pair.peer
        .wait_message(|message| message["id"] == vote, DEADLINE)
        .await;
    let opened = pair
        .peer
        .command(json!({ "cmd": "openVote", "message": vote }))
        .await;
    assert_eq!(opened["options"], json!(["Pizza"]));
}
