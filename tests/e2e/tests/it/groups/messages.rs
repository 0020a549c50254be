use serde_json::{Value, json};
use wagon_test_kit::{Baileys, DEADLINE};

use super::{Town, text};

/// Sends a text through the gateway and answers its id.
async fn say(town: &Town, session: &str, to: &str, words: &str) -> String {
    let body = json!({ "type": "text", "to": to, "text": words });
    let path = format!("/sessions/{session}/messages");
    text(&town.scene.gateway.v1().post(&path, body).await.expect(200)["messageId"])
}

fn message<'a>(group: &'a str, words: &'a str) -> impl Fn(&Value) -> bool + 'a {
    move |event| {
        event["event"] == "message"
            && event["payload"]["chatJid"] == group
            && event["payload"]["body"] == words
    }
}

#[tokio::test]
async fn three_of_different_makes_talk_with_sender_keys() {
    let town = Town::start().await;
    let admin = town.scene.sandbox.admin();
    let peer = Baileys::pair(admin, "Ada", &town.ada.pn).await;
    let events = town.events().await;
    let group = town.group(&[&town.ada, &town.bob]).await;
    peer.wait("group", |line| line["group"]["id"] == group, DEADLINE)
        .await;

    for words in ["first", "second"] {
        let id = say(&town, &town.scene.session, &group, words).await;
        let received = peer.wait_message(|message| message["id"] == id, DEADLINE).await;
        assert_eq!(
            (&received["text"], &received["from"]),
            (&json!(words), &json!(group))
        );
        let read = admin
            .wait_inbox(&town.bob.pn, |entry| entry["id"] == id, DEADLINE)
            .await;
        assert_eq!((&read["text"], &read["chat"]), (&json!(words), &json!(group)));
    }
    for words in ["from Baileys", "and again"] {
        peer.send(&group, words).await;
        let told = events.wait_event(message(&group, words), DEADLINE).await;
        assert_eq!(told["payload"]["senderJid"], town.ada.jid());
        assert_eq!(told["payload"]["senderLid"], super::lid(&town.ada));
        admin
            .wait_inbox(&town.bob.pn, |entry| entry["text"] == words, DEADLINE)
            .await;
    }
    admin.send(&town.bob.pn, &group, "from a phone").await;
    let told = events.wait_event(message(&group, "from a phone"), DEADLINE).await;
    assert_eq!(told["payload"]["senderJid"], town.bob.jid());
    peer.wait_message(|message| message["text"] == "from a phone", DEADLINE)
        .await;

    let chats = town.get("/chats").await.expect(200);
    let chat = &chats["data"][0];
    assert_eq!(
        (&chat["jid"], &chat["type"], &chat["name"]),
        (&json!(group), &json!("group"), &json!("Trip"))
    );
    let members = town.get(&format!("/groups/{group}/members")).await.expect(200);
    let seen = |account: &wagon_test_kit::Account| {
        let members = members["data"].as_array().unwrap();
        let member = members
            .iter()
            .find(|member| member["jid"] == account.jid())
            .unwrap();
        member["lastSeenAt"].as_i64().unwrap() >= member["firstSeenAt"].as_i64().unwrap()
    };
    assert!(seen(&town.bob) && seen(&town.ada));
}

#[tokio::test]
async fn a_group_addressed_by_numbers_works_as_well() {
    let town = Town::start().await;
    let admin = town.scene.sandbox.admin();
    let events = town.events().await;
    let group = town
        .adas_group(json!({ "addressing": "pn", "participants": [town.scene.shop.jid(), town.bob.jid()] }))
        .await;
    let id = say(&town, &town.scene.session, &group, "hello all").await;
    for account in [&town.ada, &town.bob] {
        let read = admin
            .wait_inbox(&account.pn, |entry| entry["id"] == id, DEADLINE)
            .await;
        assert_eq!(read["text"], "hello all");
    }
    admin.send(&town.ada.pn, &group, "hello shop").await;
    let told = events.wait_event(message(&group, "hello shop"), DEADLINE).await;
    assert_eq!(told["payload"]["senderJid"], town.ada.jid());
    assert_eq!(told["payload"]["senderLid"], super::lid(&town.ada));
}

