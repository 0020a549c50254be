//! Every kind of message that arrives: how it is told, and how its media is fetched.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use wagon_test_kit::{Account, Baileys, DEADLINE, EventStream, Gateway, wait_until};

use crate::support::Scene;

const PIXELS: &[u8] = include_bytes!("../../assets/pixels.png");

struct Chat {
    scene: Scene,
    ada: Account,
    events: EventStream,
}

impl Chat {
    async fn start() -> Self {
        let scene = Scene::start(Gateway::builder()).await;
        let ada = scene.sandbox.admin().account("Ada").await;
        let query = format!("session={}", scene.session);
        let events = scene.gateway.v1().events(&query).await;
        Self { scene, ada, events }
    }

    /// Ada's phone sends `message`; answers its id.
    async fn arrives(&self, mut message: Value) -> String {
        message["to"] = json!(self.scene.shop.jid());
        let admin = self.scene.sandbox.admin();
        admin.send_with(&self.ada.pn, message).await
    }

    /// The event that told of a message.
    async fn told(&self, id: &str) -> Value {
        let told = |event: &Value| event["payload"]["waMessageId"] == id;
        self.events.wait_event(told, DEADLINE).await
    }

    async fn media(&self, id: &str, range: Option<&str>) -> reqwest::Response {
        let path = self.scene.path(&format!("/messages/{id}/media"));
        let mut request = self.scene.gateway.v1().request(Method::GET, &path);
        if let Some(range) = range {
            request = request.header("range", range);
        }
        request.send().await.expect("the gateway answers")
    }

    async fn image(&self, bytes: &[u8]) -> String {
        let data = STANDARD.encode(bytes);
        self.arrives(json!({ "media": { "kind": "image", "data": data, "mimetype": "image/png" } }))
            .await
    }

    async fn expire(&self, id: &str, lost: bool) {
        let admin = self.scene.sandbox.admin();
        admin
            .act(&self.ada.pn, "expire-media", json!({ "id": id, "lost": lost }))
            .await;
    }
}

/// Everything in `expected` stands in `found`.
#[track_caller]
fn contains(found: &Value, expected: &Value) {
    for (key, value) in expected.as_object().expect("an object") {
        assert_eq!(&found[key], value, "{key} in {found:#}");
    }
}

#[tokio::test]
async fn every_kind_of_message_is_told_as_what_it_is() {
    let chat = Chat::start().await;
    let vcard = "BEGIN:VCARD\nVERSION:3.0\nFN:Jamie\nEND:VCARD";
    for (message, expected) in [
        (
            json!({ "text": "hello", "mentions": [chat.scene.shop.jid()] }),
            json!({ "type": "text", "body": "hello", "mentions": { chat.scene.shop.jid(): {} } }),
        ),
        (
            json!({ "text": "soon gone", "ephemeral": 86400 }),
            json!({ "type": "text", "body": "soon gone" }),
        ),
        (
            json!({ "location": { "latitude": 52.52, "longitude": 13.405, "name": "Square", "address": "Berlin" } }),
            json!({
                "type": "location", "body": "Square",
                "location": { "latitude": 52.52, "longitude": 13.405, "name": "Square", "address": "Berlin" },
            }),
        ),
        (
            json!({ "location": { "latitude": -6.2, "longitude": 106.8, "live": true } }),
            json!({ "type": "location", "location": { "latitude": -6.2, "longitude": 106.8, "live": true } }),
        ),
        (
            json!({ "contact": { "name": "Jamie", "vcard": vcard } }),
            json!({ "type": "contact", "body": "Jamie", "contact": { "displayName": "Jamie", "vcard": vcard } }),
        ),
        (
            json!({ "contacts": [{ "name": "A", "vcard": vcard }, { "name": "B", "vcard": vcard }] }),
            json!({ "type": "contact", "contacts": [
                { "displayName": "A", "vcard": vcard }, { "displayName": "B", "vcard": vcard },
            ] }),
        ),
        (
            json!({ "poll": { "name": "Lunch?", "options": ["Pizza", "Sushi"], "selectable": 1 } }),
            json!({ "type": "poll", "body": "Lunch?",
                "poll": { "name": "Lunch?", "options": ["Pizza", "Sushi"], "selectableCount": 1 } }),
        ),
        (
            json!({ "album": { "images": 2 } }),
            json!({ "type": "album", "hasMedia": false }),
        ),
    ] {
        let id = chat.arrives(message).await;
        let event = chat.told(&id).await;
        assert_eq!(event["event"], "message");
        contains(&event["payload"], &expected);
    }
}

