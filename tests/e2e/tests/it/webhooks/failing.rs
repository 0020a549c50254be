//! Receivers that do not do what they should: nothing is lost, order is kept, others do not notice.

use std::time::Duration;

use serde_json::{Value, json};
use wagon_test_kit::{Answering, DEADLINE, Gateway, Receiver};

use super::hooked::{Hooked, texts};
use crate::support::{BEGINNING, Scene, is_message, log_until, string};

#[tokio::test]
async fn one_dead_endpoint_slows_no_other_and_loses_nothing() {
    let builder = Gateway::builder().env("WAGON_WEBHOOK_TIMEOUT_SECONDS", "1");
    let hooked = Hooked::start_with(builder).await;
    let elsewhere = Receiver::start().await;
    let bad = [
        ("fails", Answering::Status(500, "no")),
        ("missing", Answering::Status(404, "no")),
        ("hangs", Answering::Hang),
        ("slow", Answering::Slowly(Duration::from_millis(100))),
        ("redirects", Answering::Redirect(elsewhere.url("secret"))),
        ("closes", Answering::CloseEarly),
    ];
    for (path, how) in &bad {
        hooked.receiver.answer(path, how.clone());
        hooked.register(path, json!({})).await;
    }
    let good = hooked.register("good", json!({})).await;
    let texts = texts(10);
    hooked.receive(&texts).await;
    hooked.told("good", "text 10").await;
    assert_eq!(hooked.texts("good"), texts);
    hooked.wait_deliveries(&good, "delivered", 10).await;
    for (path, _) in &bad {
        let told = hooked.texts(path);
        // What comes after the first one waits for it.
        if *path != "slow" {
            assert!(told.len() <= 1, "{path}: {told:?}");
        }
    }
    for (path, _) in &bad {
        hooked.receiver.answer(path, Answering::Status(200, "ok"));
    }
    for (path, _) in &bad {
        hooked.told(path, "text 10").await;
        assert_eq!(hooked.texts(path), texts, "{path}");
    }
    assert_eq!(
        elsewhere.seen().all(),
        [] as [Value; 0],
        "a redirect was followed"
    );
}

#[tokio::test]
async fn a_name_that_leads_inside_is_never_called() {
    // Nothing is permitted beyond the public Internet here.
    let hooked = Hooked {
        scene: Scene::start(Gateway::builder()).await,
        receiver: Receiver::start().await,
    };
    let inside = hooked.receiver.url("inside").replace("127.0.0.1", "localhost");
    let inside = hooked.register("inside", json!({ "url": inside })).await;
    let nowhere = hooked
        .register("nowhere", json!({ "url": "http://nowhere.invalid/" }))
        .await;
    hooked.receive(&["hello".to_owned()]).await;
    for (webhook, why) in [(inside, "not on the allow-list"), (nowhere, "does not resolve")] {
        let failed = hooked.wait_deliveries(&webhook, "failed", 1).await;
        assert!(string(&failed[0], "lastError").contains(why), "{failed:?}");
        assert_eq!(failed[0]["responseCode"], Value::Null);
    }
    assert_eq!(hooked.receiver.seen().all(), [] as [Value; 0]);
}

#[tokio::test]
async fn a_receiver_that_asks_for_time_gets_it() {
    let hooked = Hooked::start().await;
    hooked.receiver.answer("busy", Answering::RetryAfter(429, 4));
    let webhook = hooked.register("busy", json!({})).await;
    hooked.receive(&["hello".to_owned()]).await;
    let failed = hooked.wait_deliveries(&webhook, "failed", 1).await;
    assert_eq!(failed[0]["responseCode"], 429);
    let wait = failed[0]["nextRetryAt"].as_i64().unwrap() - failed[0]["updatedAt"].as_i64().unwrap();
    assert!((3900..=4000).contains(&wait), "{wait}");
    hooked.receiver.answer("busy", Answering::Status(200, "ok"));
    hooked.wait_deliveries(&webhook, "delivered", 1).await;
    let times: Vec<i64> = hooked
        .receiver
        .at("busy")
        .iter()
        .map(|request| {
            string(&request["headers"], "x-webhook-timestamp")
                .parse()
                .unwrap()
        })
        .collect();
    assert!(times.len() == 2 && times[1] - times[0] >= 4000, "{times:?}");
}

