//! Webhooks of the OpenWA dialect: what receivers get, when it is repeated, and what became of it.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use wagon_test_kit::{Answering, DEADLINE, Gateway, OpenWa, Receiver, cast, wait_until};

use crate::support::{Scene, string};

const SECRET: &str = "a-secret-of-some-length";

pub(crate) struct Hooked {
    pub(crate) scene: Scene,
    pub(crate) receiver: Receiver,
}

impl Hooked {
    pub(crate) async fn start() -> Self {
        let receiver = Receiver::start().await;
        let builder = Gateway::builder().env("WAGON_OUTBOUND_ALLOW", "127.0.0.1");
        Self {
            scene: Scene::start(builder).await,
            receiver,
        }
    }

    pub(crate) fn openwa(&self) -> OpenWa {
        self.scene.gateway.openwa()
    }

    pub(crate) async fn register(&self, path: &str, more: Value) -> Value {
        let mut body = json!({ "url": self.receiver.url(path), "secret": SECRET, "retryCount": 1 });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        self.openwa()
            .post(&self.scene.path("/webhooks"), body)
            .await
            .expect(201)
    }

    async fn hear(&self, text: &str) -> String {
        let admin = self.scene.sandbox.admin();
        admin.send(cast::READER, &self.scene.shop.jid(), text).await
    }

    /// Waits until the path was told of such an event.
    pub(crate) async fn told(&self, path: &str, event: &str, matches: impl Fn(&Value) -> bool) -> Value {
        let wanted = |request: &Value| {
            request["path"] == path && request["body"]["event"] == event && matches(&request["body"]["data"])
        };
        self.receiver.seen().wait(event, wanted, DEADLINE).await
    }
}

/// Whether the request is signed as receivers check it.
#[track_caller]
fn assert_signed(request: &Value) {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length of key will do");
    mac.update(string(request, "raw").as_bytes());
    let expected = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    assert_eq!(request["headers"]["x-openwa-signature"], expected);
}

#[tokio::test]
async fn messages_and_what_becomes_of_them_are_told_and_signed() {
    let hooked = Hooked::start().await;
    let events = [
        "message.received",
        "message.sent",
        "message.ack",
        "message.reaction",
    ];
    let more = json!({ "events": events, "headers": { "X-Shop": "7", "X-OpenWA-Event": "forged" } });
    let webhook = hooked.register("all", more).await;
    assert_eq!(
        (&webhook["events"], &webhook["active"]),
        (&json!(events), &json!(true))
    );
    assert!(webhook.get("secret").is_none() && webhook.get("headers").is_none());

    let id = hooked.hear("hello").await;
    let chat = format!("{}@c.us", cast::READER);
    let request = hooked
        .told("all", "message.received", |data| data["body"] == "hello")
        .await;
    assert_signed(&request);
    let (headers, body) = (&request["headers"], &request["body"]);
    assert_eq!(headers["x-openwa-event"], "message.received");
    assert_eq!(headers["user-agent"], "OpenWA-Webhook/1.0.0");
    assert_eq!(
        (&headers["x-shop"], &headers["x-openwa-retry-count"]),
        (&json!("7"), &json!("0"))
    );
    assert_eq!(headers["x-openwa-delivery-id"], body["deliveryId"]);
    assert_eq!(headers["x-openwa-idempotency-key"], body["idempotencyKey"]);
    assert!(string(body, "deliveryId").starts_with("dlv_"), "{body}");
    assert_eq!(body["sessionId"], hooked.scene.session);
    let data = &body["data"];
    assert_eq!(data["id"], format!("false_{chat}_{id}"));
    assert_eq!((&data["from"], &data["chatId"]), (&json!(chat), &json!(chat)));
    assert_eq!(data["to"], format!("{}@c.us", hooked.scene.shop.pn));
    assert_eq!(
        (&data["type"], &data["kind"]),
        (&json!("text"), &json!("individual"))
    );
    assert_eq!(
        (&data["fromMe"], &data["isGroup"]),
        (&json!(false), &json!(false))
    );

    let body = json!({ "chatId": chat, "text": "hi there" });
    let sent = hooked
        .openwa()
        .post(&hooked.scene.path("/messages/send-text"), body)
        .await
        .expect(201);
    let sent = string(&sent, "messageId");
    let told = hooked
        .told("all", "message.sent", |data| data["id"] == sent)
        .await;
    assert_eq!(told["body"]["data"]["body"], "hi there");
    assert_eq!(told["body"]["data"]["fromMe"], true);
    for status in ["sent", "read"] {
        let ack = hooked
            .told("all", "message.ack", |data| {
                data["messageId"] == sent && data["status"] == status
            })
            .await;
        assert_signed(&ack);
    }
    assert!(!hooked.scene.gateway.log().contains(SECRET));
}

#[tokio::test]
async fn filters_keep_out_what_was_not_asked_for() {
    let hooked = Hooked::start().await;
    let condition = json!({ "field": "body", "operator": "contains", "value": "URGENT" });
    hooked
        .register("filtered", json!({ "filters": { "conditions": [condition] } }))
        .await;
    hooked.hear("nothing much").await;
    hooked.hear("this is urgent").await;
    let first = hooked.told("filtered", "message.received", |_| true).await;
    assert_eq!(first["body"]["data"]["body"], "this is urgent");
    assert_eq!(hooked.receiver.at("filtered").len(), 1);
    let path = hooked.scene.path("/webhooks");
    let bad = json!({
        "url": hooked.receiver.url("x"),
        "filters": { "conditions": [{ "field": "colour", "operator": "is", "value": [] }] },
    });
    hooked.openwa().post(&path, bad).await.expect(400);
}