#[tokio::test]
async fn two_sessions_of_the_gateway_meet_in_a_group() {
    let town = Town::start().await;
    let v1 = town.scene.gateway.v1();
    let other = v1.paired_session(town.scene.sandbox.admin(), &town.ada.pn).await;
    let events = v1.events(&format!("session={other}")).await;
    let group = town.group(&[&town.ada]).await;
    say(&town, &town.scene.session, &group, "do you read me").await;
    events
        .wait_event(message(&group, "do you read me"), DEADLINE)
        .await;
    let back = v1.events(&format!("session={}", town.scene.session)).await;
    say(&town, &other, &group, "loud and clear").await;
    back.wait_event(message(&group, "loud and clear"), DEADLINE).await;
}

#[tokio::test]
async fn two_clients_of_other_make_meet_in_a_group() {
    let town = Town::start().await;
    let admin = town.scene.sandbox.admin();
    let (ada, bob) = tokio::join!(
        Baileys::pair(admin, "Ada", &town.ada.pn),
        Baileys::pair(admin, "Bob", &town.bob.pn)
    );
    let created = ada
        .command(json!({ "cmd": "call", "method": "groupCreate", "args": ["Theirs", [town.bob.jid(), town.scene.shop.jid()]] }))
        .await;
    let group = text(&created["result"]["id"]);
    bob.wait("group", |line| line["group"]["id"] == group, DEADLINE)
        .await;
    let id = ada.send(&group, "hi Bob").await;
    bob.wait_message(
        |message| message["id"] == id && message["text"] == "hi Bob",
        DEADLINE,
    )
    .await;
    let id = bob.send(&group, "hi Ada").await;
    ada.wait_message(
        |message| message["id"] == id && message["text"] == "hi Ada",
        DEADLINE,
    )
    .await;
    town.wait_group(&group, |group| group["subject"] == "Theirs")
        .await;
    ada.command(json!({ "cmd": "call", "method": "groupUpdateSubject", "args": [group, "Ours"] }))
        .await;
    ada.command(json!({ "cmd": "call", "method": "groupUpdateDescription", "args": [group, "About us"] }))
        .await;
    ada.command(json!({ "cmd": "call", "method": "groupSettingUpdate", "args": [group, "locked"] }))
        .await;
    town.wait_group(&group, |group| {
        group["subject"] == "Ours" && group["description"] == "About us" && group["isLocked"] == true
    })
    .await;
    let promoted = json!([group, [town.bob.jid()], "promote"]);
    ada.command(json!({ "cmd": "call", "method": "groupParticipantsUpdate", "args": promoted }))
        .await;
    bob.wait("participants", |line| line["action"] == "promote", DEADLINE)
        .await;
    bob.command(json!({ "cmd": "call", "method": "groupLeave", "args": [group] }))
        .await;
    town.wait_group(&group, |group| group["participantCount"] == 2)
        .await;
}

#[tokio::test]
async fn whoever_was_removed_does_not_read_on() {
    let town = Town::start().await;
    let admin = town.scene.sandbox.admin();
    let group = town.group(&[&town.ada, &town.bob]).await;
    let id = say(&town, &town.scene.session, &group, "with Bob").await;
    admin
        .wait_inbox(&town.bob.pn, |entry| entry["id"] == id, DEADLINE)
        .await;
    town.delete(&format!("/groups/{group}/members/{}", town.bob.jid()))
        .await
        .expect(204);
    let id = say(&town, &town.scene.session, &group, "without Bob").await;
    admin
        .wait_inbox(&town.ada.pn, |entry| entry["id"] == id, DEADLINE)
        .await;
    let inbox = admin.inbox(&town.bob.pn).await;
    assert!(inbox.iter().all(|entry| entry["id"] != json!(id)), "{inbox:#?}");
    let refused = town
        .post(
            "/messages",
            json!({ "type": "text", "to": "120363999999999999@g.us", "text": "hello" }),
        )
        .await;
    assert!(
        refused.status.is_client_error() || refused.status.as_u16() == 503,
        "{refused:?}"
    );
}
