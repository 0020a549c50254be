use serde_json::{Value, json};

use super::{PIXELS, Stage, base64, c_us};
use crate::support::string;

#[tokio::test]
async fn a_group_lives_from_its_making_to_the_leaving() {
    let mut stage = Stage::start().await;
    let bob = stage.scene.sandbox.admin().account("Bob").await;
    let ada = c_us(&stage.ada);
    let made = json!({ "name": "Trip", "participants": [ada] });
    let made = stage.call("groups.create", &[made]).await;
    assert_eq!(
        (&made["name"], &made["participantsCount"], &made["isAdmin"]),
        (&json!("Trip"), &json!(2), &json!(true))
    );
    let group = json!(string(&made, "id"));
    let listed = stage.call("groups.list", &[]).await;
    assert_eq!(
        listed,
        json!([{ "id": group, "name": "Trip", "linkedParentJID": null }])
    );

    // Bare digits will do.
    let added = stage
        .call("groups.add_participants", &[group.clone(), json!([bob.pn])])
        .await;
    assert_eq!(
        added,
        json!({
            "success": true, "message": "Participants added", "results": [{ "id": c_us(&bob), "success": true }],
        })
    );
    let promoted = stage
        .call("groups.promote_participants", &[group.clone(), json!([ada])])
        .await;
    assert_eq!(promoted["message"], "Participants promoted to admin");
    let role = async |stage: &mut Stage, id: &str| {
        let shown = stage.call("groups.get", &[group.clone()]).await;
        let members = shown["participants"].as_array().unwrap().clone();
        members.into_iter().find(|member| member["id"] == id)
    };
    assert_eq!(role(&mut stage, &ada).await.unwrap()["isAdmin"], true);
    stage
        .call("groups.demote_participants", &[group.clone(), json!([ada])])
        .await;
    assert_eq!(role(&mut stage, &ada).await.unwrap()["isAdmin"], false);
    let removed = stage
        .call(
            "groups.remove_participants",
            &[group.clone(), json!([c_us(&bob)])],
        )
        .await;
    assert_eq!(removed["results"][0]["success"], true);
    assert_eq!(role(&mut stage, &c_us(&bob)).await, None);
    let stranger = stage
        .raises(
            "groups.remove_participants",
            &[group.clone(), json!([c_us(&bob)])],
        )
        .await;
    assert_eq!(stranger["type"], "OpenWAForbiddenError", "{stranger}");

    stage
        .call("groups.set_subject", &[group.clone(), json!("Sea")])
        .await;
    stage
        .call("groups.set_description", &[group.clone(), json!("Bring towels")])
        .await;
    let settings =
        json!({ "announce": true, "locked": true, "ephemeralSeconds": 86400, "memberAddMode": "admins" });
    stage
        .call("groups.update_group_settings", &[group.clone(), settings.clone()])
        .await;
    assert_eq!(
        stage.call("groups.get_group_settings", &[group.clone()]).await,
        settings
    );
    let nothing = stage
        .raises("groups.update_group_settings", &[group.clone(), json!({})])
        .await;
    assert_eq!(nothing["status"], 400, "{nothing}");
    let shown = stage.call("groups.get", &[group.clone()]).await;
    assert_eq!(
        (&shown["name"], &shown["description"], &shown["isAnnounce"]),
        (&json!("Sea"), &json!("Bring towels"), &json!(true))
    );
    assert_eq!(shown["isReadOnly"], false, "admins write");
    let known = stage.scene.sandbox.admin().group(group.as_str().unwrap()).await;
    assert_eq!(known["subject"], "Sea", "{known}");

    let image = json!({ "base64": base64(PIXELS), "mimetype": "image/png" });
    stage.call("groups.set_picture", &[group.clone(), image]).await;
    let shown = stage.call("groups.get_picture", &[group.clone()]).await;
    let url = string(&shown, "url");
    let served = reqwest::get(&url).await.unwrap().bytes().await.unwrap();
    assert!(served.starts_with(&[0xff, 0xd8]), "WhatsApp gets a JPEG");
    stage.call("groups.delete_picture", &[group.clone()]).await;
    let shown = stage.call("groups.get_picture", &[group.clone()]).await;
    assert_eq!(shown, json!({ "url": null }));
    let neither = stage
        .raises("groups.set_picture", &[group.clone(), json!({})])
        .await;
    assert!(
        neither["message"]
            .as_str()
            .unwrap()
            .contains("Either url or base64 must be provided"),
        "{neither}"
    );

    stage.call("groups.leave", &[group.clone()]).await;
    assert_eq!(stage.call("groups.list", &[]).await, json!([]));
    requests(&mut stage).await;
    stage.sdk.assert_all_called("groups").await;
}

