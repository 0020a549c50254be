use serde_json::json;
use wagon_test_kit::{Baileys, DEADLINE};

use super::{Town, lid, text};

#[tokio::test]
async fn a_group_lives_from_its_creation_to_its_end() {
    let town = Town::start().await;
    let admin = town.scene.sandbox.admin();
    let created = town
        .post(
            "/groups",
            json!({ "name": "Trip", "participants": [town.ada.jid(), "15559999999@s.whatsapp.net"] }),
        )
        .await
        .expect(201);
    let group = text(&created["groupJid"]);
    assert_eq!(
        (&created["subject"], &created["participants"]),
        (&json!("Trip"), &json!(2))
    );
    assert_eq!(created["notAdded"], json!(["15559999999@s.whatsapp.net"]));
    assert_eq!(created["ownerJid"], town.scene.shop.jid());
    admin
        .wait_inbox(
            &town.ada.pn,
            |entry| entry["kind"] == "group" && entry["type"] == "create",
            DEADLINE,
        )
        .await;

    let path = format!("/groups/{group}");
    let shown = town.get(&path).await.expect(200);
    assert_eq!(
        (&shown["participantCount"], &shown["isLocked"]),
        (&json!(2), &json!(false))
    );
    assert!(shown["id"].is_i64() && shown["createdAtWa"].is_i64() && shown["updatedAt"].is_i64());
    let encoded = town
        .get(&format!("/groups/{}", group.replace('@', "%40")))
        .await
        .expect(200);
    assert_eq!(encoded, shown);
    assert_eq!(town.get("/groups").await.expect(200)["data"], json!([shown]));

    town.post(
        &format!("{path}/members"),
        json!({ "participants": [lid(&town.bob)] }),
    )
    .await
    .expect(204);
    let member = |account: &wagon_test_kit::Account, role: &str| (account.jid(), role.to_owned());
    let mut expected = vec![
        member(&town.scene.shop, "superadmin"),
        member(&town.ada, "member"),
        member(&town.bob, "member"),
    ];
    expected.sort();
    assert_eq!(town.members(&group).await, expected);

    town.invoke(&format!("{path}/members/{}/promote", town.ada.jid()))
        .await
        .expect(204);
    assert!(town.members(&group).await.contains(&member(&town.ada, "admin")));
    town.invoke(&format!("{path}/members/{}/demote", lid(&town.ada)))
        .await
        .expect(204);
    assert!(town.members(&group).await.contains(&member(&town.ada, "member")));
    town.delete(&format!("{path}/members/{}", town.bob.jid()))
        .await
        .expect(204);
    assert_eq!(town.members(&group).await.len(), 2);
    let on_whatsapp = admin.group(&group).await;
    assert_eq!(on_whatsapp["participants"].as_array().unwrap().len(), 2);

    town.invoke(&format!("{path}:leave")).await.expect(204);
    town.get(&path).await.expect(404);
    town.get(&format!("{path}/members")).await.expect(404);
    assert_eq!(town.get("/groups").await.expect(200)["data"], json!([]));
    let on_whatsapp = admin.group(&group).await;
    assert_eq!(
        on_whatsapp["participants"][0]["role"], "admin",
        "somebody keeps it going"
    );
}

#[tokio::test]
async fn settings_change_together_and_on_whatsapp() {
    let town = Town::start().await;
    let admin = town.scene.sandbox.admin();
    let group = town.group(&[&town.ada]).await;
    let path = format!("/groups/{group}");
    let all = json!({ "subject": "Journey", "description": "To the sea", "announce": true, "locked": true });
    town.patch(&path, all).await.expect(204);
    let shown = town.get(&path).await.expect(200);
    assert_eq!(
        (&shown["subject"], &shown["description"]),
        (&json!("Journey"), &json!("To the sea"))
    );
    assert_eq!(
        (&shown["isAnnounce"], &shown["isLocked"]),
        (&json!(true), &json!(true))
    );
    let there = admin.group(&group).await;
    assert_eq!(
        (&there["subject"], &there["description"]),
        (&json!("Journey"), &json!("To the sea"))
    );
    assert_eq!(
        (&there["announcement"], &there["locked"]),
        (&json!(true), &json!(true))
    );

    town.patch(&path, json!({ "description": "", "announce": false }))
        .await
        .expect(204);
    let shown = town.get(&path).await.expect(200);
    assert_eq!(
        (shown.get("description"), &shown["isAnnounce"]),
        (None, &json!(false))
    );
    assert_eq!(shown["isLocked"], true, "as it was");
}

#[tokio::test]
async fn invite_links_lead_in_until_they_are_renewed() {
    let town = Town::start().await;
    let admin = town.scene.sandbox.admin();
    let own = town.group(&[]).await;
    let first = text(&town.get(&format!("/groups/{own}/invite")).await.expect(200)["invite"]);
    assert!(first.starts_with("https://chat.whatsapp.com/"), "{first}");
    let second = text(&town.delete(&format!("/groups/{own}/invite")).await.expect(200)["invite"]);
    assert_ne!(first, second);
    admin.phone_join(&town.ada.pn, &second).await;
    town.wait_group(&own, |group| group["participantCount"] == 2)
        .await;

    let theirs = town.adas_group(json!({ "participants": [] })).await;
    let link = admin.phone_invite(&town.ada.pn, &theirs).await;
    let joined = town
        .post("/groups:join", json!({ "invite": link }))
        .await
        .expect(200);
    assert_eq!(joined, json!({ "groupJid": theirs }));
    assert_eq!(
        town.get(&format!("/groups/{theirs}")).await.expect(200)["subject"],
        "Ada's"
    );
    let code = link.rsplit('/').next().unwrap();
    let again = town
        .post("/groups:join", json!({ "invite": code }))
        .await
        .expect(200);
    assert_eq!(again["groupJid"], theirs, "already in it");
}

#[tokio::test]
async fn a_client_of_other_make_sees_what_the_gateway_does() {
    let town = Town::start().await;
    let admin = town.scene.sandbox.admin();
    let peer = Baileys::pair(admin, "Ada", &town.ada.pn).await;
    let group = town.group(&[&town.ada]).await;
    let created = peer
        .wait("group", |line| line["group"]["id"] == group, DEADLINE)
        .await;
    assert_eq!(created["group"]["subject"], "Trip");
    town.patch(&format!("/groups/{group}"), json!({ "subject": "Journey" }))
        .await
        .expect(204);
    peer.wait("group", |line| line["group"]["subject"] == "Journey", DEADLINE)
        .await;
    town.post(
        &format!("/groups/{group}/members"),
        json!({ "participants": [town.bob.jid()] }),
    )
    .await
    .expect(204);
    peer.wait("participants", |line| line["action"] == "add", DEADLINE)
        .await;
    let metadata = peer
        .command(json!({ "cmd": "call", "method": "groupMetadata", "args": [group] }))
        .await;
    assert_eq!(metadata["result"]["participants"].as_array().unwrap().len(), 3);
    assert_eq!(metadata["result"]["addressingMode"], "lid");
}
