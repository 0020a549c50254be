//! Sends that WhatsApp refuses, does not answer, or that the session's budget holds back.

use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, cast, wait_until};

use crate::support::{Scene, string, text};

fn reader() -> String {
    format!("{}@s.whatsapp.net", cast::READER)
}

fn status(status: &str, id: &Value) -> impl Fn(&Value) -> bool {
    move |event| {
        event["event"] == "message.status"
            && event["payload"]["status"] == status
            && event["payload"]["messageIds"] == json!([id])
    }
}

#[tokio::test]
async fn refusals_have_their_own_errors() {
    let scene = Scene::start(Gateway::builder()).await;
    let events = scene.gateway.v1().events("events=message.status").await;
    for (wa_code, http, code, reason) in [
        (463, 429, "rate_limited", Some("reach_out_limited")),
        (475, 429, "rate_limited", Some("new_chat_cap")),
        (429, 429, "rate_limited", Some("rate_limited")),
        (479, 400, "validation_error", None),
        (503, 503, "gateway_unavailable", None),
    ] {
        // A limit holds back everything else that its session sends.
        let account = scene.sandbox.admin().account("Limited").await;
        let v1 = scene.gateway.v1();
        let session = v1.paired_session(scene.sandbox.admin(), &account.pn).await;
        let mark = events.seen().mark();
        let fault = json!({ "action": { "kind": "ack_error", "code": wa_code }, "count": 1 });
        scene.sandbox.admin().fault(fault).await;
        let path = format!("/sessions/{session}/messages");
        let answer = v1.post(&path, text(&reader(), "refused")).await;
        assert_eq!(answer.status.as_u16(), http, "{wa_code}: {}", answer.body);
        let error = &answer.body["error"];
        assert_eq!(error["code"], code, "{wa_code}");
        assert_eq!(error["details"]["reason"].as_str(), reason, "{wa_code}");
        assert!(
            string(error, "message").contains(&wa_code.to_string()),
            "{wa_code}: {error}"
        );

        let failed = |event: &Value| event["payload"]["status"] == "failed";
        let event = events
            .seen()
            .wait_from(mark, "the failure", failed, DEADLINE)
            .await;
        assert!(event["payload"]["outboxId"].is_string(), "{event}");
        if let Some(reason) = reason {
            assert_eq!(event["payload"]["error"]["code"], reason);
            let retry_at = event["payload"]["error"]["retryAt"].as_i64().unwrap_or_default();
            assert!(
                retry_at > event["timestamp"].as_i64().unwrap_or_default(),
                "{event}"
            );
            assert!(answer.headers.contains_key("retry-after"), "{wa_code}");
        }
        let messages = format!("/sessions/{session}/chats/{}/messages?limit=1", reader());
        let stored = v1.get(&messages).await.expect(200);
        assert_eq!(stored["data"][0]["status"], "failed", "{wa_code}");
        assert_eq!(
            event["payload"]["messageIds"],
            json!([stored["data"][0]["waMessageId"]])
        );
    }
}

#[tokio::test]
async fn a_refused_send_may_be_tried_again_with_its_key() {
    let scene = Scene::start(Gateway::builder()).await;
    let fault = json!({ "action": { "kind": "ack_error", "code": 503 }, "count": 1 });
    scene.sandbox.admin().fault(fault).await;
    let body = text(&reader(), "second try");
    scene.send(&body, Some("key-1")).await.expect(503);
    let sent = scene.send(&body, Some("key-1")).await.expect(200);
    let admin = scene.sandbox.admin();
    let entry = admin
        .wait_inbox(cast::READER, |entry| entry["text"] == "second try", DEADLINE)
        .await;
    assert_eq!(entry["id"], sent["waMessageId"]);
}

/// Neither the recipient's phone nor the own one can read what arrives. Both ask for it again, and what
/// goes out then is swallowed.
#[tokio::test]
async fn an_answer_to_a_phone_that_asks_again_is_repeated_until_whatsapp_takes_it() {
    let scene = Scene::start(Gateway::builder()).await;
    let admin = scene.sandbox.admin();
    for (child, action, count) in [("participants", "corrupt", 1), ("enc", "swallow", 2)] {
        let fault = json!({
            "scope": { "account": scene.shop.pn },
            "match": { "tag": "message", "direction": "in", "child": child },
            "action": { "kind": action }, "count": count,
        });
        admin.fault(fault).await;
    }
    let sent = scene
        .send(&text(&reader(), "a third time, then"), None)
        .await
        .expect(200);
    let arrived = |entry: &Value| entry["id"] == sent["waMessageId"] && entry["kind"] == "message";
    let entry = admin.wait_inbox(cast::READER, arrived, DEADLINE).await;
    assert_eq!(entry["text"], "a third time, then");
    let faults = faults(&scene).await;
    let used_up = |faults: &Vec<Value>| faults.iter().all(|fault| fault["state"] == "spent");
    assert!(faults.as_array().is_some_and(used_up), "{faults}");
}