#[tokio::test]
async fn a_refused_body_is_given_up_and_the_next_one_goes() {
    let hooked = Hooked::start().await;
    hooked
        .receiver
        .answer("picky", Answering::Status(422, "not this one"));
    let webhook = hooked.register("picky", json!({})).await;
    hooked.receive(&["first".to_owned()]).await;
    let dead = hooked.wait_deliveries(&webhook, "dead", 1).await;
    assert_eq!(
        (
            &dead[0]["attempts"],
            &dead[0]["responseCode"],
            &dead[0]["lastError"]
        ),
        (&json!(1), &json!(422), &json!("not this one"))
    );
    hooked.receiver.answer("picky", Answering::Status(200, "ok"));
    hooked.receive(&["second".to_owned()]).await;
    hooked.told("picky", "second").await;
    assert_eq!(hooked.texts("picky"), ["first", "second"]);
    assert_eq!(hooked.webhook(&webhook).await["active"], true);
}

#[tokio::test]
async fn attempts_end() {
    let hooked = Hooked::start().await;
    hooked.receiver.answer("fails", Answering::Status(503, "down"));
    let policy = json!({ "policy": "constant", "delaySeconds": 1, "attempts": 2 });
    let webhook = hooked.register("fails", json!({ "retryPolicy": policy })).await;
    hooked.receive(&["hello".to_owned()]).await;
    let dead = hooked.wait_deliveries(&webhook, "dead", 1).await;
    assert_eq!(dead[0]["attempts"], 2);
    assert_eq!(dead[0]["nextRetryAt"], Value::Null);
    let id = string(&dead[0], "id");
    let whole = hooked
        .v1()
        .get(&format!("/webhooks/{webhook}/deliveries/{id}"))
        .await
        .expect(200);
    let log = whole["attemptLog"].as_array().unwrap();
    assert_eq!(log.len(), 2);
    for attempt in log {
        assert_eq!(
            (&attempt["responseCode"], &attempt["response"]),
            (&json!(503), &json!("down"))
        );
        assert!(attempt["at"].is_i64() && attempt["durationMs"].is_i64());
    }
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone_until_it_is_turned_on() {
    let hooked = Hooked::start().await;
    hooked.receiver.answer("gone", Answering::Status(410, "gone"));
    let webhook = hooked.register("gone", json!({})).await;
    hooked
        .register("watcher", json!({ "events": ["webhook.disabled"] }))
        .await;
    hooked.receive(&["one".to_owned()]).await;
    let disabled = |event: &Value| event["event"] == "webhook.disabled";
    log_until(&hooked.v1(), disabled).await;
    let notice = |request: &Value| request["path"] == "watcher";
    let notice = hooked.receiver.seen().wait("the notice", notice, DEADLINE).await;
    assert_eq!(
        notice["body"]["payload"],
        json!({ "webhookId": webhook, "reason": "gone" })
    );
    let found = hooked.webhook(&webhook).await;
    assert_eq!(
        (&found["active"], &found["disabled"]["reason"]),
        (&json!(false), &json!("gone"))
    );

    hooked.receive(&["while it is off".to_owned()]).await;
    log_until(&hooked.v1(), is_message("while it is off")).await;
    hooked.receiver.answer("gone", Answering::Status(200, "ok"));
    let turned_on = hooked
        .v1()
        .patch(&format!("/webhooks/{webhook}"), json!({ "active": true }))
        .await
        .expect(200);
    assert_eq!(
        (&turned_on["active"], &turned_on["disabled"]),
        (&json!(true), &Value::Null)
    );
    hooked.receive(&["two".to_owned()]).await;
    hooked.told("gone", "two").await;
    assert_eq!(
        hooked.texts("gone"),
        ["one", "two"],
        "what was open goes first, what happened meanwhile not"
    );

    let body = json!({ "since": BEGINNING, "statuses": ["missed"] });
    let again = hooked
        .v1()
        .post(&format!("/webhooks/{webhook}:redeliver"), body)
        .await;
    assert_eq!(again.expect(202), json!({ "count": 1, "more": false }));
    hooked.told("gone", "while it is off").await;
}

#[tokio::test]
async fn long_failure_turns_a_webhook_off() {
    let builder = Gateway::builder().env("WAGON_WEBHOOK_DISABLE_AFTER_SECONDS", "2");
    let hooked = Hooked::start_with(builder).await;
    hooked.receiver.answer("fails", Answering::Status(500, "no"));
    let webhook = hooked.register("fails", json!({})).await;
    hooked.receive(&["hello".to_owned()]).await;
    let log = log_until(&hooked.v1(), |event| event["event"] == "webhook.disabled").await;
    let event = log.last().unwrap();
    assert_eq!(
        event["payload"],
        json!({ "webhookId": webhook, "reason": "failing" })
    );
    let found = hooked.webhook(&webhook).await;
    assert_eq!(
        (&found["active"], &found["disabled"]["reason"]),
        (&json!(false), &json!("failing"))
    );
    assert!(found["failingSince"].is_i64());
    let attempts = hooked.receiver.at("fails").len();
    assert!(attempts >= 3, "{attempts}");
}