#[tokio::test]
async fn changes_are_told_and_carried_out() {
    let chat = Chat::start().await;
    let id = chat.arrives(json!({ "text": "frist" })).await;
    let quoting = json!({ "text": "why?", "quote": { "id": id, "sender": chat.ada.jid(), "text": "frist" } });
    let quoting = chat.arrives(quoting).await;
    let told = chat.told(&quoting).await;
    contains(
        &told["payload"],
        &json!({ "quotedMessageId": id, "quotedSenderJid": chat.ada.jid(), "quotedBody": "frist" }),
    );
    let me = |emoji: &str| json!({ "reaction": { "id": id, "from_me": true, "emoji": emoji } });
    for (change, name, expected) in [
        (
            me("👍"),
            "message.reaction",
            json!({ "type": "reaction", "reaction": "👍" }),
        ),
        (
            me(""),
            "message.reaction",
            json!({ "type": "reaction", "reaction": "" }),
        ),
        (
            json!({ "edit": { "id": id, "text": "first" } }),
            "message.edited",
            json!({ "type": "text", "body": "first" }),
        ),
    ] {
        let change = chat.arrives(change).await;
        let event = chat.told(&change).await;
        assert_eq!(event["event"], name);
        contains(&event["payload"], &expected);
        assert_eq!(event["payload"]["targetId"], id.as_str());
    }
    let revoked = chat
        .arrives(json!({ "revoke": { "id": quoting, "from_me": true } }))
        .await;
    let event = chat.told(&revoked).await;
    assert_eq!(event["event"], "message.revoked");
    contains(
        &event["payload"],
        &json!({ "type": "revoke", "targetId": quoting }),
    );

    let path = chat.scene.path(&format!("/chats/{}/messages", chat.ada.jid()));
    let stored = chat.scene.gateway.v1().get(&path).await.expect(200);
    let stored = stored["data"].as_array().unwrap();
    assert_eq!(
        stored.len(),
        2,
        "changes are no messages of the chat: {stored:#?}"
    );
    contains(
        &stored[0],
        &json!({ "waMessageId": quoting, "deleted": true, "body": "why?" }),
    );
    contains(
        &stored[1],
        &json!({ "waMessageId": id, "edited": true, "deleted": false, "body": "first" }),
    );
}

#[tokio::test]
async fn votes_are_told_by_the_names_of_the_options() {
    let chat = Chat::start().await;
    let poll = json!({ "poll": { "name": "Lunch?", "options": ["Pizza", "Sushi"] } });
    let poll = chat.arrives(poll).await;
    for (options, expected) in [
        (json!(["Sushi"]), json!(["Sushi"])),
        (json!(["Pizza", "Sushi"]), json!(["Pizza", "Sushi"])),
        (json!([]), Value::Null),
    ] {
        let vote = json!({ "vote": { "poll": poll, "options": options } });
        let vote = chat.arrives(vote).await;
        let event = chat.told(&vote).await;
        assert_eq!(event["event"], "poll.vote");
        contains(
            &event["payload"],
            &json!({ "type": "poll_vote", "targetId": poll, "selectedOptions": expected }),
        );
    }
}

#[tokio::test]
async fn media_of_every_kind_can_be_fetched() {
    let chat = Chat::start().await;
    for (kind, mimetype, extra, disposition) in [
        (
            "image",
            "image/png",
            json!({ "caption": "look", "width": 2, "height": 2 }),
            "inline",
        ),
        (
            "video",
            "video/mp4",
            json!({ "seconds": 3, "gif": true }),
            "inline",
        ),
        (
            "audio",
            "audio/ogg; codecs=opus",
            json!({ "seconds": 4, "ptt": true }),
            "inline",
        ),
        (
            "document",
            "application/pdf",
            json!({ "filename": "bill.pdf", "caption": "please pay" }),
            "attachment; filename=\"bill.pdf\"",
        ),
        ("sticker", "image/webp", json!({}), "inline"),
        ("image", "image/png", json!({ "view_once": true }), "inline"),
    ] {
        let bytes = format!("{kind} {extra}").into_bytes();
        let mut media = json!({ "kind": kind, "data": STANDARD.encode(&bytes), "mimetype": mimetype });
        media
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        let id = chat.arrives(json!({ "media": media })).await;
        let event = chat.told(&id).await;
        contains(
            &event["payload"],
            &json!({ "type": kind, "hasMedia": true, "media": null, "body": extra["caption"] }),
        );
        let answer = chat.media(&id, None).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], mimetype);
        assert_eq!(answer.headers()["content-disposition"], disposition);
        assert_eq!(answer.bytes().await.unwrap(), bytes);
    }
}

