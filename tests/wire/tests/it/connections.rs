//! How connections end, and what clients make of it.

use serde_json::{Value, json};
use wacore::types::events::{ConnectFailureReason, Event, TempBanReason};
use wagon_wire::{Client, Network};

async fn strike(network: &Network, client: &Client, action: Value) {
    let scope = json!({ "account": client.account().pn });
    network
        .admin()
        .fault(json!({ "scope": scope, "action": action, "count": 1 }))
        .await;
}

/// The client talks as if nothing had happened.
async fn works(network: &Network, client: &Client) {
    let text = format!("is it you, {}?", client.address());
    let stranger = network.phone("Stranger").await;
    network
        .admin()
        .send(&stranger.pn, &client.account().jid(), &text)
        .await;
    client.wait_text(&text).await;
}

#[tokio::test]
async fn a_second_login_of_the_same_device_replaces_the_first() {
    let network = Network::start().await;
    let first = network.client("Ann").await;
    let second = first.twin().await;
    second.wait_connected(0).await;
    first
        .wait("the replacement", |event| match event {
            Event::StreamReplaced(_) => Some(()),
            _ => None,
        })
        .await;
    works(&network, &second).await;
    assert_eq!(first.texts(), Vec::<String>::new());
    assert_eq!(network.device(&second).await["connected"], true);
}

#[tokio::test]
async fn a_dropped_connection_is_made_again_and_loses_nothing() {
    let network = Network::start().await;
    let (ann, bo) = tokio::join!(network.client("Ann"), network.client("Bo"));
    let mark = bo.mark();
    strike(&network, &bo, json!({ "kind": "close" })).await;
    for number in 0..5 {
        ann.send(&bo.jid(), &format!("meanwhile {number}")).await;
    }
    bo.wait_text("meanwhile 4").await;
    bo.wait_connected(mark).await;
    let texts: Vec<String> = (0..5).map(|number| format!("meanwhile {number}")).collect();
    assert_eq!(bo.texts(), texts);
}

#[tokio::test]
async fn after_the_codes_for_a_restart_a_client_comes_back() {
    let network = Network::start().await;
    let ann = network.client("Ann").await;
    for code in [515, 503] {
        let mark = ann.mark();
        strike(&network, &ann, json!({ "kind": "stream_error", "code": code })).await;
        ann.wait_connected(mark).await;
    }
    works(&network, &ann).await;
}

#[tokio::test]
async fn after_a_removal_a_client_stays_out() {
    let network = Network::start().await;
    for action in [
        json!({ "kind": "stream_error", "conflict": "device_removed" }),
        json!({ "kind": "stream_error", "code": 401 }),
        json!({ "kind": "stream_error", "code": 516 }),
    ] {
        let ann = network.client("Ann").await;
        strike(&network, &ann, action).await;
        let on_connect = ann
            .wait("the end", |event| match event {
                Event::LoggedOut(out) => Some(out.on_connect),
                _ => None,
            })
            .await;
        assert!(!on_connect, "the connection was up");
    }
}

#[tokio::test]
async fn a_refused_login_says_why() {
    let network = Network::start().await;
    let refused = async |action: Value| {
        let mut ann = network.client("Ann").await;
        network.go_offline(&mut ann).await;
        strike(&network, &ann, action).await;
        let mark = ann.mark();
        (ann.try_to_come_back().await, mark)
    };

    let (ann, mark) =
        refused(json!({ "kind": "connect_failure", "reason": 402, "code": 101, "expire": 3600 })).await;
    let ban = ann
        .wait_from(mark, "the ban", |event| match event {
            Event::TemporaryBan(ban) => Some((ban.code.clone(), ban.expire.num_hours())),
            _ => None,
        })
        .await;
    assert_eq!(ban, (TempBanReason::SentToTooManyPeople, 1));

    let (ann, mark) = refused(json!({ "kind": "connect_failure", "reason": 405 })).await;
    ann.wait_from(mark, "the news that it is too old", |event| match event {
        Event::ClientOutdated(_) => Some(()),
        _ => None,
    })
    .await;

    let (ann, mark) = refused(json!({ "kind": "connect_failure", "reason": 403 })).await;
    let reason = ann
        .wait_from(mark, "the lock", |event| match event {
            Event::LoggedOut(out) => Some(out.reason),
            _ => None,
        })
        .await;
    assert_eq!(reason, ConnectFailureReason::AccountLocked);

    let (ann, mark) = refused(json!({ "kind": "connect_failure", "reason": 503 })).await;
    ann.wait_connected(mark).await;
    works(&network, &ann).await;
}
