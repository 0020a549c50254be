//! `kill -9` at each step of a delivery: every event is told, in order, and with the same id when repeated.

use std::time::Duration;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use wagon_test_kit::{Answering, Gateway, GatewayBuilder};

use super::hooked::{Hooked, texts};
use crate::support::{is_message, log_until, messages, on_postgres, string};

const MESSAGES: usize = 40;

#[tokio::test]
async fn each_step_survives_a_kill_on_sqlite() {
    each_step_survives_a_kill(Gateway::builder()).await;
}

#[tokio::test]
async fn each_step_survives_a_kill_on_postgres() {
    on_postgres(each_step_survives_a_kill).await;
}

fn attempts_of(delivery: &Value) -> u64 {
    delivery["attempts"].as_u64().expect("a number of attempts")
}

async fn restart(hooked: &mut Hooked) {
    hooked.scene.gateway.kill_9().await;
    hooked.scene.gateway.start_again().await;
    hooked.v1().wait_session(&hooked.scene.session, "working").await;
}

async fn each_step_survives_a_kill(builder: GatewayBuilder) {
    let mut hooked = Hooked::start_with(builder).await;
    let webhook = hooked.register("hook", json!({})).await;

    // The request is out, the answer is not there.
    hooked.receiver.answer("hook", Answering::Hang);
    hooked.receive(&["unanswered".to_owned()]).await;
    hooked.told("hook", "unanswered").await;
    hooked.scene.gateway.kill_9().await;
    hooked.receiver.answer("hook", Answering::Status(500, "no"));
    hooked.scene.gateway.start_again().await;

    // A failure is noted, and the next attempt is waited for.
    let failed = hooked.wait_deliveries(&webhook, "failed", 1).await;
    let attempts = attempts_of(&failed[0]);
    restart(&mut hooked).await;
    hooked.receiver.answer("hook", Answering::Status(200, "ok"));
    let delivered = hooked.wait_deliveries(&webhook, "delivered", 1).await;
    assert!(attempts_of(&delivered[0]) > attempts, "attempts are forgotten");
    let raw: Vec<Value> = hooked
        .receiver
        .at("hook")
        .iter()
        .map(|request| request["raw"].clone())
        .collect();
    assert!(
        raw.len() >= 3 && raw.iter().all(|body| *body == raw[0]),
        "{raw:#?}"
    );

    // The event is stored, nobody could be reached.
    hooked.receiver.answer("hook", Answering::Hang);
    hooked.receive(&texts(3)).await;
    log_until(&hooked.v1(), is_message("text 3")).await;
    hooked.scene.gateway.kill_9().await;
    hooked.receiver.answer("hook", Answering::Status(200, "ok"));
    hooked.scene.gateway.start_again().await;
    hooked.told("hook", "text 3").await;
    let mut expected = vec!["unanswered".to_owned()];
    expected.extend(texts(3));
    assert_eq!(hooked.texts("hook"), expected);

    // All is settled: nothing is told again.
    hooked.wait_deliveries(&webhook, "delivered", 4).await;
    let told = hooked.receiver.at("hook").len();
    restart(&mut hooked).await;
    hooked.receive(&["after".to_owned()]).await;
    hooked.told("hook", "after").await;
    assert_eq!(hooked.receiver.at("hook").len(), told + 1);
}

#[tokio::test]
async fn a_stream_of_deliveries_survives_kills_on_sqlite() {
    a_stream_of_deliveries_survives_kills(Gateway::builder()).await;
}

#[tokio::test]
async fn a_stream_of_deliveries_survives_kills_on_postgres() {
    on_postgres(a_stream_of_deliveries_survives_kills).await;
}

async fn a_stream_of_deliveries_survives_kills(builder: GatewayBuilder) {
    let mut hooked = Hooked::start_with(builder).await;
    hooked
        .receiver
        .answer("hook", Answering::Slowly(Duration::from_millis(20)));
    let webhook = hooked.register("hook", json!({})).await;
    hooked.receive(&texts(MESSAGES)).await;
    let mut rng = StdRng::seed_from_u64(0xb00c);
    let mut next = 0;
    while next + 8 < MESSAGES {
        next += rng.random_range(4..8);
        hooked.wait_requests("hook", next).await;
        restart(&mut hooked).await;
    }
    hooked.wait_deliveries(&webhook, "delivered", MESSAGES).await;
    let log = log_until(&hooked.v1(), is_message(&format!("text {MESSAGES}"))).await;
    let logged: Vec<String> = messages(&log).map(|event| string(event, "id")).collect();
    // What was told and not settled is told again after a kill, so the order may step back; but a first
    // telling never comes before an earlier event's.
    let mut first_told: Vec<String> = Vec::new();
    for request in hooked.receiver.at("hook") {
        let id = string(&request["body"], "id");
        if !first_told.contains(&id) {
            first_told.push(id);
        }
    }
    assert_eq!(first_told, logged);
}
