//! Sends that are answered before they are sent: order, waiting, taking back, and what they say of themselves.

use serde_json::{Value, json};
use wagon_test_kit::{Answer, DEADLINE, Gateway, cast, wait_until};

use crate::support::{Scene, foreign_key, string, text, wagon};

fn reader() -> String {
    format!("{}@s.whatsapp.net", cast::READER)
}

impl Scene {
    /// Sends with `?async=true`.
    async fn queue(&self, body: &Value, key: Option<&str>) -> Answer {
        let v1 = self.gateway.v1();
        let path = self.path("/messages?async=true");
        let mut request = v1.request(reqwest::Method::POST, &path).json(body);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        v1.send(request).await
    }

    async fn outbox(&self, id: &Value) -> Value {
        let id = id.as_str().expect("an outbox id");
        let path = self.path(&format!("/outbox/{id}"));
        self.gateway.v1().get(&path).await.expect(200)
    }

    /// Waits until a send has come so far.
    async fn wait_send(&self, id: &Value, status: &str) -> Value {
        wait_until(DEADLINE, &format!("a send that is {status}"), async || {
            let send = self.outbox(id).await;
            if send["status"] == status {
                Ok(send)
            } else {
                Err(send)
            }
        })
        .await
    }

    async fn settings(&self, change: Value) -> Value {
        self.gateway.v1().patch(&self.path(""), change).await.expect(200)
    }

    async fn act(&self, verb: &str) {
        self.gateway.v1().invoke(&self.path(verb)).await.expect(200);
    }

    /// The texts that the reader phone has, in the order they came, once `last` is there.
    async fn arrived(&self, last: &str) -> Vec<String> {
        let admin = self.sandbox.admin();
        admin
            .wait_inbox(cast::READER, |entry| entry["text"] == last, DEADLINE)
            .await;
        let mut inbox = admin.inbox(cast::READER).await;
        inbox.retain(|entry| entry["kind"] == "message");
        inbox.iter().map(|entry| string(entry, "text")).collect()
    }
}

fn numbered(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("parcel {number}")).collect()
}

fn unlimited() -> wagon_test_kit::GatewayBuilder {
    Gateway::builder()
        .env("DEFAULT_RATE_PER_MIN", "0")
        .env("DEFAULT_RATE_PER_HOUR", "0")
}

#[tokio::test]
async fn asynchronous_sends_go_out_in_order_and_tell_of_every_step() {
    let scene = Scene::start(unlimited()).await;
    let events = scene.gateway.v1().events("events=message.status").await;
    let parcels = numbered(40);
    let mut answers = Vec::new();
    for parcel in &parcels {
        let answer = scene.queue(&text(&reader(), parcel), None).await.expect(202);
        assert_eq!(answer["mode"], "async");
        assert_eq!(answer["messageId"], answer["waMessageId"]);
        answers.push(answer);
    }
    assert_eq!(scene.arrived("parcel 40").await, parcels);
    for answer in &answers {
        for status in ["pending", "sent", "read"] {
            let told = |event: &Value| {
                event["payload"]["status"] == status
                    && event["payload"]["messageIds"] == json!([answer["messageId"]])
            };
            let event = events.wait_event(told, DEADLINE).await;
            assert_eq!(event["payload"]["outboxId"], answer["outboxId"], "{event}");
        }
        let send = scene.wait_send(&answer["outboxId"], "read").await;
        assert_eq!(send["messageId"], answer["messageId"]);
        assert_eq!(send["to"], reader());
        assert_eq!(send["type"], "text");
    }
    let path = scene.path(&format!("/messages/{}", string(&answers[0], "messageId")));
    let message = scene.gateway.v1().get(&path).await.expect(200);
    assert_eq!(
        (&message["status"], &message["body"], &message["outboxId"]),
        (&json!("read"), &json!("parcel 1"), &answers[0]["outboxId"])
    );
}

#[tokio::test]
async fn a_session_that_is_down_keeps_its_queue_over_a_crash() {
    let mut scene = Scene::start(unlimited()).await;
    scene.act(":stop").await;
    scene.send(&text(&reader(), "not now"), None).await.expect(501);
    let parcels = numbered(30);
    let mut answers = Vec::new();
    for parcel in &parcels {
        answers.push(scene.queue(&text(&reader(), parcel), None).await.expect(202));
    }
    scene.gateway.kill_9().await;
    scene.gateway.start_again().await;
    for answer in &answers {
        assert_eq!(scene.outbox(&answer["outboxId"]).await["status"], "queued");
    }

    scene.act(":start").await;
    assert_eq!(scene.arrived("parcel 30").await, parcels);
    for (answer, parcel) in answers.iter().zip(&parcels) {
        scene.wait_send(&answer["outboxId"], "read").await;
        let inbox = scene.sandbox.admin().inbox(cast::READER).await;
        let entry = inbox
            .iter()
            .find(|entry| entry["text"] == *parcel)
            .expect("it arrived");
        assert_eq!(
            entry["id"], answer["messageId"],
            "the id was known from the start"
        );
    }
}

