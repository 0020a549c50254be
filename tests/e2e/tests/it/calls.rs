//! Calls: they are told of, and can be declined.

use serde_json::json;
use wagon_test_kit::{Baileys, DEADLINE, Gateway, Sandbox, cast};

use crate::support::Scene;

#[tokio::test]
async fn a_call_is_told_of_and_declined() {
    let scene = Scene::start(Gateway::builder()).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let events = v1.events("events=call.incoming").await;
    let call = admin
        .ring(cast::READER, json!({ "to": scene.shop.pn, "video": true }))
        .await;
    let event = events
        .wait_event(|event| event["event"] == "call.incoming", DEADLINE)
        .await;
    let payload = &event["payload"];
    assert_eq!(payload["callId"], call);
    assert_eq!(payload["from"], format!("{}@s.whatsapp.net", cast::READER));
    assert_eq!(
        (&payload["isGroup"], &payload["isVideo"]),
        (&json!(false), &json!(true))
    );

    let path = scene.path(&format!("/calls/{call}:reject"));
    v1.invoke(&path).await.expect(204);
    admin
        .wait_inbox(
            cast::READER,
            |entry| entry["kind"] == "call" && entry["id"] == call && entry["type"] == "reject",
            DEADLINE,
        )
        .await;
    let again = v1.invoke(&path).await.expect(404);
    assert_eq!(again["error"]["code"], "not_found");
}

#[tokio::test]
async fn a_call_that_is_over_cannot_be_declined() {
    let scene = Scene::start(Gateway::builder()).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let events = v1.events("events=call.incoming").await;
    let group = "120363000000000001@g.us";
    let call = json!({ "to": scene.shop.pn, "group": group, "ringSeconds": 0 });
    let call = admin.ring(cast::READER, call).await;
    let event = events
        .wait_event(|event| event["event"] == "call.incoming", DEADLINE)
        .await;
    assert_eq!(
        (&event["payload"]["isGroup"], &event["payload"]["groupJid"]),
        (&json!(true), &json!(group))
    );
    // A step of a call is confirmed once it was handled: the offer, and its end.
    wagon_test_kit::wait_until(DEADLINE, "the end of the call", async || {
        let seen = admin.trace().await;
        let stanzas = seen.as_array().into_iter().flatten();
        let confirmed = stanzas.filter(|line| {
            let stanza = line["stanza"].as_str().unwrap_or_default();
            stanza.starts_with("<ack ") && stanza.contains("class=call")
        });
        if confirmed.count() >= 2 { Ok(()) } else { Err(seen) }
    })
    .await;
    v1.invoke(&scene.path(&format!("/calls/{call}:reject")))
        .await
        .expect(404);
}

#[tokio::test]
async fn who_is_not_connected_cannot_decline() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    v1.invoke(&scene.path(":stop")).await.expect(200);
    let refused = v1.invoke(&scene.path("/calls/CALL1:reject")).await.expect(501);
    assert_eq!(refused["error"]["code"], "not_implemented");
    v1.invoke(&scene.path("/calls/CALL1:sing")).await.expect(404);
}

#[tokio::test]
async fn a_baileys_client_rings_and_declines() {
    let sandbox = Sandbox::start().await;
    let admin = sandbox.admin();
    let account = admin.account("Ada").await;
    let peer = Baileys::pair(admin, "Ada", &account.pn).await;
    let call = admin.ring(cast::READER, json!({ "to": account.pn })).await;
    let rings = peer
        .wait("call", |event| event["status"] == "offer", DEADLINE)
        .await;
    assert_eq!(rings["id"], call);
    peer.command(json!({ "cmd": "call", "method": "rejectCall", "args": [call, rings["from"]] }))
        .await;
    admin
        .wait_inbox(
            cast::READER,
            |entry| entry["id"] == call && entry["type"] == "reject",
            DEADLINE,
        )
        .await;
}
