use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use wagon_test_kit::{Answering, DEADLINE};

use super::super::{PIXELS, base64};
use super::{Talk, raw};
use crate::support::string;

pub(super) async fn words_and_places(talk: &mut Talk) {
    let body = json!([talk.stage.scene.session, { "chatId": talk.chat(), "text": "Hi Ada" }]);
    let key = json!({ "idempotency_key": "order-1" });
    let sdk = &mut talk.stage.sdk;
    let sent = sdk
        .call_with("messages.send_text", body.clone(), key.clone())
        .await;
    assert_eq!(sdk.call_with("messages.send_text", body, key.clone()).await, sent);
    let (id, received) = talk.sent(&sent).await;
    assert_eq!(received["text"], "Hi Ada");
    // The same key for something else.
    let other = json!([talk.stage.scene.session, { "chatId": talk.chat(), "text": "Hi Eve" }]);
    let refused = talk.stage.sdk.raises_with("messages.send_text", other, key).await;
    assert_eq!(
        (&refused["status"], &refused["code"]),
        (&json!(422), &json!("IDEMPOTENCY_KEY_REUSED"))
    );

    let place = json!({
        "latitude": -6.2088, "longitude": 106.8456, "description": "Jakarta", "address": "Central Jakarta",
    });
    let (_, received) = talk.send("send_location", place).await;
    let place = talk.content(&received).await["locationMessage"].take();
    assert_eq!(
        (
            &place["degreesLatitude"],
            &place["degreesLongitude"],
            &place["name"]
        ),
        (&json!(-6.2088), &json!(106.8456), &json!("Jakarta"))
    );
    let card = json!({ "contactName": "Jamie", "contactNumber": "15550000009" });
    let (_, received) = talk.send("send_contact", card).await;
    let card = talk.content(&received).await["contactMessage"].take();
    assert!(string(&card, "vcard").contains("waid=15550000009"), "{card}");
    let poll = json!({ "name": "Lunch?", "options": ["Pizza", "Sushi"], "allowMultipleAnswers": true });
    let (_, received) = talk.send("send_poll", poll).await;
    let poll = talk.content(&received).await["pollCreationMessage"].take();
    assert_eq!(
        (&poll["name"], &poll["options"][1]["optionName"]),
        (&json!("Lunch?"), &json!("Sushi"))
    );
    let once = talk.peer.messages(|message| message["id"] == raw(&id));
    assert_eq!(once.len(), 1, "a repeated key sends nothing");
}

pub(super) async fn files(talk: &mut Talk) {
    talk.host
        .answer("photo.png", Answering::File("image/png", PIXELS.into()));
    let inline =
        |mimetype: &str| json!({ "base64": base64(PIXELS), "mimetype": mimetype, "caption": "a dot" });
    for (method, body, kind, caption) in [
        (
            "send_image",
            json!({ "url": talk.host.url("photo.png"), "caption": "a dot" }),
            "image",
            json!("a dot"),
        ),
        ("send_video", inline("video/mp4"), "video", json!("a dot")),
        ("send_audio", inline("audio/ogg"), "audio", Value::Null),
        (
            "send_document",
            inline("application/pdf"),
            "document",
            json!("a dot"),
        ),
    ] {
        let (_, received) = talk.send(method, body).await;
        assert_eq!(
            (&received["type"], &received["text"]),
            (&json!(kind), &caption),
            "{method}"
        );
        let download = json!({ "cmd": "downloadMedia", "message": received["id"] });
        let file = talk.peer.command(download).await;
        assert_eq!(file["sha256"], hex::encode(Sha256::digest(PIXELS)), "{method}");
    }
    let voice = json!({ "base64": base64(PIXELS), "mimetype": "audio/ogg; codecs=opus", "ptt": true });
    let (_, received) = talk.send("send_audio", voice).await;
    assert_eq!(talk.content(&received).await["audioMessage"]["ptt"], true);
    let sticker = json!({ "base64": base64(PIXELS), "mimetype": "image/png" });
    let (_, received) = talk.send("send_sticker", sticker).await;
    assert_eq!(received["type"], "sticker");
}

/// Answers, copies and templates.
pub(super) async fn what_was_there_before(talk: &mut Talk) {
    let (id, _) = talk.send("send_text", json!({ "text": "3pm?" })).await;
    let answer = json!({ "quotedMessageId": id, "text": "yes" });
    let (_, received) = talk.send("reply", answer).await;
    assert_eq!(
        (&received["quoted"]["id"], &received["quoted"]["text"]),
        (&json!(raw(&id)), &json!("3pm?"))
    );
    let admin = talk.stage.scene.sandbox.admin();
    let eve = admin.account("Eve").await;
    let copy = json!({ "fromChatId": talk.chat(), "toChatId": format!("{}@c.us", eve.pn), "messageId": id });
    let copied = talk.stage.call("messages.forward", &[copy]).await;
    let copied = string(&copied, "messageId");
    let admin = talk.stage.scene.sandbox.admin();
    let arrived = |entry: &Value| entry["id"] == raw(&copied);
    assert_eq!(admin.wait_inbox(&eve.pn, arrived, DEADLINE).await["text"], "3pm?");

    let greeting = json!({ "name": "greeting", "header": "News", "body": "Hi {{name}}" });
    talk.stage.call("templates.create", &[greeting]).await;
    let greeting = json!({ "templateName": "greeting", "vars": { "name": "Ada" } });
    let (_, received) = talk.send("send_template", greeting).await;
    assert_eq!(received["text"], "News\n\nHi Ada");
}