#[tokio::test]
async fn a_queued_send_can_be_taken_back() {
    let scene = Scene::start(unlimited()).await;
    let events = scene.gateway.v1().events("events=message.status").await;
    scene.act(":stop").await;
    let unwanted = scene
        .queue(&text(&reader(), "unwanted"), Some("key-1"))
        .await
        .expect(202);
    let wanted = scene.queue(&text(&reader(), "wanted"), None).await.expect(202);
    let v1 = scene.gateway.v1();
    let path = scene.path(&format!("/outbox/{}", string(&unwanted, "outboxId")));
    v1.delete(&path).await.expect(204);
    let again = v1.delete(&path).await.expect(409);
    assert_eq!(again["error"]["code"], "conflict");
    let send = scene.outbox(&unwanted["outboxId"]).await;
    assert_eq!(
        (&send["status"], &send["error"]["code"]),
        (&json!("failed"), &json!("cancelled"))
    );
    let failed = |event: &Value| {
        event["payload"]["outboxId"] == unwanted["outboxId"] && event["payload"]["status"] == "failed"
    };
    let event = events.wait_event(failed, DEADLINE).await;
    assert_eq!(event["payload"]["error"]["code"], "cancelled");

    scene.act(":start").await;
    assert_eq!(scene.arrived("wanted").await, ["wanted"]);
    let gone = scene.path(&format!("/outbox/{}", string(&wanted, "outboxId")));
    v1.delete(&gone).await.expect(409);
    // Its key stands for a failed send, which may be tried again: as the message it would have been.
    let retried = scene
        .queue(&text(&reader(), "unwanted"), Some("key-1"))
        .await
        .expect(202);
    assert_eq!(retried["messageId"], unwanted["messageId"]);
    assert_eq!(scene.arrived("unwanted").await, ["wanted", "unwanted"]);
}

#[tokio::test]
async fn what_is_over_budget_waits_in_order_and_goes_when_there_is_room() {
    let mut scene = Scene::start(unlimited()).await;
    let changed = scene.settings(json!({ "ratePerMin": 1, "label": "till" })).await;
    assert_eq!(
        (&changed["ratePerMin"], &changed["label"]),
        (&json!(1), &json!("till"))
    );
    assert_eq!(changed["ratePerHour"], 0, "what is left out stays");
    let mut answers = Vec::new();
    for parcel in numbered(4) {
        answers.push(scene.queue(&text(&reader(), &parcel), None).await.expect(202));
    }
    assert_eq!(scene.arrived("parcel 1").await, ["parcel 1"]);
    scene.wait_send(&answers[0]["outboxId"], "read").await;
    let refused = scene.send(&text(&reader(), "at once"), None).await;
    let error = refused.expect(429);
    let seconds = error["error"]["details"]["retryAfterSeconds"]
        .as_u64()
        .unwrap_or_default();
    assert!((1..=60).contains(&seconds), "{error}");

    // The budget is as spent after a restart, and the queue as long.
    scene.gateway.kill_9().await;
    scene.gateway.start_again().await;
    scene.gateway.v1().wait_session(&scene.session, "working").await;
    let queued = scene
        .gateway
        .v1()
        .get(&scene.path("/outbox?status=queued"))
        .await
        .expect(200);
    let queued: Vec<&Value> = queued["data"].as_array().expect("a list").iter().collect();
    let ids: Vec<&Value> = queued.iter().rev().map(|send| &send["outboxId"]).collect();
    let expected: Vec<&Value> = answers[1..].iter().map(|answer| &answer["outboxId"]).collect();
    assert_eq!(ids, expected);

    scene.settings(json!({ "ratePerMin": 0 })).await;
    assert_eq!(scene.arrived("parcel 4").await, numbered(4));
}

#[tokio::test]
async fn a_minute_later_there_is_room_again() {
    let scene = Scene::start(unlimited()).await;
    scene.settings(json!({ "ratePerMin": 2 })).await;
    for parcel in numbered(3) {
        scene.queue(&text(&reader(), &parcel), None).await.expect(202);
    }
    let admin = scene.sandbox.admin();
    admin
        .wait_inbox(cast::READER, |entry| entry["text"] == "parcel 3", DEADLINE * 4)
        .await;
    assert_eq!(scene.arrived("parcel 3").await, numbered(3));
}

