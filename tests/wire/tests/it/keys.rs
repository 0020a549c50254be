//! One-time keys: asked for when few are left, done without when there are none.

use wacore_binary::Node;
use wagon_test_kit::{DEADLINE, wait_until};
use wagon_wire::{Linking, Network, attr};

fn asks_for_keys(node: &Node) -> bool {
    node.tag == "notification"
        && attr(node, "type") == "encrypt"
        && node.get_optional_child("count").is_some()
}

async fn keys_left(network: &Network, client: &wagon_wire::Client) -> u64 {
    network.device(client).await["keys"].as_u64().expect("a number")
}

#[tokio::test]
async fn a_device_that_runs_short_is_asked_once_and_uploads_more() {
    let network = Network::start().await;
    let linking = Linking {
        pre_keys: 12,
        ..Linking::default()
    };
    let bo = network.client_with("Bo", linking).await;
    let before = keys_left(&network, &bo).await;
    // Whoever writes for the first time takes a key.
    for number in 0..3 {
        let stranger = network.client("Stranger").await;
        let text = format!("hello {number}");
        stranger.send(&bo.jid(), &text).await;
        bo.wait_text(&text).await;
    }
    bo.wait_stanza("the request for keys", asks_for_keys).await;
    wait_until(DEADLINE, "an upload of keys", async || {
        let left = keys_left(&network, &bo).await;
        if left > before { Ok(()) } else { Err(left) }
    })
    .await;
    let asked = bo.stanzas(0, "notification");
    assert_eq!(asked.iter().filter(|node| asks_for_keys(node)).count(), 1);
}

#[tokio::test]
async fn without_one_time_keys_messages_still_arrive() {
    let network = Network::start().await;
    let linking = Linking {
        pre_keys: 5,
        ..Linking::default()
    };
    let mut bo = network.client_with("Bo", linking).await;
    let had = keys_left(&network, &bo).await;
    network.go_offline(&mut bo).await;
    let writers = had + 3;
    for number in 0..writers {
        let stranger = network.phone("Stranger").await;
        let text = format!("hello {number}");
        network
            .admin()
            .send(&stranger.pn, &bo.account().jid(), &text)
            .await;
    }
    assert_eq!(network.device(&bo).await["keys"], 0);

    bo.come_back().await;
    for number in 0..writers {
        bo.wait_text(&format!("hello {number}")).await;
    }
    let retries = network.admin().stats().await;
    assert_eq!(bo.texts().len() as u64, writers, "{retries}");
    wait_until(DEADLINE, "fresh keys", async || {
        let left = keys_left(&network, &bo).await;
        if left > 0 { Ok(()) } else { Err(left) }
    })
    .await;
}

#[tokio::test]
async fn a_rotated_signed_key_serves_the_next_stranger() {
    let network = Network::start().await;
    let bo = network.client("Bo").await;
    bo.library().rotate_signed_pre_key().await.unwrap();
    let stranger = network.phone("Stranger").await;
    network
        .admin()
        .send(&stranger.pn, &bo.account().jid(), "after the rotation")
        .await;
    bo.wait_text("after the rotation").await;
}
