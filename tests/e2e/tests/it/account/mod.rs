//! What belongs to an account beside its messages: chats, people, profile, presence, history; with phones, a second
//! device of the same account and Baileys as witnesses.

mod access;
mod addresses;
mod audit;
mod baileys;
mod chats;
mod contacts;
mod history;
mod presence;
mod profile;

use serde_json::Value;
use wagon_test_kit::{Account, DEADLINE, Gateway, V1, wait_until};

use crate::support::{Scene, is_message};

/// A scene with somebody who has written a first message to the shop.
async fn visited(text: &str) -> (Scene, Account) {
    let scene = Scene::start(Gateway::builder()).await;
    let ada = scene.sandbox.admin().account("Ada").await;
    let events = scene.gateway.v1().events("events=message").await;
    scene.sandbox.admin().send(&ada.pn, &scene.shop.pn, text).await;
    events.wait_event(is_message(text), DEADLINE).await;
    (scene, ada)
}

/// Reads until the answer is as wanted.
async fn until(v1: &V1, path: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    wait_until(DEADLINE, what, async || {
        let answer = v1.get(path).await;
        if answer.status == 200 && wanted(&answer.body) {
            Ok(answer.body)
        } else {
            Err(answer)
        }
    })
    .await
}