#[tokio::test]
async fn whatsapps_limit_holds_the_queue_and_refuses_the_rest() {
    let scene = Scene::start(unlimited()).await;
    let events = scene.gateway.v1().events("events=session.status").await;
    let fault = json!({ "action": { "kind": "ack_error", "code": 429 }, "count": 1 });
    scene.sandbox.admin().fault(fault).await;
    let held = scene.queue(&text(&reader(), "limited"), None).await.expect(202);
    let event = events
        .wait_event(
            |event| event["payload"]["reason"]["code"] == "sends_held",
            DEADLINE,
        )
        .await;
    assert_eq!(event["payload"]["status"], "working");
    assert_eq!(event["payload"]["reason"]["cause"], "rate_limited");
    let until = event["payload"]["reason"]["until"].as_i64().unwrap_or_default();
    let told_at = event["timestamp"].as_i64().unwrap_or_default();
    assert!((55_000..=65_000).contains(&(until - told_at)), "{event}");

    assert_eq!(scene.outbox(&held["outboxId"]).await["status"], "queued");
    let refused = scene.send(&text(&reader(), "at once"), Some("key-1")).await;
    let seconds = refused.headers["retry-after"]
        .to_str()
        .expect("digits")
        .to_owned();
    let error = refused.expect(429);
    assert_eq!(error["error"]["details"]["reason"], "rate_limited");
    assert_eq!(
        error["error"]["details"]["retryAfterSeconds"].to_string(),
        seconds
    );
    // Nothing was sent, and the key stands for nothing.
    scene
        .send(&text(&reader(), "other"), Some("key-1"))
        .await
        .expect(429);
    let inbox = scene.sandbox.admin().inbox(cast::READER).await;
    assert_eq!(inbox, [Value::Null; 0], "one try was enough to know");
}

#[tokio::test]
async fn trouble_of_whatsapps_own_ends_no_send_that_was_promised() {
    let scene = Scene::start(unlimited()).await;
    let fault = json!({ "action": { "kind": "ack_error", "code": 503 }, "count": 2 });
    scene.sandbox.admin().fault(fault).await;
    let queued = scene
        .queue(&text(&reader(), "in the end"), None)
        .await
        .expect(202);
    assert_eq!(scene.arrived("in the end").await, ["in the end"]);
    scene.wait_send(&queued["outboxId"], "read").await;
}

#[tokio::test]
async fn keys_hold_for_asynchronous_sends_too() {
    let scene = Scene::start(unlimited()).await;
    let body = text(&reader(), "once");
    scene.act(":stop").await;
    let first = scene.queue(&body, Some("key-1")).await.expect(202);
    let replay = scene.queue(&body, Some("key-1")).await.expect(202);
    assert_eq!(replay["replayed"], true);
    // A synchronous request is told the same; it does not send beside it.
    let sync = scene.send(&body, Some("key-1")).await.expect(202);
    for other in [&replay, &sync] {
        assert_eq!(other["outboxId"], first["outboxId"]);
        assert_eq!(other["messageId"], first["messageId"]);
    }
    let other = text(&reader(), "another");
    let refused = scene.queue(&other, Some("key-1")).await.expect(409);
    assert_eq!(refused["error"]["code"], "conflict");
    scene.act(":start").await;
    scene.wait_send(&first["outboxId"], "read").await;
    let sent = scene.queue(&body, Some("key-1")).await.expect(200);
    assert_eq!(
        (&sent["status"], &sent["replayed"]),
        (&json!("sent"), &json!(true))
    );
    assert_eq!(scene.arrived("once").await, ["once"]);
}

#[tokio::test]
async fn the_outbox_is_paged_filtered_and_guarded() {
    let scene = Scene::start(unlimited()).await;
    let mut answers = Vec::new();
    for parcel in numbered(5) {
        let answer = scene.send(&text(&reader(), &parcel), None).await.expect(200);
        scene.wait_send(&answer["outboxId"], "read").await;
        answers.push(answer);
    }
    let v1 = scene.gateway.v1();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = scene.path(&format!("/outbox?limit=2&status=read&cursor={cursor}"));
        let page = v1.get(&path).await.expect(200);
        seen.extend(
            page["data"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|send| send["outboxId"].clone()),
        );
        match page["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    let newest_first: Vec<Value> = answers
        .iter()
        .rev()
        .map(|answer| answer["outboxId"].clone())
        .collect();
    assert_eq!(seen, newest_first);
    let none = v1.get(&scene.path("/outbox?status=queued")).await.expect(200);
    assert_eq!(none["data"], json!([]));

    let refused = v1.get(&scene.path("/outbox?status=lost")).await.expect(400);
    assert_eq!(refused["error"]["code"], "validation_error");
    let id = string(&answers[0], "outboxId");
    let args = ["keys", "create", "--name", "reader", "--capabilities", "read"];
    let key = wagon(scene.gateway.data_dir(), args).await.expect_success();
    let reader = v1.with_key(key.trim());
    for path in ["/outbox".to_owned(), format!("/outbox/{id}")] {
        let path = scene.path(&path);
        v1.anonymous().get(&path).await.expect(401);
        let foreign = v1.with_key(&foreign_key(&scene.gateway, "send,read,manage").await);
        foreign.get(&path).await.expect(404);
        reader.get(&path).await.expect(403);
    }
    for unknown in ["out_00000000000000000000000000", "nonsense"] {
        v1.get(&scene.path(&format!("/outbox/{unknown}")))
            .await
            .expect(404);
        v1.delete(&scene.path(&format!("/outbox/{unknown}")))
            .await
            .expect(404);
    }
    v1.get(&scene.path("/messages/3EB0000000000000000000"))
        .await
        .expect(404);
}
