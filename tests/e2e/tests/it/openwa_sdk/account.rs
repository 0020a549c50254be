//! Profile, calls and labels.

use serde_json::{Value, json};
use wagon_test_kit::DEADLINE;

use super::{PIXELS, Stage, base64, c_us};
use crate::support::string;

#[tokio::test]
async fn the_profile_is_what_others_see() {
    let mut stage = Stage::start().await;
    let shop = stage.scene.shop.pn.clone();
    let done = stage
        .call("profile.set_profile_name", &[json!({ "name": "The Shop" })])
        .await;
    assert_eq!(done["message"], "Profile name updated");
    let done = stage
        .call(
            "profile.set_profile_status",
            &[json!({ "status": "Open until six" })],
        )
        .await;
    assert_eq!(done["message"], "Profile status updated");
    let shown = stage.scene.sandbox.admin().look(&shop, "profile").await;
    assert_eq!(shown["about"], "Open until six", "{shown}");
    let picture = json!({ "base64": base64(PIXELS), "mimetype": "image/png" });
    stage.call("profile.set_profile_picture", &[picture]).await;
    let shown = stage.scene.sandbox.admin().look(&shop, "profile").await;
    assert!(!shown["picture"].is_null(), "{shown}");
    stage.call("profile.delete_profile_picture", &[]).await;
    let shown = stage.scene.sandbox.admin().look(&shop, "profile").await;
    assert!(shown["picture"].is_null(), "{shown}");
    for (method, body) in [
        ("profile.set_profile_name", json!({ "name": "x".repeat(26) })),
        ("profile.set_profile_name", json!({ "name": " " })),
        ("profile.set_profile_status", json!({ "status": "x".repeat(140) })),
        ("profile.set_profile_picture", json!({ "base64": "AAAA" })),
        (
            "profile.set_profile_picture",
            json!({ "base64": "AAAA", "mimetype": "image/png" }),
        ),
    ] {
        let refused = stage.raises(method, &[body]).await;
        assert_eq!(refused["status"], 400, "{method}: {refused}");
    }
    stage.sdk.assert_all_called("profile").await;
}

#[tokio::test]
async fn calls_are_declined_and_linked_to() {
    let mut stage = Stage::start().await;
    let events = stage.scene.gateway.v1().events("events=call.incoming").await;
    let admin = stage.scene.sandbox.admin();
    let id = admin
        .ring(&stage.ada.pn, json!({ "to": stage.scene.shop.pn }))
        .await;
    let rings = |event: &Value| event.to_string().contains(&id);
    events.wait_event(rings, DEADLINE).await;
    stage.call("calls.reject_call", &[json!(id)]).await;
    let again = stage.raises("calls.reject_call", &[json!(id)]).await;
    assert_eq!(again["type"], "OpenWANotFoundError", "{again}");
    for kind in ["audio", "video"] {
        let asked = json!({ "type": kind, "startTime": 1_800_000_000_000_i64 });
        let made = stage.call("calls.create_link", &[asked]).await;
        let link = string(&made, "link");
        let start = format!("https://call.whatsapp.com/{kind}/");
        assert!(link.starts_with(&start) && link.len() > start.len(), "{link}");
    }
    let refused = json!({ "type": "hologram", "startTime": 1 });
    let refused = stage.raises("calls.create_link", &[refused]).await;
    assert_eq!(refused["status"], 400, "{refused}");
    stage.sdk.assert_all_called("calls").await;
}

#[tokio::test]
async fn labels_sort_chats_on_all_devices() {
    let mut stage = Stage::start().await;
    let chat = json!(c_us(&stage.ada));
    let label = json!({ "name": "New order", "color": 1 });
    // WhatsApp has them for businesses only.
    let refused = stage.raises("labels.upsert", &[json!("7"), label.clone()]).await;
    assert_eq!(refused["status"], 422, "{refused}");
    let business = json!({
        "description": "All sorts", "email": "", "website": "", "address": "", "category": "Shop",
    });
    let (admin, shop) = (stage.scene.sandbox.admin(), &stage.scene.shop.pn);
    admin.change_profile(shop, json!({ "business": business })).await;
    stage.call("labels.upsert", &[json!("7"), label]).await;
    let entry = stage.entry("label_edit").await;
    assert_eq!(
        (&entry["index"][1], &entry["name"], &entry["color"]),
        (&json!("7"), &json!("New order"), &json!(1))
    );
    let shown = json!({ "id": "7", "name": "New order", "hexColor": "#64c4ff" });
    assert_eq!(stage.call("labels.list", &[]).await, json!([shown]));
    assert_eq!(stage.call("labels.get", &[json!("7")]).await, shown);

    stage
        .call("labels.add_to_chat", &[chat.clone(), json!({ "labelId": "7" })])
        .await;
    let entry = stage.entry("label_jid").await;
    assert_eq!(
        (&entry["index"], &entry["labeled"]),
        (&json!(["label_jid", "7", stage.ada.jid()]), &json!(true))
    );
    assert_eq!(
        stage.call("labels.for_chat", &[chat.clone()]).await,
        json!([shown])
    );
    let chats = stage.call("labels.chats", &[json!("7")]).await;
    assert_eq!(
        (&chats[0]["id"], &chats[0]["lastMessage"]),
        (&chat, &json!("hello"))
    );
    stage
        .call("labels.remove_from_chat", &[chat.clone(), json!("7")])
        .await;
    assert_eq!(stage.entry("label_jid").await["labeled"], false);
    assert_eq!(stage.call("labels.for_chat", &[chat.clone()]).await, json!([]));

    // What the phone does arrives.
    let admin = stage.scene.sandbox.admin();
    let made = json!({ "type": "label", "id": "9", "name": "Paid", "color": 0 });
    admin.act(&stage.scene.shop.pn, "app-state", made).await;
    let put = json!({ "type": "labelChat", "id": "9", "chat": stage.ada.jid(), "labeled": true });
    admin.act(&stage.scene.shop.pn, "app-state", put).await;
    stage
        .until("labels.for_chat", &[chat.clone()], |labels| {
            labels[0]["name"] == "Paid"
        })
        .await;

    stage.call("labels.delete", &[json!("7")]).await;
    assert_eq!(stage.call("labels.list", &[]).await.as_array().unwrap().len(), 1);
    let gone = stage.raises("labels.get", &[json!("7")]).await;
    assert_eq!(gone["type"], "OpenWANotFoundError", "{gone}");
    let refused = json!({ "name": "Mauve", "color": 20 });
    let refused = stage.raises("labels.upsert", &[json!("1"), refused]).await;
    assert_eq!(refused["status"], 400, "{refused}");
    stage.sdk.assert_all_called("labels").await;
}
