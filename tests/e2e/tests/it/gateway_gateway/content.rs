use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Sandbox};

use super::{Side, told, two};
use crate::support::string;

const PIXELS: &[u8] = include_bytes!("../../../assets/pixels.png");

async fn media(side: &Side, id: &str) -> Vec<u8> {
    let path = side.path(&format!("/messages/{id}/media"));
    let answer = side.v1.request(Method::GET, &path).send().await;
    let answer = answer.expect("the gateway answers");
    assert_eq!(answer.status(), 200, "{path}");
    answer.bytes().await.expect("the media").to_vec()
}

#[tokio::test]
async fn every_type_arrives_whole() {
    let sandbox = Sandbox::start().await;
    let (ann, bo) = two(&sandbox).await;
    let bo_sees = bo.v1.events("events=message").await;
    let arrives = async |mut body: Value| {
        body["to"] = bo.account.jid().into();
        let id = ann.send_body(body).await;
        let event = bo_sees.wait_event(told(&id), DEADLINE).await;
        (id, event["payload"].clone())
    };

    let poll = json!({ "name": "Lunch?", "options": ["Pizza", "Sushi"], "selectableCount": 1 });
    let (_, received) = arrives(json!({
        "type": "poll", "name": "Lunch?", "options": ["Pizza", "Sushi"], "selectableCount": 1,
    }))
    .await;
    for field in ["name", "options", "selectableCount"] {
        assert_eq!(received["poll"][field], poll[field]);
    }
    let (_, received) = arrives(json!({
        "type": "location", "latitude": -6.2, "longitude": 106.816_666, "name": "Monas",
    }))
    .await;
    assert_eq!(received["location"]["longitude"], 106.816_666);
    assert_eq!(received["location"]["name"], "Monas");
    let (_, received) =
        arrives(json!({ "type": "contact", "contact": { "name": "Jamie", "phone": "15550000009" } })).await;
    assert_eq!(received["contact"]["displayName"], "Jamie");

    let data = STANDARD.encode(PIXELS);
    for (kind, extra) in [
        ("image", json!({ "caption": "dots" })),
        ("video", json!({ "mimetype": "video/mp4" })),
        (
            "audio",
            json!({ "mimetype": "audio/ogg; codecs=opus", "ptt": true }),
        ),
        (
            "document",
            json!({ "mimetype": "text/csv", "filename": "dots.csv" }),
        ),
    ] {
        let mut file = extra;
        file["data"] = data.clone().into();
        let (id, received) = arrives(json!({ "type": kind, "media": file })).await;
        assert_eq!(
            (&received["type"], &received["hasMedia"]),
            (&json!(kind), &json!(true))
        );
        assert_eq!(media(&bo, &id).await, PIXELS, "{kind}");
    }
    let (id, received) = arrives(json!({ "type": "sticker", "media": { "data": data } })).await;
    assert_eq!(received["type"], "sticker");
    assert_eq!(&media(&bo, &id).await[8..12], b"WEBP");

    let (id, received) =
        arrives(json!({ "type": "album", "medias": [{ "data": data }, { "data": data }] })).await;
    assert_eq!(received["type"], "album");
    for part in 0..2 {
        let part = format!("{id}{part:02X}");
        bo_sees.wait_event(told(&part), DEADLINE).await;
        assert_eq!(media(&bo, &part).await, PIXELS);
    }
}

#[tokio::test]
async fn changes_arrive_as_what_they_are() {
    let sandbox = Sandbox::start().await;
    let (ann, bo) = two(&sandbox).await;
    let (ann_sees, bo_sees) = tokio::join!(ann.v1.events(""), bo.v1.events(""));
    let (to_bo, to_ann) = (bo.account.jid(), ann.account.jid());
    let named = |name: &'static str, target: &str| {
        let target = target.to_owned();
        move |event: &Value| event["event"] == name && event["payload"]["targetId"] == target.as_str()
    };

    let text = ann.send(&bo, "12pm", None).await;
    bo_sees.wait_event(told(&text), DEADLINE).await;
    let message = |rest: &str| format!("/messages/{text}{rest}");
    let edit = json!({ "chat": to_bo, "text": "1pm" });
    ann.v1.patch(&ann.path(&message("")), edit).await.expect(200);
    let edited = bo_sees.wait_event(named("message.edited", &text), DEADLINE).await;
    assert_eq!(edited["payload"]["body"], "1pm");

    let react = json!({ "chat": to_ann, "emoji": "👍" });
    bo.v1
        .post(&bo.path(&message("/reaction")), react)
        .await
        .expect(200);
    let reaction = ann_sees
        .wait_event(named("message.reaction", &text), DEADLINE)
        .await;
    assert_eq!(reaction["payload"]["reaction"], "👍");

    let forward = json!({ "chat": to_ann, "to": to_ann });
    let forwarded = bo
        .v1
        .post(&bo.path(&message("/forward")), forward)
        .await
        .expect(200);
    let forwarded = ann_sees
        .wait_event(told(&string(&forwarded, "waMessageId")), DEADLINE)
        .await;
    assert_eq!(forwarded["payload"]["body"], "1pm");

    let poll = json!({ "type": "poll", "to": to_bo, "name": "Lunch?", "options": ["Pizza", "Sushi"] });
    let poll = ann.send_body(poll).await;
    bo_sees.wait_event(told(&poll), DEADLINE).await;
    let vote = json!({ "chat": to_ann, "options": ["Sushi"] });
    bo.v1
        .post(&bo.path(&format!("/messages/{poll}/vote")), vote)
        .await
        .expect(200);
    let vote = |event: &Value| event["event"] == "poll.vote";
    let vote = ann_sees.wait_event(vote, DEADLINE).await;
    assert_eq!(vote["payload"]["selectedOptions"], json!(["Sushi"]), "{vote}");

    let request = ann
        .v1
        .request(Method::DELETE, &ann.path(&message("")))
        .json(&json!({ "chat": to_bo }));
    ann.v1.send(request).await.expect(200);
    bo_sees
        .wait_event(named("message.revoked", &text), DEADLINE)
        .await;
}
