//! A person's phone number and hidden identity are one contact and one chat, whichever was known first.

use reqwest::Method;
use serde_json::{Value, json};
use wagon_test_kit::{Account, DEADLINE, Gateway};

use super::until;
use crate::support::{Scene, is_message, string, text};

fn lid(account: &Account) -> String {
    format!("{}@lid", account.lid)
}

/// A scene that may send as much as it likes, and an account that it has not heard of.
async fn strangers() -> (Scene, Account) {
    let builder = Gateway::builder()
        .env("DEFAULT_RATE_PER_MIN", "0")
        .env("DEFAULT_RATE_PER_HOUR", "0");
    let scene = Scene::start(builder).await;
    // What is read meanwhile would differ between two looks at a chat.
    let unread = json!({ "autoRead": false });
    scene
        .gateway
        .v1()
        .patch(&scene.path(""), unread)
        .await
        .expect(200);
    let ada = scene.sandbox.admin().account("Ada").await;
    (scene, ada)
}

async fn bodies(scene: &Scene, chat: &str) -> Vec<String> {
    let path = scene.path(&format!("/chats/{chat}/messages"));
    let page = scene.gateway.v1().get(&path).await.expect(200);
    let messages = page["data"].as_array().expect("a list").iter();
    messages.map(|message| string(message, "body")).collect()
}

/// Ada answers, and the answer is stored.
async fn answer(scene: &Scene, ada: &Account, words: &str) {
    let events = scene.gateway.v1().events("events=message").await;
    scene.sandbox.admin().send(&ada.pn, &scene.shop.pn, words).await;
    events.wait_event(is_message(words), DEADLINE).await;
}

async fn assert_one_person(scene: &Scene, ada: &Account) -> (Value, Value) {
    let v1 = scene.gateway.v1();
    let (by_number, by_lid) = (ada.jid(), lid(ada));
    let chat = v1
        .get(&scene.path(&format!("/chats/{by_number}")))
        .await
        .expect(200);
    assert_eq!(
        v1.get(&scene.path(&format!("/chats/{by_lid}"))).await.expect(200),
        chat
    );
    assert_eq!(
        (&chat["jid"], &chat["aliases"]),
        (&json!(by_number), &json!([by_lid, by_number]))
    );
    let person = v1
        .get(&scene.path(&format!("/contacts/{by_number}")))
        .await
        .expect(200);
    assert_eq!(
        v1.get(&scene.path(&format!("/contacts/{by_lid}")))
            .await
            .expect(200),
        person
    );
    assert_eq!(
        (&person["identity"]["phoneJid"], &person["identity"]["lid"]),
        (&json!(by_number), &json!(by_lid))
    );
    assert_eq!(bodies(scene, &by_number).await, bodies(scene, &by_lid).await);
    let chats = v1.get(&scene.path("/chats")).await.expect(200);
    assert_eq!(chats["data"].as_array().expect("a list").len(), 1, "{chats}");
    let people = v1.get(&scene.path("/contacts")).await.expect(200);
    assert_eq!(people["data"].as_array().expect("a list").len(), 1, "{people}");
    (chat["id"].clone(), person["identity"]["id"].clone())
}

#[tokio::test]
async fn whom_the_session_wrote_to_stays_one_person_when_the_other_address_is_learnt() {
    for by_lid in [true, false] {
        let (scene, ada) = strangers().await;
        let v1 = scene.gateway.v1();
        let known = if by_lid { lid(&ada) } else { ada.jid() };
        scene.send(&text(&known, "who are you?"), None).await.expect(200);
        let before = v1.get(&scene.path(&format!("/chats/{known}"))).await.expect(200);
        answer(&scene, &ada, "I am Ada").await;
        let (chat, person) = assert_one_person(&scene, &ada).await;
        assert_eq!(chat, before["id"], "by LID: {by_lid}");
        assert_eq!(bodies(&scene, &known).await, ["I am Ada", "who are you?"]);

        // Nothing comes apart again, whichever address is used next.
        for address in [lid(&ada), ada.jid()] {
            scene.send(&text(&address, "welcome"), None).await.expect(200);
        }
        answer(&scene, &ada, "thank you").await;
        assert_eq!(assert_one_person(&scene, &ada).await, (chat, person));
        assert_eq!(bodies(&scene, &known).await.len(), 5);
    }
}

