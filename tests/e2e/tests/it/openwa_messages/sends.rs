use serde_json::json;

use super::Desk;
use crate::support::string;

#[tokio::test]
async fn locations_and_contacts_arrive_whole() {
    let desk = Desk::start().await;
    let place = json!({
        "latitude": -6.2088, "longitude": 106.8456, "description": "Jakarta", "address": "Central Jakarta",
    });
    let (id, received) = desk.send("send-location", place).await;
    assert_eq!(received["type"], "location");
    let place = desk.content(&id).await["locationMessage"].take();
    for (field, value) in [
        ("degreesLatitude", json!(-6.2088)),
        ("degreesLongitude", json!(106.8456)),
        ("name", json!("Jakarta")),
        ("address", json!("Central Jakarta")),
    ] {
        assert_eq!(place[field], value, "{place}");
    }

    let card = json!({ "contactName": "Jamie", "contactNumber": "+1 555 000 0009" });
    let (id, _) = desk.send("send-contact", card).await;
    let card = desk.content(&id).await["contactMessage"].take();
    assert_eq!(card["displayName"], "Jamie");
    assert!(string(&card, "vcard").contains("waid=15550000009"), "{card}");
}

#[tokio::test]
async fn replies_quote_what_is_there() {
    let desk = Desk::start().await;
    let question = desk.text_from_ada("3pm?").await;
    // WhatsApp's own form of an id does as well as the dialect's.
    for quoted in [question.clone(), format!("false_{}_{question}", desk.chat())] {
        let body = json!({ "quotedMessageId": quoted, "text": "yes" });
        let (_, received) = desk.send("reply", body).await;
        assert_eq!(
            (&received["quoted"]["id"], &received["quoted"]["text"]),
            (&json!(question), &json!("3pm?"))
        );
    }
    let place = json!({ "latitude": 1.5, "longitude": 2.5, "quotedMessageId": question });
    let (_, received) = desk.send("send-location", place).await;
    assert_eq!(received["quoted"]["id"], question);

    let body = json!({ "quotedMessageId": "3EB0000000000000000000", "text": "yes" });
    for route in ["reply", "send-text"] {
        let refused = desk.call(route, body.clone()).await.expect(404);
        assert_eq!(refused["message"], "Message not found");
    }
}

#[tokio::test]
async fn texts_mention() {
    let desk = Desk::start().await;
    let body = json!({ "text": "ask @15550000002", "mentions": ["15550000002@c.us"] });
    let (_, received) = desk.send("send-text", body).await;
    assert_eq!(received["mentions"], json!(["15550000002@s.whatsapp.net"]));
}

#[tokio::test]
async fn a_message_goes_from_chat_to_chat() {
    let desk = Desk::start().await;
    let (id, _) = desk.send("send-text", json!({ "text": "the plan" })).await;
    let admin = desk.scene.sandbox.admin();
    let eve = admin.account("Eve").await;
    let body = json!({
        "fromChatId": desk.chat(), "toChatId": format!("{}@c.us", eve.pn), "messageId": id,
    });
    let path = desk.path("forward");
    let sent = desk.openwa().post(&path, body.clone()).await.expect(201);
    let forwarded = string(&sent, "messageId");
    let raw = forwarded
        .strip_prefix(&format!("true_{}@c.us_", eve.pn))
        .unwrap_or_else(|| panic!("{forwarded} names another chat"));
    let entry = admin
        .wait_inbox(&eve.pn, |entry| entry["id"] == raw, wagon_test_kit::DEADLINE)
        .await;
    assert_eq!(entry["text"], "the plan");

    let mut elsewhere = body;
    elsewhere["fromChatId"] = json!(format!("{}@c.us", eve.pn));
    let refused = desk.openwa().post(&path, elsewhere).await.expect(404);
    assert_eq!(refused["message"], "Message not found");
}

#[tokio::test]
async fn every_send_may_be_repeated_with_its_key() {
    let desk = Desk::start().await;
    let original = desk.text_from_ada("3pm?").await;
    let bodies = [
        (
            "send-image",
            json!({ "base64": super::PNG, "mimetype": "image/png" }),
        ),
        ("send-location", json!({ "latitude": 1, "longitude": 2 })),
        (
            "send-contact",
            json!({ "contactName": "Jamie", "contactNumber": "15550000009" }),
        ),
        (
            "send-poll",
            json!({ "name": "Lunch?", "options": ["Pizza", "Sushi"] }),
        ),
        ("reply", json!({ "quotedMessageId": original, "text": "yes" })),
        (
            "forward",
            json!({ "fromChatId": desk.chat(), "toChatId": desk.chat(), "messageId": original }),
        ),
    ];
    let openwa = desk.openwa();
    for (route, mut body) in bodies {
        if route != "forward" {
            body["chatId"] = json!(desk.chat());
        }
        let send = async || {
            let request = openwa
                .request(reqwest::Method::POST, &desk.path(route))
                .json(&body);
            openwa.send(request.header("idempotency-key", route)).await
        };
        let first = send().await;
        assert!(!first.headers.contains_key("idempotent-replayed"), "{route}");
        let first = first.expect(201);
        let again = send().await;
        assert_eq!(again.headers["idempotent-replayed"], "true", "{route}");
        assert_eq!(again.expect(201), first, "{route}");
        let id = desk.raw(&string(&first, "messageId"));
        desk.received(&string(&first, "messageId")).await;
        assert_eq!(
            desk.peer.messages(|message| message["id"] == id).len(),
            1,
            "{route}"
        );
    }
}
