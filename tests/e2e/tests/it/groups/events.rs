use serde_json::json;
use wagon_test_kit::DEADLINE;

use super::{Town, about};

#[tokio::test]
async fn what_others_do_is_told_with_exact_payloads() {
    let town = Town::start().await;
    let admin = town.scene.sandbox.admin();
    let events = town.events().await;
    let group = town.adas_group(json!({})).await;
    let joined = events
        .wait_event(about("group.update", &group, |_| true), DEADLINE)
        .await;
    assert_eq!(joined["payload"]["subject"], "Ada's");

    admin
        .phone_change_group(
            &town.ada.pn,
            &group,
            json!({ "subject": "Renamed", "description": "Why", "announcement": true, "locked": true }),
        )
        .await;
    for (field, value) in [
        ("subject", json!("Renamed")),
        ("description", json!("Why")),
        ("isAnnounce", json!(true)),
        ("isLocked", json!(true)),
    ] {
        let told = events
            .wait_event(
                about("group.update", &group, |payload| payload[field] == value),
                DEADLINE,
            )
            .await;
        let timestamp = &told["payload"]["timestamp"];
        assert!(timestamp.as_i64().unwrap() > 1_600_000_000_000, "milliseconds");
        let exact =
            json!({ "groupJid": group, "sender": town.ada.jid(), field: value, "timestamp": timestamp });
        assert_eq!(told["payload"], exact);
    }

    let bob = town.bob.jid();
    for (action, field) in [
        ("add", "join"),
        ("promote", "promote"),
        ("demote", "demote"),
        ("remove", "leave"),
    ] {
        admin.phone_members(&town.ada.pn, &group, action, &[&bob]).await;
        let told = events
            .wait_event(
                about("group.participant", &group, |payload| {
                    payload[field] == json!([bob])
                }),
                DEADLINE,
            )
            .await;
        let timestamp = &told["payload"]["timestamp"];
        let exact =
            json!({ "groupJid": group, "sender": town.ada.jid(), field: [bob], "timestamp": timestamp });
        assert_eq!(told["payload"], exact);
    }

    let shop = town.scene.shop.jid();
    admin
        .phone_members(&town.ada.pn, &group, "remove", &[&shop])
        .await;
    events
        .wait_event(
            about("group.participant", &group, |payload| {
                payload["leave"] == json!([shop])
            }),
            DEADLINE,
        )
        .await;
    town.get(&format!("/groups/{group}")).await.expect(404);
}

#[tokio::test]
async fn what_the_account_does_is_told_once() {
    let town = Town::start().await;
    let events = town.events().await;
    let group = town.group(&[&town.ada]).await;
    town.patch(&format!("/groups/{group}"), json!({ "subject": "Journey" }))
        .await
        .expect(204);
    town.delete(&format!("/groups/{group}/invite")).await.expect(200);
    let link = events
        .wait_event(
            about("group.update", &group, |payload| {
                payload["newInviteLink"].is_string()
            }),
            DEADLINE,
        )
        .await;
    assert_eq!(link["payload"]["sender"], town.scene.shop.jid());
    let subjects = events.seen().count(about("group.update", &group, |payload| {
        payload["subject"] == "Journey"
    }));
    assert_eq!(subjects, 1);
    assert_eq!(
        events
            .seen()
            .count(about("group.update", &group, |payload| payload["subject"] == "Trip")),
        1
    );
}

#[tokio::test]
async fn what_happened_meanwhile_is_told_after_a_crash() {
    let mut town = Town::start().await;
    let group = town.adas_group(json!({})).await;
    town.scene.gateway.kill_9().await;
    let admin = town.scene.sandbox.admin();
    admin
        .phone_change_group(&town.ada.pn, &group, json!({ "subject": "While away" }))
        .await;
    let bob = town.bob.jid();
    admin.phone_members(&town.ada.pn, &group, "add", &[&bob]).await;
    town.scene.gateway.start_again().await;
    let shown = town
        .wait_group(&group, |group| {
            group["subject"] == "While away" && group["participantCount"] == 3
        })
        .await;
    assert_eq!(shown["groupJid"], group);
    let since = crate::support::BEGINNING;
    let events = town.scene.gateway.v1().events(&format!("since={since}")).await;
    let renamed = about("group.update", &group, |payload| {
        payload["subject"] == "While away"
    });
    events.wait_event(&renamed, DEADLINE).await;
    let joined = about("group.participant", &group, |payload| {
        payload["join"] == json!([bob])
    });
    let told = events
        .wait_event(
            about("group.participant", &group, |payload| {
                payload["join"] == json!([bob])
            }),
            DEADLINE,
        )
        .await;
    assert_eq!(told["session"], town.scene.session);
    assert_eq!(
        (events.seen().count(&renamed), events.seen().count(&joined)),
        (1, 1)
    );
}