#[tokio::test]
async fn either_address_is_taken_wherever_one_is() {
    let (scene, ada) = strangers().await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    answer(&scene, &ada, "hello").await;
    let bob = admin.account("Bob").await;
    let addresses = [ada.jid(), lid(&ada)];
    let call = async |method: Method, path: &str, body: Option<Value>| {
        let mut request = v1.request(method, &scene.path(path));
        if let Some(body) = body {
            request = request.json(&body);
        }
        v1.send(request).await
    };

    for (address, other) in addresses.iter().zip(addresses.iter().rev()) {
        // Messages: sent to one address, changed by the other.
        let sent = scene.send(&text(address, "3pm?"), None).await.expect(200);
        let id = string(&sent, "messageId");
        let message = format!("/messages/{id}");
        let shown = call(Method::GET, &format!("{message}?chat={other}"), None).await;
        assert_eq!(shown.expect(200)["chatJid"], ada.jid());
        let edit = json!({ "chat": other, "text": "4pm?" });
        call(Method::PATCH, &message, Some(edit)).await.expect(200);
        let reaction = json!({ "chat": other, "emoji": "👍" });
        call(Method::POST, &format!("{message}/reaction"), Some(reaction))
            .await
            .expect(200);
        let forward = json!({ "chat": other, "to": address });
        call(Method::POST, &format!("{message}/forward"), Some(forward))
            .await
            .expect(200);
        let revoke = json!({ "chat": other });
        call(Method::DELETE, &message, Some(revoke)).await.expect(200);
        let gone = |entry: &Value| entry["type"] == "revoke" && entry["target"]["id"] == id;
        admin.wait_inbox(&ada.pn, gone, DEADLINE).await;

        // Chats.
        for change in [json!({ "archived": true }), json!({ "pinned": true })] {
            let changed = call(Method::PATCH, &format!("/chats/{address}"), Some(change)).await;
            assert_eq!(changed.expect(200)["jid"], ada.jid());
        }
        let undone = json!({ "archived": false, "pinned": false });
        call(Method::PATCH, &format!("/chats/{other}"), Some(undone))
            .await
            .expect(200);
        call(Method::POST, &format!("/chats/{address}/read"), None)
            .await
            .expect(200);
        call(Method::GET, &format!("/chats/{address}/presence"), None)
            .await
            .expect(200);
        let typing = json!({ "state": "composing" });
        call(Method::PUT, &format!("/chats/{address}/presence"), Some(typing))
            .await
            .expect(204);

        // Contacts: blocked by one address, unblocked by the other.
        for rest in ["about", "picture"] {
            call(Method::GET, &format!("/contacts/{address}/{rest}"), None)
                .await
                .expect(200);
        }
        call(Method::POST, &format!("/contacts/{address}/block"), None)
            .await
            .expect(204);
        let blocked = call(Method::GET, "/contacts/blocklist", None).await.expect(200);
        assert_eq!(blocked["data"][0]["jid"], ada.jid(), "{blocked}");
        call(Method::POST, &format!("/contacts/{other}/unblock"), None)
            .await
            .expect(204);
        let blocked = call(Method::GET, "/contacts/blocklist", None).await.expect(200);
        assert_eq!(blocked["data"], json!([]));

        // Groups: added by one address, known by the other.
        let group = json!({ "name": "Trip", "participants": [bob.jid(), address] });
        let group = call(Method::POST, "/groups", Some(group)).await.expect(201);
        assert_eq!(group["notAdded"], Value::Null, "{group}");
        let members = format!("/groups/{}/members", string(&group, "groupJid"));
        let again = json!({ "participants": [other] });
        call(Method::POST, &members, Some(again)).await.expect(409);
        call(Method::POST, &format!("{members}/{other}/promote"), None)
            .await
            .expect(204);
        call(Method::DELETE, &format!("{members}/{other}"), None)
            .await
            .expect(204);
        let path = scene.path(&members);
        until(&v1, &path, "the group without Ada", |members| {
            members["data"]
                .as_array()
                .is_some_and(|members| members.len() == 2)
        })
        .await;
    }
}
