//! The event log in its other forms, and what is said when it is not whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::StreamExt as _;
use reqwest::{Method, header::ACCEPT};
use serde_json::{Value, json};
use tokio::time::timeout;
use wagon_domain::session::SessionSettings;
use wagon_domain::{
    Clock, EventBody, IdSource, OrgId, Session, SessionId, SessionStatus, SystemClock, Timestamp,
};
use wagon_store::{Cipher, Config, DatabaseUrl, NewEvent, Store};
use wagon_test_kit::{Answer, DEADLINE, Gateway, V1, cast, wait_until};

use crate::support::{BEGINNING, Scene, is_message, log_until, string};

async fn receive(scene: &Scene, text: &str) {
    let admin = scene.sandbox.admin();
    admin.send(cast::READER, &scene.shop.jid(), text).await;
    log_until(&scene.gateway.v1(), is_message(text)).await;
}

async fn page(v1: &V1, query: &str) -> Answer {
    let request = v1.request(Method::GET, &format!("/events?{query}"));
    v1.send(request.header(ACCEPT, "application/json")).await
}

#[tokio::test]
async fn the_log_is_read_page_by_page() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    receive(&scene, "the last one").await;
    let log = log_until(&v1, is_message("the last one")).await;
    let (mut since, mut found) = (BEGINNING.to_owned(), Vec::new());
    while !found.last().is_some_and(is_message("the last one")) {
        let page = page(&v1, &format!("since={since}&limit=3")).await.expect(200);
        assert_eq!(page["gap"], Value::Null);
        found.extend(page["data"].as_array().cloned().unwrap());
        since = string(found.last().unwrap(), "id");
        let full = page["data"].as_array().is_some_and(|data| data.len() == 3);
        assert_eq!(page["nextCursor"].is_string(), full, "{page}");
        if full {
            assert_eq!(page["nextCursor"], *since);
        }
    }
    found.truncate(log.len());
    assert_eq!(found, log);
    let by_limit = v1
        .get(&format!("/events?cursor={BEGINNING}&limit=1"))
        .await
        .expect(200);
    assert_eq!(by_limit["data"], json!([log[0]]));
    let messages = page(
        &v1,
        &format!("since={BEGINNING}&events=message&session={}", scene.session),
    )
    .await;
    assert_eq!(messages.expect(200), json!({ "data": [log.last().unwrap()] }));
    page(&v1.anonymous(), "").await.expect(401);
    page(&v1, "limit=x").await.expect(400);
}

#[tokio::test]
async fn server_sent_events_can_be_resumed() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    receive(&scene, "one").await;
    receive(&scene, "two").await;
    let log = log_until(&v1, is_message("two")).await;
    let one = log.iter().find(|event| is_message("one")(event)).unwrap();

    let url = format!(
        "{}/api/v1/events?events=message&since={BEGINNING}",
        scene.gateway.base_url()
    );
    let request = reqwest::Client::new()
        .get(url)
        .bearer_auth(wagon_test_kit::MASTER_KEY)
        .header(ACCEPT, "text/event-stream")
        .header("last-event-id", string(one, "id"));
    let response = request.send().await.expect("the gateway answers");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.bytes_stream();
    let mut text = String::new();
    while !text.contains("\"two\"") {
        let chunk = timeout(DEADLINE, body.next()).await.expect("frames come");
        text.push_str(&String::from_utf8_lossy(
            &chunk.expect("the stream is open").expect("it works"),
        ));
    }
    let frames: Vec<&str> = text.split("\n\n").collect();
    assert!(
        frames[0].starts_with("retry: 3000\nevent: connected\ndata: {"),
        "{text}"
    );
    let two = log.last().unwrap();
    let data = frames[1].strip_prefix(&format!("id: {}\ndata: ", string(two, "id")));
    let data: Value = serde_json::from_str(data.expect("an id, and no name")).unwrap();
    assert_eq!(data, *two, "what came after the header's id, not the query's");
}

#[tokio::test]
async fn an_id_that_never_was_is_refused() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    receive(&scene, "hello").await;
    for id in ["evt_01J9XYZABCDEF0123456789ABC", "evt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ"] {
        for refused in [
            v1.get(&format!("/events?since={id}")).await,
            page(&v1, &format!("since={id}")).await,
            v1.post("/realtime/ticket", json!({ "since": id })).await,
        ] {
            let refused = refused.expect(400);
            assert!(
                refused["error"]["message"].as_str().unwrap().contains("since"),
                "{refused}"
            );
        }
    }
}

