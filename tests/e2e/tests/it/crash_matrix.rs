//! The process ends at each step of sending, receiving and delivering; afterwards the books balance.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;
use wagon_crash_point::Step;
use wagon_test_kit::{DEADLINE, Gateway, GatewayBuilder, Receiver, V1, cast, wait_until};

use crate::support::{PIXELS, Scene, is_message, log_until, messages, on_postgres, string, text};

/// A test on each database for each step. A step that is missing here does not compile.
macro_rules! at_each_step {
    ($($step:ident => $on_sqlite:ident, $on_postgres:ident;)*) => {
        $(
            #[tokio::test]
            async fn $on_sqlite() {
                the_books_balance_after(Step::$step, Gateway::builder()).await;
            }

            #[tokio::test]
            async fn $on_postgres() {
                on_postgres(async |builder| the_books_balance_after(Step::$step, builder).await).await;
            }
        )*

        const _: fn(Step) = |step| match step {
            $(Step::$step => {})*
            // Needs a connection that lives: `crash_receive`.
            Step::ReceiveOvertaken => {}
        };
    };
}

at_each_step! {
    SendMediaKept => send_media_kept_on_sqlite, send_media_kept_on_postgres;
    SendStored => send_stored_on_sqlite, send_stored_on_postgres;
    SendClaimed => send_claimed_on_sqlite, send_claimed_on_postgres;
    SendBegun => send_begun_on_sqlite, send_begun_on_postgres;
    SendWritten => send_written_on_sqlite, send_written_on_postgres;
    SendAcknowledged => send_acknowledged_on_sqlite, send_acknowledged_on_postgres;
    SendRecorded => send_recorded_on_sqlite, send_recorded_on_postgres;
    ReceiveDecrypted => receive_decrypted_on_sqlite, receive_decrypted_on_postgres;
    ReceiveStored => receive_stored_on_sqlite, receive_stored_on_postgres;
    DeliveryBegun => delivery_begun_on_sqlite, delivery_begun_on_postgres;
    DeliveryAnswered => delivery_answered_on_sqlite, delivery_answered_on_postgres;
    DeliverySettled => delivery_settled_on_sqlite, delivery_settled_on_postgres;
}

const SENDS: usize = 4;
const LAST: &str = "that was all";

async fn the_books_balance_after(step: Step, builder: GatewayBuilder) {
    let receiver = Receiver::start().await;
    let mut scene = Scene::start(builder.env("WAGON_OUTBOUND_ALLOW", "127.0.0.1")).await;
    let webhook = json!({
        "url": receiver.url("hook"),
        "events": ["message", "message.status"],
        "retryPolicy": { "policy": "constant", "delaySeconds": 1, "attempts": 100 },
    });
    scene.gateway.v1().post("/webhooks", webhook).await.expect(201);
    scene.gateway.kill_9().await;
    scene.gateway.start_to_crash(step, 1).await;

    let (reachable, current) = watch::channel(scene.gateway.v1());
    let (path, admin, shop) = (scene.path("/messages"), scene.sandbox.admin(), scene.shop.jid());
    let crash = async {
        scene.gateway.crashed().await;
        scene.gateway.start_again().await;
        reachable.send_replace(scene.gateway.v1());
    };
    let receive = async {
        for number in 1..=3 {
            admin.send(cast::ECHO, &shop, &format!("note {number}")).await;
        }
    };
    let (sent, (), ()) = tokio::join!(send_all(&current, &path), receive, crash);

    // Everything that was answered for arrives, as the one message that the answer named.
    let v1 = scene.gateway.v1();
    for answer in &sent {
        let outbox = scene.path(&format!("/outbox/{}", string(answer, "outboxId")));
        wait_until(DEADLINE, "a send that WhatsApp took", async || {
            let entry = v1.get(&outbox).await.expect(200);
            // The library confirms a receipt before it is stored, so a crash can cost a later status.
            if entry["status"] != "queued" && entry["status"] != "sending" {
                Ok(())
            } else {
                Err(entry)
            }
        })
        .await;
    }
    for answer in &sent {
        let arrived = |entry: &Value| entry["id"] == answer["waMessageId"];
        admin.wait_inbox(cast::READER, arrived, DEADLINE).await;
    }
    let inbox = admin.inbox(cast::READER).await;
    let arrived = inbox.iter().filter(|entry| entry["kind"] == "message");
    let arrived: BTreeSet<String> = arrived.map(|entry| string(entry, "id")).collect();
    let promised: BTreeSet<String> = sent.iter().map(|answer| string(answer, "waMessageId")).collect();
    assert_eq!(arrived, promised);
    assert_eq!(promised.len(), SENDS);

    // Everything that was received is told of once.
    admin.send(cast::ECHO, &shop, LAST).await;
    let log = log_until(&v1, is_message(LAST)).await;
    let told: Vec<String> = messages(&log)
        .map(|event| string(&event["payload"], "body"))
        .collect();
    assert_eq!(told, ["note 1", "note 2", "note 3", LAST]);

    // The webhook has every event, and had none before an earlier one.
    let wanted: Vec<String> = log
        .iter()
        .filter(|event| event["event"] == "message" || event["event"] == "message.status")
        .map(|event| string(event, "id"))
        .collect();
    let delivered = wait_until(DEADLINE, "all deliveries", async || {
        let mut delivered = first_tellings(&receiver);
        delivered.retain(|id| wanted.contains(id));
        if wanted.iter().all(|id| delivered.contains(id)) {
            Ok(delivered)
        } else {
            Err(delivered)
        }
    })
    .await;
    assert_eq!(delivered, wanted);
}

/// Sends texts that are queued and an image that is waited for. Answers what the gateway said.
async fn send_all(current: &watch::Receiver<V1>, path: &str) -> Vec<Value> {
    let to = format!("{}@s.whatsapp.net", cast::READER);
    let mut answers = Vec::new();
    for number in 1..SENDS {
        let body = text(&to, &format!("parcel {number}"));
        answers.push(send_until_accepted(current, &format!("{path}?async=true"), number, &body).await);
    }
    let image = STANDARD.encode(std::fs::read(PIXELS).expect("the asset can be read"));
    let body = json!({ "type": "image", "to": to, "media": { "data": image } });
    answers.push(send_until_accepted(current, path, SENDS, &body).await);
    answers
}

/// Repeats the request until the gateway has taken it, as a careful client does.
async fn send_until_accepted(
    current: &watch::Receiver<V1>,
    path: &str,
    number: usize,
    body: &Value,
) -> Value {
    wait_until(DEADLINE, "a send to be accepted", async || {
        let v1 = current.borrow().clone();
        let request = v1
            .request(Method::POST, path)
            .header("idempotency-key", format!("parcel-{number}"))
            .json(body);
        match v1.try_send(request).await {
            Ok(answer) if answer.status.is_success() => Ok(answer.body),
            Ok(answer) => Err(format!("{} {}", answer.status, answer.body)),
            Err(error) => Err(error.to_string()),
        }
    })
    .await
}

/// The events by the order in which the webhook heard of them first.
fn first_tellings(receiver: &Receiver) -> Vec<String> {
    let mut first = Vec::new();
    for request in receiver.at("hook") {
        let id = string(&request["body"], "id");
        if !first.contains(&id) {
            first.push(id);
        }
    }
    first
}