/// Invites, and who has to be let in.
async fn requests(stage: &mut Stage) {
    let bob = stage.scene.sandbox.admin().account("Bea").await;
    let made = json!({ "name": "Club", "participants": [c_us(&bob)] });
    let made = stage.call("groups.create", &[made]).await;
    let group = json!(string(&made, "id"));
    let invite = stage.call("groups.invite_code", &[group.clone()]).await;
    let code = string(&invite, "inviteCode");
    assert_eq!(invite["inviteLink"], format!("https://chat.whatsapp.com/{code}"));
    let renewed = stage.call("groups.revoke_invite_code", &[group.clone()]).await;
    assert_eq!(renewed["message"], "Invite code revoked and new one generated");
    let code = string(&renewed, "inviteCode");

    let admin = stage.scene.sandbox.admin();
    let approval = json!({ "approval": true });
    admin
        .phone_change_group(&stage.scene.shop.pn, group.as_str().unwrap(), approval)
        .await;
    let (one, two) = (admin.account("One").await, admin.account("Two").await);
    for person in [&one, &two] {
        assert_eq!(admin.phone_join(&person.pn, &code).await["waiting"], true);
    }
    let waiting = stage
        .call("groups.get_membership_requests", &[group.clone()])
        .await;
    assert_eq!(waiting.as_array().unwrap().len(), 2, "{waiting}");
    assert!(waiting[0]["requestedAt"].as_i64().is_some(), "{waiting}");
    let rejected = stage
        .call(
            "groups.reject_membership_requests",
            &[group.clone(), json!([c_us(&one)])],
        )
        .await;
    assert_eq!(rejected["message"], "Membership requests rejected");
    let approved = stage
        .call("groups.approve_membership_requests", &[group.clone()])
        .await;
    assert_eq!(approved["results"].as_array().unwrap().len(), 1, "{approved}");
    let shown = stage.call("groups.get", &[group.clone()]).await;
    let members: Vec<&Value> = shown["participants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| &member["number"])
        .collect();
    assert!(
        members.contains(&&json!(two.pn)) && !members.contains(&&json!(one.pn)),
        "{members:?}"
    );

    // Another's group, by its link.
    let admin = stage.scene.sandbox.admin();
    let theirs = admin
        .phone_group(&stage.ada.pn, json!({ "subject": "Ada's", "participants": [] }))
        .await;
    let theirs = string(&theirs["group"], "jid");
    let link = admin.phone_invite(&stage.ada.pn, &theirs).await;
    let code = link.rsplit('/').next().unwrap();
    let seen = stage.call("groups.join_info", &[json!(code)]).await;
    assert_eq!(
        (&seen["id"], &seen["name"], &seen["participantCount"]),
        (&json!(theirs), &json!("Ada's"), &json!(1))
    );
    let joined = stage
        .call("groups.join_group", &[json!({ "inviteCode": code })])
        .await;
    assert_eq!(joined, json!({ "success": true, "groupId": theirs }));
    let known = stage.scene.sandbox.admin().group(&theirs).await;
    assert_eq!(known["participants"].as_array().unwrap().len(), 2, "{known}");
    let missing = stage
        .raises("groups.get", &[json!("120363999999999999@g.us")])
        .await;
    assert_eq!(
        (
            &missing["type"],
            missing["message"].as_str().unwrap().contains("not found")
        ),
        (&json!("OpenWANotFoundError"), true)
    );
}
