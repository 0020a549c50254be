//! The log of deliveries, and delivering again.

use serde_json::{Value, json};
use wagon_test_kit::{Answering, DEADLINE};

use super::hooked::{Hooked, texts};
use crate::support::{BEGINNING, is_message, log_until, string};

#[tokio::test]
async fn deliveries_are_listed_page_by_page() {
    let hooked = Hooked::start().await;
    let webhook = hooked.register("hook", json!({})).await;
    hooked.receive(&texts(5)).await;
    hooked.wait_deliveries(&webhook, "delivered", 5).await;
    let (mut cursor, mut found) = (String::new(), Vec::new());
    loop {
        let path = format!("/webhooks/{webhook}/deliveries?limit=2&cursor={cursor}");
        let page = hooked.v1().get(&path).await.expect(200);
        found.extend(page["data"].as_array().cloned().unwrap());
        match page["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    let ids: Vec<String> = found.iter().map(|delivery| string(delivery, "eventId")).collect();
    let mut told: Vec<String> = hooked
        .receiver
        .at("hook")
        .iter()
        .map(|request| string(&request["body"], "id"))
        .collect();
    told.reverse();
    assert_eq!(ids, told);
    let first = &found[0];
    assert_eq!(
        (&first["event"], &first["attempts"]),
        (&json!("message"), &json!(1))
    );
    assert_eq!(
        (&first["responseCode"], &first["lastError"]),
        (&json!(200), &Value::Null)
    );
    assert_eq!(first["sessionId"], *hooked.scene.session);
    assert_eq!(hooked.deliveries(&webhook, "status=dead").await, [] as [Value; 0]);

    for (query, name) in [
        ("status=lost", "query.status"),
        ("limit=x", "query.limit"),
        ("cursor=%25", "cursor"),
    ] {
        let refused = hooked
            .v1()
            .get(&format!("/webhooks/{webhook}/deliveries?{query}"))
            .await;
        assert!(refused.expect(400).to_string().contains(name), "{query}");
    }
}

#[tokio::test]
async fn a_trial_tells_at_once_how_it_went() {
    let hooked = Hooked::start().await;
    let webhook = hooked
        .register("hook", json!({ "secret": "s", "events": ["message.status"] }))
        .await;
    let path = format!("/webhooks/{webhook}:test");
    let trial = hooked.v1().invoke(&path).await.expect(200);
    assert_eq!(
        (&trial["delivered"], &trial["responseCode"], &trial["response"]),
        (&json!(true), &json!(200), &json!("ok"))
    );
    let request = &hooked.receiver.at("hook")[0];
    assert_eq!(
        (&request["body"]["event"], &request["body"]["id"]),
        (&json!("webhook.test"), &trial["eventId"])
    );
    assert!(request["headers"]["webhook-signature"].is_string());

    hooked.receiver.answer("hook", Answering::Status(500, "no"));
    let trial = hooked.v1().invoke(&path).await.expect(200);
    assert_eq!(
        (&trial["delivered"], &trial["responseCode"]),
        (&json!(false), &json!(500))
    );
    let nowhere = hooked
        .register("x", json!({ "url": "http://nowhere.invalid/" }))
        .await;
    let trial = hooked
        .v1()
        .invoke(&format!("/webhooks/{nowhere}:test"))
        .await
        .expect(200);
    assert_eq!(trial["delivered"], false);
    assert!(string(&trial, "error").contains("does not resolve"), "{trial}");
    assert_eq!(
        hooked.deliveries(&webhook, "").await,
        [] as [Value; 0],
        "a trial is no delivery"
    );
}

#[tokio::test]
async fn one_delivery_is_made_again() {
    let hooked = Hooked::start().await;
    let webhook = hooked.register("hook", json!({})).await;
    hooked.receive(&["hello".to_owned()]).await;
    let done = hooked.wait_deliveries(&webhook, "delivered", 1).await;
    let path = format!(
        "/webhooks/{webhook}/deliveries/{}:redeliver",
        string(&done[0], "id")
    );
    let again = hooked.v1().invoke(&path).await.expect(202);
    assert_eq!((&again["id"], &again["attempts"]), (&done[0]["id"], &json!(0)));
    hooked.wait_requests("hook", 2).await;
    hooked.wait_deliveries(&webhook, "delivered", 1).await;
    let requests = hooked.receiver.at("hook");
    assert_eq!(requests[0]["raw"], requests[1]["raw"]);
}

#[tokio::test]
async fn one_that_waits_is_made_at_once() {
    let hooked = Hooked::start().await;
    hooked.receiver.answer("hook", Answering::RetryAfter(503, 3600));
    let webhook = hooked.register("hook", json!({})).await;
    hooked.receive(&["hello".to_owned()]).await;
    let failed = hooked.wait_deliveries(&webhook, "failed", 1).await;
    hooked.receiver.answer("hook", Answering::Status(200, "ok"));
    let path = format!(
        "/webhooks/{webhook}/deliveries/{}:redeliver",
        string(&failed[0], "id")
    );
    hooked.v1().invoke(&path).await.expect(202);
    hooked.wait_deliveries(&webhook, "delivered", 1).await;
}

#[tokio::test]
async fn a_range_is_made_again_in_order() {
    let hooked = Hooked::start().await;
    let all = texts(6);
    hooked.receive(&all[..3]).await;
    log_until(&hooked.v1(), is_message("text 3")).await;
    let webhook = hooked.register("hook", json!({})).await;
    let range = format!("/webhooks/{webhook}:redeliver");
    // From before it was there.
    let again = hooked.v1().post(&range, json!({ "since": 0 })).await.expect(202);
    assert_eq!(again, json!({ "count": 3, "more": false }));
    hooked.wait_deliveries(&webhook, "delivered", 3).await;
    hooked.receive(&all[3..]).await;
    hooked.wait_deliveries(&webhook, "delivered", 6).await;
    assert_eq!(hooked.texts("hook"), all);

    // From one event to another, both included.
    let ids: Vec<String> = hooked
        .receiver
        .at("hook")
        .iter()
        .map(|request| string(&request["body"], "id"))
        .collect();
    let mark = hooked.receiver.seen().mark();
    let body = json!({ "since": ids[1], "until": ids[3], "statuses": ["delivered"] });
    assert_eq!(hooked.v1().post(&range, body).await.expect(202)["count"], 3);
    let last = |request: &Value| request["body"]["id"] == *ids[3];
    hooked
        .receiver
        .seen()
        .wait_from(mark, "the range", last, DEADLINE)
        .await;
    let repeated: Vec<String> = hooked.receiver.seen().all()[mark..]
        .iter()
        .map(|request| string(&request["body"], "id"))
        .collect();
    assert_eq!(repeated, ids[1..4]);

    for (body, name) in [
        (json!({}), "since"),
        (json!({ "since": "yesterday" }), "since"),
        (json!({ "since": BEGINNING, "statuses": ["pending"] }), "statuses"),
    ] {
        let refused = hooked.v1().post(&range, body).await.expect(400);
        assert!(refused.to_string().contains(name), "{refused}");
    }
}
