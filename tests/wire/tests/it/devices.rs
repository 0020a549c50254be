//! Devices that come and go while people talk.

use wacore::types::events::Event;
use wacore_binary::{Jid, Node};
use wagon_test_kit::DEADLINE;
use wagon_wire::{Client, Network, attr};

/// Waits until a client has been told that a device of somebody was added or removed.
async fn told(client: &Client, change: &str, device: u16) {
    let names = |node: &Node| {
        let of = node.get_optional_child(change)?.get_optional_child("device")?;
        of.attrs.get("jid")?.to_jid()
    };
    let fits = |node: &Node| {
        node.tag == "notification"
            && attr(node, "type") == "devices"
            && names(node).is_some_and(|jid| jid.device == device)
    };
    client
        .wait_stanza(&format!("news of a device: {change}"), fits)
        .await;
}

#[tokio::test]
async fn the_fan_out_follows_the_devices_of_the_other_side() {
    let network = Network::start().await;
    let (ann, desk) = tokio::join!(network.client("Ann"), network.client("Bo"));
    let bo = desk.account().clone();
    let (_, to) = ann.send_and_list(&desk.jid(), "to one").await;
    assert_eq!(to.devices(&bo), [0, 1]);
    assert_eq!(
        to.devices(ann.account()),
        [0],
        "the own phone, and not the sender itself"
    );
    desk.wait_text("to one").await;

    let tablet = network.device_beside(&desk).await;
    told(&ann, "add", 2).await;
    let (_, to) = ann.send_and_list(&desk.jid(), "to both").await;
    assert_eq!(to.devices(&bo), [0, 1, 2]);
    desk.wait_text("to both").await;
    tablet.wait_text("to both").await;
    assert_eq!(
        tablet.texts(),
        ["to both"],
        "what was said before it came is not for it"
    );

    // It takes part with a name and sessions of its own.
    let id = tablet.send(&ann.jid(), "from the new one").await;
    assert_eq!(ann.wait_text("from the new one").await.info.id, id);
    desk.wait_text("from the new one").await;

    network.admin().unlink(&bo.pn, 2).await;
    tablet
        .wait("the end of it", |event| match event {
            Event::LoggedOut(_) => Some(()),
            _ => None,
        })
        .await;
    told(&ann, "remove", 2).await;
    let mark = tablet.mark();
    let (_, to) = ann.send_and_list(&desk.jid(), "to one again").await;
    assert_eq!(to.devices(&bo), [0, 1]);
    desk.wait_text("to one again").await;
    assert_eq!(tablet.stanzas(mark, "message"), []);
}

#[tokio::test]
async fn a_device_that_was_removed_meanwhile_is_refused_and_gets_nothing() {
    let network = Network::start().await;
    let (ann, desk) = tokio::join!(network.client("Ann"), network.client("Bo"));
    let mut tablet = network.device_beside(&desk).await;
    ann.send(&desk.jid(), "to both").await;
    tablet.wait_text("to both").await;
    network.go_offline(&mut tablet).await;
    ann.send(&desk.jid(), "never to be read on the tablet").await;
    desk.wait_text("never to be read on the tablet").await;
    network.admin().unlink(&desk.account().pn, 2).await;

    let mark = tablet.mark();
    let tablet = tablet.try_to_come_back().await;
    let on_connect = tablet
        .wait_from(mark, "the refusal", |event| match event {
            Event::LoggedOut(out) => Some(out.on_connect),
            _ => None,
        })
        .await;
    assert!(on_connect, "the login itself was refused");
    assert_eq!(tablet.texts(), ["to both"]);
}

#[tokio::test]
async fn a_device_that_unlinks_itself_is_off_the_list() {
    let network = Network::start().await;
    let (ann, desk) = tokio::join!(network.client("Ann"), network.client("Bo"));
    let tablet = network.device_beside(&desk).await;
    ann.send(&desk.jid(), "to both").await;
    tablet.wait_text("to both").await;

    tablet.library().logout().await;
    told(&ann, "remove", 2).await;
    let account = network.admin().inspect(&desk.account().pn).await;
    assert_eq!(account["devices"].as_array().map(Vec::len), Some(1), "{account}");
    let (_, to) = ann.send_and_list(&desk.jid(), "to one").await;
    assert_eq!(to.devices(desk.account()), [0, 1]);
}

#[tokio::test]
async fn a_contact_with_a_new_phone_is_written_to_with_its_new_keys() {
    let network = Network::start().await;
    let ann = network.client("Ann").await;
    let bo = network.phone("Bo").await;
    let chat = Jid::pn(bo.pn.as_str());
    let arrives = async |id: String| {
        let here = |entry: &serde_json::Value| entry["id"] == id && entry["kind"] == "message";
        network.admin().wait_inbox(&bo.pn, here, DEADLINE).await;
    };
    arrives(ann.send(&chat, "to the old phone").await).await;
    network
        .admin()
        .send(&bo.pn, &ann.account().jid(), "from the old phone")
        .await;
    ann.wait_text("from the old phone").await;

    network.admin().reinstall(&bo.pn).await;
    ann.wait("the new identity", |event| match event {
        Event::IdentityChange(change) if change.user == chat && !change.implicit => Some(()),
        _ => None,
    })
    .await;
    let id = ann.send(&chat, "to the new phone").await;
    arrives(id.clone()).await;
    network
        .admin()
        .send(&bo.pn, &ann.account().jid(), "from the new phone")
        .await;
    ann.wait_text("from the new phone").await;
    let stats = network.admin().stats().await;
    assert_eq!(
        stats["phones"]["undecryptable"], 0,
        "it went to the new keys at once"
    );
    let retries = ann.stanzas(0, "receipt");
    let retries = retries
        .iter()
        .filter(|receipt| attr(receipt, "id") == id && attr(receipt, "type") == "retry");
    assert_eq!(retries.count(), 0);
}

#[tokio::test]
async fn whoever_gets_a_new_phone_links_their_devices_again() {
    let network = Network::start().await;
    let (ann, bo) = tokio::join!(network.client("Ann"), network.client("Bo"));
    ann.send(&bo.jid(), "before").await;
    bo.wait_text("before").await;
    network.admin().reinstall(&bo.account().pn).await;
    bo.wait("the end", |event| {
        matches!(event, Event::LoggedOut(_)).then_some(())
    })
    .await;

    let again = network.device_beside(&bo).await;
    let (_, to) = ann.send_and_list(&again.jid(), "after").await;
    assert_eq!(to.devices(bo.account()), [0, again.address().device]);
    again.wait_text("after").await;
    again.send(&ann.jid(), "I am back").await;
    ann.wait_text("I am back").await;
}