#[tokio::test]
async fn what_was_given_up_is_listed_and_delivered_on_demand() {
    let hooked = Hooked::start().await;
    hooked.receiver.answer("down", Answering::Status(502, "no"));
    let webhook = hooked.register("down", json!({})).await;
    hooked.hear("first").await;
    let refused = hooked.told("down", "message.received", |_| true).await;
    let openwa = hooked.openwa();
    let failures = wait_until(DEADLINE, "a failure", async || {
        let answer = openwa.get("/webhooks/delivery-failures").await;
        if answer.body.as_array().is_some_and(|rows| !rows.is_empty()) {
            Ok(answer.body)
        } else {
            Err(answer)
        }
    })
    .await;
    let row = &failures[0];
    assert_eq!(
        (&row["webhookId"], &row["event"]),
        (&webhook["id"], &json!("message.received"))
    );
    assert_eq!(
        (&row["attempts"], &row["lastStatusCode"]),
        (&json!(1), &json!(502))
    );
    assert_eq!(row["deliveryId"], refused["body"]["deliveryId"]);
    assert_eq!(row["idempotencyKey"], refused["body"]["idempotencyKey"]);
    assert_eq!(
        (&row["lastError"], &row["replayable"]),
        (&json!("HTTP 502: Bad Gateway"), &json!(true))
    );
    let other = openwa
        .get("/webhooks/delivery-failures?sessionId=sess_none")
        .await
        .expect(200);
    assert_eq!(other, json!([]));

    hooked.receiver.answer("down", Answering::Status(200, "ok"));
    let redriven = openwa
        .post("/webhooks/delivery-failures/redrive", json!({}))
        .await
        .expect(200);
    assert_eq!(
        (&redriven["redriven"], &redriven["remaining"]),
        (&json!(1), &json!(0))
    );
    wait_until(DEADLINE, "the second attempt", async || {
        let had = hooked.receiver.at("down");
        if had.len() == 2 { Ok(()) } else { Err(had) }
    })
    .await;
    let again = hooked.receiver.at("down").remove(1);
    assert_eq!(again["body"]["idempotencyKey"], refused["body"]["idempotencyKey"]);
    wait_until(DEADLINE, "no failure", async || {
        let answer = openwa.get("/webhooks/delivery-failures").await;
        if answer.body == json!([]) {
            Ok(())
        } else {
            Err(answer)
        }
    })
    .await;
}

#[tokio::test]
async fn webhooks_are_tried_changed_listed_and_deleted() {
    let hooked = Hooked::start().await;
    let openwa = hooked.openwa();
    let webhook = hooked.register("one", json!({ "events": ["*"] })).await;
    assert_eq!(webhook["sessionId"], hooked.scene.session);
    let path = hooked
        .scene
        .path(&format!("/webhooks/{}", string(&webhook, "id")));
    let trial = openwa.invoke(&format!("{path}/test")).await.expect(200);
    assert_eq!(trial, json!({ "success": true, "statusCode": 200 }));
    let told = hooked
        .told("one", "test", |data| data["webhookId"] == webhook["id"])
        .await;
    assert_signed(&told);
    hooked.receiver.answer("one", Answering::Status(500, "broken"));
    let trial = openwa.invoke(&format!("{path}/test")).await.expect(200);
    assert_eq!(
        (&trial["success"], &trial["statusCode"]),
        (&json!(false), &json!(500))
    );

    let change = json!({ "events": ["message.ack"], "retryCount": 0, "active": false });
    let changed = openwa.put(&path, change).await.expect(200);
    assert_eq!(changed["events"], json!(["message.ack"]));
    assert_eq!(
        (&changed["retryCount"], &changed["active"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(openwa.get(&path).await.expect(200), changed);
    assert_eq!(
        openwa.get(&hooked.scene.path("/webhooks")).await.expect(200),
        json!([changed])
    );
    assert_eq!(openwa.get("/webhooks").await.expect(200), json!([changed]));
    openwa.delete(&path).await.expect(204);
    let gone = openwa.get(&path).await.expect(404);
    let id = string(&webhook, "id");
    assert_eq!(gone["message"], format!("Webhook with id '{id}' not found"));

    let all = hooked.scene.path("/webhooks");
    for bad in [
        json!({}),
        json!({ "url": "ftp://x" }),
        json!({ "url": "http://10.0.0.1/" }),
        json!({ "url": hooked.receiver.url("x"), "events": [] }),
        json!({ "url": hooked.receiver.url("x"), "events": ["message.sung"] }),
        json!({ "url": hooked.receiver.url("x"), "secret": "short" }),
        json!({ "url": hooked.receiver.url("x"), "retryCount": 6 }),
        json!({ "url": hooked.receiver.url("x"), "colour": "red" }),
    ] {
        let refused = openwa.post(&all, bad.clone()).await.expect(400);
        assert!(refused["message"].is_array(), "{bad}: {refused}");
    }
}