#[tokio::test]
async fn what_was_fetched_is_kept_and_can_be_read_in_parts() {
    let chat = Chat::start().await;
    let id = chat.image(PIXELS).await;
    chat.told(&id).await;
    assert_eq!(chat.media(&id, None).await.bytes().await.unwrap(), PIXELS);
    chat.expire(&id, true).await;
    let part = chat.media(&id, Some("bytes=1-3")).await;
    assert_eq!(part.status(), 206);
    assert_eq!(
        part.headers()["content-range"],
        format!("bytes 1-3/{}", PIXELS.len())
    );
    assert_eq!(part.bytes().await.unwrap(), &PIXELS[1..4]);
}

#[tokio::test]
async fn expired_media_is_asked_of_the_phone() {
    let chat = Chat::start().await;
    let (kept, lost) = (chat.image(PIXELS).await, chat.image(b"lost").await);
    chat.told(&lost).await;
    // The gateway's own phone has received it too, and uploads it again.
    chat.expire(&kept, false).await;
    chat.expire(&lost, true).await;
    let answer = chat.media(&kept, None).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.bytes().await.unwrap(), PIXELS);
    let answer = chat.media(&lost, None).await;
    assert_eq!(answer.status(), 410);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["error"]["code"], "not_found");
}

#[tokio::test]
async fn a_stale_credential_is_renewed() {
    let chat = Chat::start().await;
    let first = chat.image(PIXELS).await;
    chat.told(&first).await;
    assert_eq!(chat.media(&first, None).await.status(), 200);
    let second = chat.image(b"second").await;
    chat.told(&second).await;
    let admin = chat.scene.sandbox.admin();
    let rotated = reqwest::Client::new()
        .post(format!("{}/admin/media/rotate-auth", admin.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(rotated.status(), 200);
    let answer = chat.media(&second, None).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.bytes().await.unwrap(), &b"second"[..]);
}

#[tokio::test]
async fn there_is_no_media_where_there_is_none() {
    let chat = Chat::start().await;
    let text = chat.arrives(json!({ "text": "words" })).await;
    let image = chat.image(PIXELS).await;
    chat.told(&image).await;
    assert_eq!(chat.media(&text, None).await.status(), 404);
    assert_eq!(chat.media("3EB0UNKNOWN", None).await.status(), 404);
    let v1 = chat.scene.gateway.v1();
    v1.invoke(&chat.scene.path(":stop")).await.expect(200);
    assert_eq!(chat.media(&image, None).await.status(), 501);
}

#[tokio::test]
async fn another_client_sends_every_kind_of_message() {
    let chat = Chat::start().await;
    let peer = Baileys::pair(chat.scene.sandbox.admin(), "Ada", &chat.ada.pn).await;
    let to = chat.scene.shop.jid();
    let vcard = "BEGIN:VCARD\nVERSION:3.0\nFN:Jamie\nEND:VCARD";
    let text = peer.send(&to, "3pm?").await;
    contains(
        &chat.told(&text).await["payload"],
        &json!({ "type": "text", "body": "3pm?" }),
    );
    let reply = json!({ "cmd": "send", "to": to, "text": "or @15550000002 at 4", "quote": text,
        "mentions": ["15550000002@s.whatsapp.net"] });
    let reply = peer.send_with(reply).await;
    let told = chat.told(&reply).await;
    assert_eq!(told["payload"]["quotedMessageId"], text);
    assert!(
        told["payload"]["mentions"]["15550000002@s.whatsapp.net"].is_object(),
        "{told}"
    );
    for (command, expected) in [
        (
            json!({ "cmd": "sendContent", "content": { "location": {
                "degreesLatitude": 52.52, "degreesLongitude": 13.405, "name": "Square",
            } } }),
            json!({ "type": "location", "location": { "latitude": 52.52, "longitude": 13.405, "name": "Square" } }),
        ),
        (
            json!({ "cmd": "sendContent", "content": { "contacts": {
                "displayName": "Jamie", "contacts": [{ "displayName": "Jamie", "vcard": vcard }],
            } } }),
            json!({ "type": "contact", "contact": { "displayName": "Jamie", "vcard": vcard } }),
        ),
        (
            json!({ "cmd": "sendContent", "content": { "poll": {
                "name": "Lunch?", "values": ["Pizza", "Sushi"], "selectableCount": 1,
            } } }),
            json!({ "type": "poll", "poll": { "name": "Lunch?", "options": ["Pizza", "Sushi"], "selectableCount": 1 } }),
        ),
    ] {
        let mut command = command;
        command["to"] = json!(to);
        let id = peer.send_with(command).await;
        let event = chat.told(&id).await;
        contains(&event["payload"], &expected);
    }

    let samples = "../../crates/sandbox/src/phone/scripts/samples";
    for (kind, file, mimetype, more) in [
        (
            "image",
            "assets/pixels.png",
            "image/png",
            json!({ "caption": "look" }),
        ),
        (
            "video",
            &format!("{samples}/clip.mp4"),
            "video/mp4",
            json!({ "caption": "look" }),
        ),
        (
            "audio",
            &format!("{samples}/voice.ogg"),
            "audio/ogg; codecs=opus",
            json!({ "ptt": true }),
        ),
        (
            "document",
            "assets/pixels.png",
            "application/pdf",
            json!({ "fileName": "pixels.pdf" }),
        ),
        ("sticker", "assets/pixels.png", "image/webp", json!({})),
    ] {
        let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        let mut command =
            json!({ "cmd": "sendMedia", "to": to, "kind": kind, "path": path, "mimetype": mimetype });
        let fields = command.as_object_mut().expect("made above");
        fields.extend(more.as_object().expect("made above").clone());
        let id = peer.send_with(command).await;
        let event = chat.told(&id).await;
        contains(&event["payload"], &json!({ "type": kind, "hasMedia": true }));
        assert_eq!(event["payload"]["body"], more["caption"], "{event}");
        let answer = chat.media(&id, None).await;
        assert_eq!(answer.headers()["content-type"], mimetype);
        assert_eq!(
            answer.bytes().await.unwrap(),
            std::fs::read(&path).unwrap(),
            "{kind}"
        );
    }

    let id = peer.send(&to, "frist").await;
    chat.told(&id).await;
    for (command, event, expected) in [
        (
            json!({ "cmd": "edit", "message": id, "text": "first" }),
            "message.edited",
            json!({ "type": "text", "body": "first" }),
        ),
        (
            json!({ "cmd": "react", "message": id, "text": "👍" }),
            "message.reaction",
            json!({ "type": "reaction", "reaction": "👍" }),
        ),
        (
            json!({ "cmd": "revoke", "message": id }),
            "message.revoked",
            json!({ "type": "revoke" }),
        ),
    ] {
        peer.command(command).await;
        let told = |told: &Value| told["event"] == event && told["payload"]["targetId"] == id.as_str();
        let told = chat.events.wait_event(told, DEADLINE).await;
        contains(&told["payload"], &expected);
    }
}

#[tokio::test]
async fn fetched_media_is_kept_for_as_long_as_its_message() {
    let mut chat = Chat::start().await;
    let (kept, revoked) = (chat.image(PIXELS).await, chat.image(PIXELS).await);
    for id in [&kept, &revoked] {
        chat.told(id).await;
        assert_eq!(chat.media(id, None).await.status(), 200);
    }
    let folder = chat.scene.gateway.data_dir().join("media/messages");
    let folder = folder.join(&chat.scene.session);
    let files = || {
        std::fs::read_dir(&folder)
            .map(Iterator::count)
            .unwrap_or_default()
    };
    assert_eq!(files(), 2);
    let revoke = chat
        .arrives(json!({ "revoke": { "id": revoked, "from_me": true } }))
        .await;
    chat.told(&revoke).await;

    chat.scene.gateway.terminate().await;
    chat.scene.gateway.start_again().await;
    wait_until(DEADLINE, "the file of the revoked message to go", async || {
        if files() == 1 { Ok(()) } else { Err(files()) }
    })
    .await;
    assert_eq!(chat.media(&kept, None).await.status(), 200);
    assert_eq!(chat.media(&revoked, None).await.status(), 410);
}
