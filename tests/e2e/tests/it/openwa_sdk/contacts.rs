use serde_json::json;

use super::{Stage, c_us};

#[tokio::test]
async fn people_are_found_saved_and_blocked() {
    let mut stage = Stage::start().await;
    let ada = c_us(&stage.ada);
    let checked = stage.call("contacts.check", &[json!(stage.ada.pn)]).await;
    assert_eq!(
        checked,
        json!({ "number": stage.ada.pn, "exists": true, "whatsappId": ada })
    );
    let nobody = stage.call("contacts.check", &[json!("15550009999")]).await;
    assert_eq!(
        nobody,
        json!({ "number": "15550009999", "exists": false, "whatsappId": null })
    );

    let listed = stage.call("contacts.list", &[]).await;
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(
        (&listed[0]["id"], &listed[0]["pushName"], &listed[0]["number"]),
        (&json!(ada), &json!("Ada"), &json!(stage.ada.pn))
    );
    assert_eq!(
        (&listed[0]["isMyContact"], &listed[0]["isBlocked"]),
        (&json!(false), &json!(false))
    );
    let past = stage
        .call("contacts.list", &[json!({ "limit": 5, "offset": 1 })])
        .await;
    assert_eq!(past, json!([]));

    let saved = json!({ "firstName": "Ada", "lastName": "Lovelace" });
    let saved = stage.call("contacts.upsert", &[json!(ada), saved]).await;
    assert_eq!(saved, json!({ "success": true, "message": "Contact saved" }));
    let entry = stage.entry("contact").await;
    assert_eq!(
        (&entry["index"][1], &entry["fullName"], &entry["firstName"]),
        (&json!(stage.ada.jid()), &json!("Ada Lovelace"), &json!("Ada"))
    );
    let found = stage.call("contacts.get", &[json!(ada)]).await;
    assert_eq!(
        (&found["name"], &found["isMyContact"]),
        (&json!("Ada Lovelace"), &json!(true))
    );
    stage.call("contacts.delete", &[json!(ada)]).await;
    assert_eq!(stage.entry("contact").await.get("fullName"), None);
    let found = stage.call("contacts.get", &[json!(ada)]).await;
    assert_eq!(
        (&found["name"], &found["isMyContact"]),
        (&json!(null), &json!(false))
    );

    let lid = format!("{}@lid", stage.ada.lid);
    let phone = stage.call("contacts.phone", &[json!(lid)]).await;
    assert_eq!(phone, json!({ "contactId": lid, "phone": stage.ada.pn }));
    let refused = json!({ "firstName": "Nobody" });
    let refused = stage.raises("contacts.upsert", &[json!(lid), refused]).await;
    assert_eq!(refused["status"], 400, "{refused}");

    let blocked = stage.call("contacts.block", &[json!(ada)]).await;
    assert_eq!(blocked["message"], "Contact blocked");
    assert_eq!(stage.call("contacts.list_blocked", &[]).await, json!([ada]));
    let admin = stage.scene.sandbox.admin();
    let shown = admin.look(&stage.scene.shop.pn, "profile").await;
    assert!(shown["blocked"].to_string().contains(&stage.ada.lid), "{shown}");
    assert_eq!(stage.call("contacts.get", &[json!(ada)]).await["isBlocked"], true);
    stage.call("contacts.unblock", &[json!(ada)]).await;
    assert_eq!(stage.call("contacts.list_blocked", &[]).await, json!([]));

    let admin = stage.scene.sandbox.admin();
    let none = stage
        .sdk
        .call("contacts.profile_picture", json!([stage.scene.session, ada]))
        .await;
    assert_eq!(none, json!({ "url": null }));
    let id = admin
        .set_picture(&stage.ada.pn, vec![0xff, 0xd8, 0xff, 0xe0])
        .await;
    let shown = stage.call("contacts.profile_picture", &[json!(ada)]).await;
    let url = shown["url"].as_str().unwrap_or_else(|| panic!("{shown}"));
    assert!(url.ends_with(&id), "{url}");
    let many = stage
        .call("contacts.profile_pictures", &[json!([ada, "15550009999@c.us"])])
        .await;
    assert_eq!(
        many,
        json!({ "pictures": { ada: url, "15550009999@c.us": null } })
    );
    stage.sdk.assert_all_called("contacts").await;
}
