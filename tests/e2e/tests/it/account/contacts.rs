use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, wait_until};

use super::{until, visited};
use crate::support::{Scene, is_message};

#[tokio::test]
async fn people_are_listed_searched_and_described() {
    let (scene, ada) = visited("hello").await;
    let v1 = scene.gateway.v1();
    let list = async |query: &str| {
        v1.get(&scene.path(&format!("/contacts{query}")))
            .await
            .expect(200)
    };
    let all = list("").await;
    assert_eq!(all["data"].as_array().unwrap().len(), 1, "{all}");
    let contact = &all["data"][0];
    assert_eq!(contact["lid"], format!("{}@lid", ada.lid));
    assert_eq!(
        (&contact["phoneNumber"], &contact["source"]),
        (&json!(ada.pn), &json!("dm"))
    );
    assert_eq!(contact["name"], "Ada");
    for query in ["?q=ad", &format!("?q={}", ada.pn), "?source=dm"] {
        assert_eq!(list(query).await["data"].as_array().unwrap().len(), 1, "{query}");
    }
    for query in [
        "?q=%25",
        "?q=_",
        "?source=group",
        "?group=120363000000000001@g.us",
    ] {
        assert_eq!(list(query).await["data"], json!([]), "{query}");
    }
    let page = list("?limit=1").await;
    let next = list(&format!(
        "?limit=1&cursor={}",
        page["nextCursor"].as_str().unwrap()
    ))
    .await;
    assert_eq!(next["data"], json!([]));
    for query in ["?source=all", "?group=nobody", "?cursor=!", "?limit=x"] {
        v1.get(&scene.path(&format!("/contacts{query}")))
            .await
            .expect(400);
    }

    for address in [ada.jid(), format!("{}@lid", ada.lid)] {
        let detail = v1
            .get(&scene.path(&format!("/contacts/{address}")))
            .await
            .expect(200);
        assert_eq!(detail["dm"], true);
        assert_eq!(detail["identity"]["phoneJid"], ada.jid());
        assert_eq!(detail["identity"]["lid"], format!("{}@lid", ada.lid));
    }
    v1.get(&scene.path("/contacts/15550009999@s.whatsapp.net"))
        .await
        .expect(404);
}

#[tokio::test]
async fn whatsapp_is_asked_about_numbers() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    let bob = scene.sandbox.admin().account("Bob").await;
    let check = async |phone: &str| {
        v1.get(&scene.path(&format!("/contacts/check?phone={phone}")))
            .await
    };
    let known = check(&format!("%2B{}", bob.pn)).await.expect(200);
    assert_eq!(
        (&known["isOnWhatsapp"], &known["jid"]),
        (&json!(true), &json!(bob.jid()))
    );
    assert_eq!(known["query"], format!("+{}", bob.pn));
    let detail = v1
        .get(&scene.path(&format!("/contacts/{}@lid", bob.lid)))
        .await
        .expect(200);
    assert_eq!(
        detail["identity"]["phoneNumber"], bob.pn,
        "what was learnt is kept"
    );
    let unknown = check("15550009999").await.expect(200);
    assert_eq!(unknown["isOnWhatsapp"], false);
    assert!(unknown.get("jid").is_none());
    for phone in ["", "abc", "0123456789"] {
        let refused = check(phone).await.expect(400);
        assert!(refused.to_string().contains("phone"), "{refused}");
    }
}

#[tokio::test]
async fn about_and_picture_are_what_the_phone_shows() {
    let scene = Scene::start(Gateway::builder()).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let bob = admin.account("Bob").await;
    let path = |rest: &str| scene.path(&format!("/contacts/{}/{rest}", bob.jid()));
    admin.change_profile(&bob.pn, json!({ "about": "Busy 🛠" })).await;
    assert_eq!(
        v1.get(&path("about")).await.expect(200),
        json!({ "about": "Busy 🛠" })
    );
    assert_eq!(v1.get(&path("picture")).await.expect(200), json!({}));
    let id = admin.set_picture(&bob.pn, b"\xff\xd8 a face".to_vec()).await;
    let picture = v1.get(&path("picture")).await.expect(200);
    assert_eq!(picture["id"], id);
    let image = reqwest::get(picture["url"].as_str().unwrap()).await.unwrap();
    assert_eq!(&image.bytes().await.unwrap()[..], b"\xff\xd8 a face");
    let group = scene.path("/contacts/120363000000000001@g.us/about");
    v1.get(&group).await.expect(400);
}