#[tokio::test]
async fn what_went_with_a_session_is_said() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    receive(&scene, "kept by nobody").await;
    let log = log_until(&v1, is_message("kept by nobody")).await;
    let (first, last) = (string(&log[0], "id"), string(log.last().unwrap(), "id"));
    v1.delete(&scene.path("")).await.expect(204);
    let stream = v1.events(&format!("since={first}")).await;
    let gap = stream.wait_event(|frame| frame["event"] == "gap", DEADLINE).await;
    assert_eq!(
        (&gap["reason"], &gap["since"]),
        (&json!("session_deleted"), &json!(first))
    );
    assert!(string(&gap, "until") >= last);
    let read = page(&v1, &format!("since={first}")).await.expect(200);
    assert_eq!(read["gap"]["until"], gap["until"]);
    let nothing_missing = page(&v1, &format!("since={}", string(&gap, "until")))
        .await
        .expect(200);
    assert_eq!(nothing_missing, json!({ "data": [] }));
}

/// A clock that the test sets.
struct Set(AtomicI64);

impl Clock for Set {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

const DAY: i64 = 86_400_000;

/// Has the gateway of this data directory log an event on each of some days in the past, and answers their ids.
async fn happened(gateway: &mut Gateway, days_ago: &[i64]) -> Vec<String> {
    gateway.terminate().await;
    let data = gateway.data_dir();
    let now = SystemClock.now();
    let clock = Arc::new(Set(AtomicI64::new(0)));
    let config = Config {
        url: DatabaseUrl::Sqlite(data.join("wagon.db")),
        cipher: Cipher::load_or_generate(data.join("secret.key")).expect("the gateway has made it"),
    };
    let store = Store::open(config, Arc::<Set>::clone(&clock))
        .await
        .expect("nobody else uses it");
    let org = store
        .first_org()
        .await
        .expect("the database answers")
        .expect("there is one");
    let session = session(&org.id, now);
    let id = session.id.clone();
    store
        .write(move |tx| Box::pin(async move { tx.insert_session(&session).await }))
        .await
        .expect("a new session is unique");
    let mut ids = Vec::new();
    for days in days_ago {
        let timestamp = Timestamp::from_millis(now.as_millis() - days * DAY);
        clock.0.store(timestamp.as_millis(), Ordering::Relaxed);
        let event = NewEvent {
            org: org.id.clone(),
            session: id.clone(),
            body: EventBody::SessionStatus {
                status: SessionStatus::Stopped,
                reason: None,
            },
            timestamp,
        };
        let id = store
            .write(move |tx| Box::pin(async move { tx.append_event(event).await }))
            .await
            .expect("an event can be appended");
        ids.push(id.to_string());
    }
    store.close().await;
    gateway.start_again().await;
    ids
}

fn session(org: &OrgId, now: Timestamp) -> Session {
    Session {
        id: SessionId::from_ulid(IdSource::default().next(now, &mut rand::rng())),
        org: org.clone(),
        label: None,
        status: SessionStatus::Stopped,
        reason: None,
        jid: None,
        lid: None,
        settings: SessionSettings {
            auto_read: false,
            presence_typing: false,
            rate_per_min: 0,
            rate_per_hour: 0,
        },
        last_connected_at: None,
        created_at: now,
        updated_at: now,
    }
}

#[tokio::test]
async fn old_events_go_and_that_is_said() {
    let mut gateway = Gateway::builder().env("RETENTION_DAYS", "2").start().await;
    let ids = happened(&mut gateway, &[10, 9, 1]).await;
    let v1 = gateway.v1();
    let read = wait_until(DEADLINE, "the old events to go", async || {
        let read = page(&v1, &format!("since={BEGINNING}")).await.expect(200);
        if read["data"][0]["id"] == *ids[2] {
            Ok(read)
        } else {
            Err(read)
        }
    })
    .await;
    assert_eq!(
        read["gap"],
        json!({ "reason": "pruned", "since": BEGINNING, "until": ids[1] })
    );
    let stream = v1.events(&format!("since={}", ids[0])).await;
    stream.wait_event(|frame| frame["id"] == *ids[2], DEADLINE).await;
    let frames = stream.seen().all();
    assert_eq!(
        (&frames[1]["event"], &frames[1]["until"]),
        (&json!("gap"), &json!(ids[1]))
    );
    let whole = page(&v1, &format!("since={}", ids[1])).await.expect(200);
    assert_eq!(whole["gap"], Value::Null, "nothing is missing after the last one");
}
