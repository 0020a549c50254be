//! Linking a device over the wire.

use serde_json::json;
use wacore::types::events::Event;
use wagon_test_kit::cast;
use wagon_wire::{Client, Linking, Network};
use whatsapp_rust::pair_code::PairCodeOptions;

#[tokio::test]
async fn a_scanned_code_links_a_device() {
    let network = Network::start().await;
    let ann = network.client("Ann").await;

    let (jid, lid) = ann
        .wait("the pairing", |event| match event {
            Event::PairSuccess(pairing) => Some((pairing.id.clone(), pairing.lid.clone())),
            _ => None,
        })
        .await;
    assert_eq!(jid.to_string(), format!("{}:1@s.whatsapp.net", ann.account().pn));
    assert_eq!(lid.to_string(), format!("{}:1@lid", ann.account().lid));
    assert_eq!(ann.address(), jid);

    let device = network.device(&ann).await;
    assert_eq!(device["connected"], true, "{device}");
    assert_eq!(device["reachable"], true, "{device}");
}

#[tokio::test]
async fn a_linked_device_logs_in_by_ik_with_the_key_it_has_learned() {
    let network = Network::start().await;
    let mut ann = network.client("Ann").await;
    let before = network.admin().stats().await["handshakes"].clone();
    assert!(
        before["XX"].as_u64() > Some(0),
        "linking is an XX handshake: {before}"
    );

    network.go_offline(&mut ann).await;
    ann.come_back().await;
    let after = network.admin().stats().await["handshakes"].clone();
    assert_eq!(after["XX"], before["XX"]);
    assert_eq!(
        after["IK"].as_u64(),
        Some(before["IK"].as_u64().unwrap_or_default() + 1),
        "{after}"
    );
}

#[tokio::test]
async fn devices_of_one_account_are_numbered_and_get_copies_of_what_the_others_send() {
    let network = Network::start().await;
    let desk = network.client("Ann").await;
    let tablet = network.device_beside(&desk).await;
    let bo = network.client("Bo").await;
    assert_eq!(desk.address().device, 1);
    assert_eq!(tablet.address().device, 2);

    let id = desk.send(&bo.jid(), "from the desk").await;
    assert_eq!(bo.wait_text("from the desk").await.info.id, id);
    let copy = tablet.wait_text("from the desk").await;
    assert_eq!(copy.info.id, id);
    assert!(copy.info.source.is_from_me);
    assert!(
        copy.info.source.chat.is_same_chat_as(&bo.jid()),
        "{:?}",
        copy.info.source
    );
}

#[tokio::test]
async fn a_code_can_be_scanned_once() {
    let network = Network::start().await;
    let account = network.phone("Ann").await;
    let client = Client::unlinked(network.admin(), &account, Linking::default()).await;
    let code = client.wait_code().await;
    network.admin().scan_qr(&code, Some(&account.pn)).await;
    client.wait_connected(0).await;
    let again = network.admin().try_scan_qr(&code, Some(&account.pn)).await;
    assert_eq!(again.status, 404, "{again:?}");
}

#[tokio::test]
async fn a_code_typed_on_the_phone_links_a_device() {
    let network = Network::start().await;
    let account = network.phone("Ann").await;
    let linking = Linking {
        name: Some("Ann".to_owned()),
        ..Linking::default()
    };
    let ann = Client::unlinked(network.admin(), &account, linking).await;
    ann.wait_code().await;
    let options = PairCodeOptions {
        phone_number: account.pn.clone(),
        ..PairCodeOptions::default()
    };
    let code = ann
        .library()
        .pair_with_code(options)
        .await
        .expect("a code is shown");
    let typed = json!({ "pn": account.pn, "code": code });
    network.admin().post("/admin/pairing/code", typed).await;
    ann.wait_connected(0).await;
    network.admin().wait_reachable(&account.pn).await;

    network
        .admin()
        .send(cast::READER, &account.jid(), "linked?")
        .await;
    ann.wait_text("linked?").await;
}
