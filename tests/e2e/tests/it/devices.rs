//! Several devices on one account, and accounts whose devices change while people talk to them.

use serde_json::{Value, json};
use wagon_test_kit::{Baileys, DEADLINE, Gateway, cast, wait_until};

use crate::support::{Scene, string, text};

fn with_text(text: &str) -> impl Fn(&Value) -> bool {
    move |message| message["text"] == text
}

#[tokio::test]
async fn a_second_device_of_the_account_sees_both_sides() {
    let scene = Scene::start(Gateway::builder()).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let other = Baileys::pair(admin, "Second", &scene.shop.pn).await;
    admin.wait_reachable(&scene.shop.pn).await;

    let to = format!("{}@s.whatsapp.net", cast::READER);
    let sent = scene.send(&text(&to, "from the gateway"), None).await.expect(200);
    let id = string(&sent, "messageId");
    let copy = other.wait_message(|message| message["id"] == id, DEADLINE).await;
    assert_eq!((&copy["fromMe"], &copy["from"]), (&json!(true), &json!(to)));

    let events = v1.events("events=message.from_me").await;
    let id = other.send(&to, "from the second device").await;
    let event = events
        .wait_event(|event| event["payload"]["waMessageId"] == id, DEADLINE)
        .await;
    assert_eq!(event["payload"]["body"], "from the second device");
    assert_eq!(event["payload"]["chatJid"], to);
}

#[tokio::test]
async fn devices_that_come_and_go_in_mid_conversation_are_followed() {
    let scene = Scene::start(Gateway::builder()).await;
    let admin = scene.sandbox.admin();
    let ada = admin.account("Ada").await;
    let first = Baileys::pair(admin, "Ada", &ada.pn).await;
    scene.send(&text(&ada.jid(), "to one"), None).await.expect(200);
    first.wait_message(with_text("to one"), DEADLINE).await;

    let second = Baileys::pair(admin, "Ada's other", &ada.pn).await;
    admin.wait_reachable(&ada.pn).await;
    // The news of the new device is in the session's queue before this answer is.
    first.send(&scene.shop.jid(), "I have two now").await;
    let events = scene
        .gateway
        .v1()
        .events("events=message&since=evt_00000000000000000000000000")
        .await;
    events
        .wait_event(|event| event["payload"]["body"] == "I have two now", DEADLINE)
        .await;
    scene.send(&text(&ada.jid(), "to both"), None).await.expect(200);
    for peer in [&first, &second] {
        peer.wait_message(with_text("to both"), DEADLINE).await;
    }

    admin.unlink(&ada.pn, 1).await;
    let closed = first.wait("close", |_| true, DEADLINE).await;
    assert_eq!(closed["final"], true);
    scene
        .send(&text(&ada.jid(), "to the other"), None)
        .await
        .expect(200);
    second.wait_message(with_text("to the other"), DEADLINE).await;
    assert!(first.messages(with_text("to the other")).is_empty());
}

/// A message for the main device alone would be acknowledged like any other.
#[tokio::test]
async fn linked_devices_are_not_passed_over_when_the_network_has_trouble() {
    let scene = Scene::start(Gateway::builder()).await;
    let admin = scene.sandbox.admin();
    for trouble in [
        json!({ "kind": "iq_error", "code": 500 }),
        json!({ "kind": "close", "how": "reset" }),
    ] {
        let ada = admin.account("Ada").await;
        let linked = Baileys::pair(admin, "Ada", &ada.pn).await;
        admin
            .fault(json!({
                "scope": { "account": scene.shop.pn },
                "match": { "tag": "iq", "xmlns": "usync" },
                "action": trouble,
                "count": 1,
            }))
            .await;
        let sent = scene.send(&text(&ada.jid(), "to every device"), None).await;
        assert!(sent.status.is_success(), "{sent:?}");
        linked.wait_message(with_text("to every device"), DEADLINE).await;
    }
}

#[tokio::test]
async fn a_gateway_unlinked_on_its_phone_knows() {
    let scene = Scene::start(Gateway::builder()).await;
    scene.sandbox.admin().unlink(&scene.shop.pn, 1).await;
    let session = scene
        .gateway
        .v1()
        .wait_session(&scene.session, "logged_out")
        .await;
    assert_eq!(session["status"], "logged_out");
}

#[tokio::test]
async fn used_up_keys_are_replaced() {
    let scene = Scene::start(Gateway::builder()).await;
    let admin = scene.sandbox.admin();
    admin.exhaust_keys(&scene.shop.pn, 1).await;
    wait_until(DEADLINE, "new one-time keys", async || {
        let account = admin.inspect(&scene.shop.pn).await;
        if account["devices"][0]["keys"].as_u64() > Some(0) {
            Ok(())
        } else {
            Err(account)
        }
    })
    .await;
    let events = scene.gateway.v1().events("events=message").await;
    admin.send(cast::READER, &scene.shop.pn, "still there?").await;
    events
        .wait_event(|event| event["payload"]["body"] == "still there?", DEADLINE)
        .await;
}