#[tokio::test]
async fn an_unanswered_send_goes_out_again_as_the_same_message() {
    let scene = Scene::start(Gateway::builder()).await;
    let admin = scene.sandbox.admin();
    let events = scene.gateway.v1().events("events=message.status").await;
    let swallow = json!({
        "scope": { "account": scene.shop.pn }, "match": { "tag": "message" }, "action": { "kind": "swallow" }, "count": 1,
    });
    admin.fault(swallow).await;
    let body = text(&reader(), "into the void");
    let (answer, ()) = tokio::join!(scene.send(&body, Some("key-1")), async {
        // The fault is used up once the message was swallowed.
        wait_until(DEADLINE, "the swallowed message", async || {
            match faults(&scene).await {
                Value::Array(faults) if faults.iter().all(|fault| fault["state"] == "spent") => Ok(()),
                other => Err(other),
            }
        })
        .await;
        let close = json!({ "scope": { "account": scene.shop.pn }, "action": { "kind": "close" } });
        admin.fault(close).await;
    });
    let answer = answer.expect(202);
    assert_eq!(answer["mode"], "async");
    let id = &answer["waMessageId"];

    let event = events.wait_event(status("sent", id), DEADLINE).await;
    assert_eq!(event["payload"]["outboxId"], answer["outboxId"]);
    admin
        .wait_inbox(cast::READER, |entry| entry["id"] == *id, DEADLINE)
        .await;
    let replay = scene.send(&body, Some("key-1")).await.expect(200);
    assert_eq!(
        (&replay["status"], &replay["waMessageId"], &replay["outboxId"]),
        (&json!("sent"), id, &answer["outboxId"])
    );
    let marker = scene.send(&text(&reader(), "the end"), None).await.expect(200);
    admin
        .wait_inbox(
            cast::READER,
            |entry| entry["id"] == marker["waMessageId"],
            DEADLINE,
        )
        .await;
    let mut inbox = admin.inbox(cast::READER).await;
    inbox.retain(|entry| entry["text"] == "into the void");
    assert_eq!(inbox.len(), 1, "{inbox:#?}");
    assert_eq!(inbox[0]["id"], *id);
}

async fn faults(scene: &Scene) -> Value {
    let url = format!("{}/admin/faults", scene.sandbox.admin().url());
    let response = reqwest::get(url).await.expect("the sandbox answers");
    response.json().await.expect("the sandbox answers JSON")
}

#[tokio::test]
async fn the_budget_outlives_the_process() {
    let mut scene = Scene::start(Gateway::builder().env("DEFAULT_RATE_PER_MIN", "2")).await;
    for number in 1..=2 {
        scene
            .send(&text(&reader(), &format!("within {number}")), None)
            .await
            .expect(200);
    }
    over_budget(&scene, "one too many").await;
    // A key that was spent on the refused request would now stand for its body, and conflict with this one.
    over_budget(&scene, "another one").await;

    scene.gateway.kill_9().await;
    scene.gateway.start_again().await;
    scene.gateway.v1().wait_session(&scene.session, "working").await;
    over_budget(&scene, "still too many").await;

    let other = scene.sandbox.admin().account("Other").await;
    let session = scene
        .gateway
        .v1()
        .paired_session(scene.sandbox.admin(), &other.pn)
        .await;
    let path = format!("/sessions/{session}/messages");
    let v1 = scene.gateway.v1();
    v1.post(&path, text(&reader(), "of another session"))
        .await
        .expect(200);
    let admin = scene.sandbox.admin();
    let last = |entry: &Value| entry["text"] == "of another session";
    admin.wait_inbox(cast::READER, last, DEADLINE).await;
    let inbox = admin.inbox(cast::READER).await;
    assert_eq!(inbox.len(), 3, "{inbox:#?}");
}

async fn over_budget(scene: &Scene, content: &str) {
    let answer = scene.send(&text(&reader(), content), Some("key-1")).await;
    assert_eq!(answer.status, 429, "{}", answer.body);
    let header = answer.headers["retry-after"].to_str().expect("plain digits");
    let error = &answer.body["error"];
    assert_eq!(error["code"], "rate_limited");
    let seconds = error["details"]["retryAfterSeconds"]
        .as_u64()
        .expect("whole seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(header, seconds.to_string());
}
