use serde_json::json;

use super::{Town, lid, refused, text};

#[tokio::test]
async fn admins_let_people_in_who_have_asked() {
    let town = Town::start().await;
    let admin = town.scene.sandbox.admin();
    let group = town.group(&[]).await;
    admin
        .phone_change_group(&town.scene.shop.pn, &group, json!({ "approval": true }))
        .await;
    let link = text(&town.get(&format!("/groups/{group}/invite")).await.expect(200)["invite"]);
    for account in [&town.ada, &town.bob] {
        assert_eq!(admin.phone_join(&account.pn, &link).await["waiting"], true);
    }
    let path = format!("/groups/{group}/members");
    let waiting = town.get(&format!("{path}:requests")).await.expect(200);
    let lids: Vec<_> = waiting["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| text(&one["lid"]))
        .collect();
    assert_eq!(lids, [lid(&town.ada), lid(&town.bob)]);
    assert!(waiting["data"][0]["requestedAt"].is_i64());

    town.post(
        &format!("{path}:approve"),
        json!({ "participants": [town.ada.jid()] }),
    )
    .await
    .expect(204);
    assert_eq!(town.members(&group).await.len(), 2);
    refused(
        town.post(
            &format!("{path}:approve"),
            json!({ "participants": [town.ada.jid()] }),
        )
        .await,
        404,
        "not_found",
        "",
    );
    town.post(&format!("{path}:approve"), json!({})).await.expect(204);
    assert_eq!(town.members(&group).await.len(), 3, "all who were left");
    assert_eq!(
        town.get(&format!("{path}:requests")).await.expect(200)["data"],
        json!([])
    );
    town.post(&format!("{path}:approve"), json!({})).await.expect(204);
}

#[tokio::test]
async fn the_account_itself_waits_for_an_admin() {
    let town = Town::start().await;
    let admin = town.scene.sandbox.admin();
    let group = town.adas_group(json!({ "participants": [] })).await;
    admin
        .phone_change_group(&town.ada.pn, &group, json!({ "approval": true }))
        .await;
    let link = admin.phone_invite(&town.ada.pn, &group).await;
    let asked = town
        .post("/groups:join", json!({ "invite": link }))
        .await
        .expect(200);
    assert_eq!(asked, json!({ "groupJid": group, "pending": true }));
    town.get(&format!("/groups/{group}")).await.expect(404);
    let shop = town.scene.shop.jid();
    admin
        .phone_members(&town.ada.pn, &group, "approve", &[&shop])
        .await;
    town.wait_group(&group, |group| group["participantCount"] == 2)
        .await;
}