#[tokio::test]
async fn a_blocked_person_is_not_heard_until_unblocked() {
    let scene = Scene::start(Gateway::builder()).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let eve = admin.account("Eve").await;
    let act = |verb: &str, who: &str| scene.path(&format!("/contacts/{who}/{verb}"));
    v1.invoke(&act("block", &eve.jid())).await.expect(204);
    let blocked = v1.get(&scene.path("/contacts/blocklist")).await.expect(200);
    assert_eq!(blocked["data"][0]["jid"], eve.jid());
    let profile = admin.look(&scene.shop.pn, "profile").await;
    assert_eq!(profile["blocked"], json!([eve.lid]));

    let events = v1.events("events=message").await;
    admin.send(&eve.pn, &scene.shop.pn, "unheard").await;
    v1.invoke(&act("unblock", &format!("{}@lid", eve.lid)))
        .await
        .expect(204);
    admin.send(&eve.pn, &scene.shop.pn, "heard").await;
    events.wait_event(is_message("heard"), DEADLINE).await;
    assert_eq!(events.seen().count(is_message("unheard")), 0);
    v1.invoke(&act("block", "15550009999@s.whatsapp.net"))
        .await
        .expect(404);
    v1.invoke(&act("block", "120363000000000001@g.us"))
        .await
        .expect(400);
}

#[tokio::test]
async fn names_saved_on_the_phone_and_new_push_names_are_told() {
    let (scene, ada) = visited("hello").await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let events = v1.events("events=contact.update").await;
    let saved =
        json!({ "type": "contact", "jid": ada.jid(), "fullName": "Ada Lovelace", "firstName": "Ada" });
    admin.act(&scene.shop.pn, "app-state", saved).await;
    let is_saved = |event: &Value| event["payload"]["fullName"] == "Ada Lovelace";
    let told = events.wait_event(is_saved, DEADLINE).await;
    assert_eq!(
        told["payload"],
        json!({ "jid": ada.jid(), "fullName": "Ada Lovelace", "firstName": "Ada" })
    );
    admin.change_profile(&ada.pn, json!({ "name": "Countess" })).await;
    admin.send(&ada.pn, &scene.shop.pn, "it is me").await;
    let is_renamed = |event: &Value| event["payload"]["pushName"] == "Countess";
    let told = events.wait_event(is_renamed, DEADLINE).await;
    assert_eq!(
        told["payload"],
        json!({ "jid": ada.jid(), "pushName": "Countess" })
    );
    let detail = scene.path(&format!("/contacts/{}", ada.jid()));
    until(&v1, &detail, "both names", |detail| {
        detail["identity"]["name"] == "Ada Lovelace" && detail["identity"]["pushName"] == "Countess"
    })
    .await;
}

#[tokio::test]
async fn a_new_picture_is_told() {
    let (scene, ada) = visited("hello").await;
    let admin = scene.sandbox.admin();
    let events = scene.gateway.v1().events("events=chat.update").await;
    let id = admin.set_picture(&ada.pn, b"\xff\xd8 new".to_vec()).await;
    let told = events
        .wait_event(|event| event["payload"]["pictureId"] == id, DEADLINE)
        .await;
    assert_eq!(
        told["payload"],
        json!({ "chatJid": ada.jid(), "change": "picture", "pictureId": id })
    );
    admin.remove_picture(&ada.pn).await;
    let removed = |event: &Value| event["payload"]["removed"] == true;
    let told = events.wait_event(removed, DEADLINE).await;
    assert_eq!(
        told["payload"],
        json!({ "chatJid": ada.jid(), "change": "picture", "removed": true })
    );
}

#[tokio::test]
async fn the_block_list_is_asked_for_again_once_it_has_changed() {
    let (scene, eve) = visited("hello").await;
    let (admin, openwa) = (scene.sandbox.admin(), scene.gateway.openwa());
    let contacts = scene.path("/contacts");
    let is_blocked = async || match openwa.get(&contacts).await {
        listed if listed.status == 200 => Ok(listed.body[0]["isBlocked"].clone()),
        refused => Err(refused),
    };
    assert_eq!(is_blocked().await.ok(), Some(json!(false)));

    let refused = json!({ "match": { "xmlns": "blocklist" }, "action": { "kind": "iq_error", "code": 500 } });
    admin.fault(refused).await;
    assert_eq!(is_blocked().await.ok(), Some(json!(false)));
    let block = json!({ "jid": eve.jid(), "blocked": true });
    admin
        .post(&format!("/admin/phones/{}/block", scene.shop.pn), block)
        .await;
    wait_until(DEADLINE, "a request for the list", async || {
        is_blocked().await.err().ok_or("it is not asked for")
    })
    .await;
    admin.lift_faults().await;
    assert_eq!(is_blocked().await.ok(), Some(json!(true)));
}
