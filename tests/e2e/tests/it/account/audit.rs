//! Who changed what on WhatsApp.

use reqwest::Method;
use serde_json::{Value, json};

use super::visited;
use crate::support::string;

#[tokio::test]
async fn what_is_changed_on_whatsapp_is_noted_and_what_is_refused_is_not() {
    let (scene, ada) = visited("hello").await;
    let v1 = scene.gateway.v1();
    let call = async |method: Method, path: &str, body: Value| {
        let mut request = v1.request(method, &scene.path(path));
        if !body.is_null() {
            request = request.json(&body);
        }
        v1.send(request).await
    };
    let (post, delete) = (Method::POST, Method::DELETE);
    let person = ada.jid();
    let none = Value::Null;

    let chat = format!("/chats/{person}");
    let change = json!({ "archived": true, "mutedUntil": 4_000_000_000_000_i64 });
    call(Method::PATCH, &chat, change).await.expect(200);
    call(
        Method::PATCH,
        "/chats/15550009999@s.whatsapp.net",
        json!({ "pinned": true }),
    )
    .await
    .expect(404);
    let contact = format!("/contacts/{person}");
    for verb in ["block", "unblock"] {
        call(post.clone(), &format!("{contact}/{verb}"), none.clone())
            .await
            .expect(204);
    }
    call(
        post.clone(),
        "/contacts/15550009999@s.whatsapp.net/block",
        none.clone(),
    )
    .await
    .expect(404);

    let created = json!({ "name": "Trip", "participants": [person] });
    let created = call(post.clone(), "/groups", created).await.expect(201);
    let group = string(&created, "groupJid");
    let path = format!("/groups/{group}");
    let change = json!({ "subject": "Trip", "description": "By train", "announce": true });
    call(Method::PATCH, &path, change).await.expect(204);
    call(
        post.clone(),
        &format!("{path}/members/{person}/promote"),
        none.clone(),
    )
    .await
    .expect(204);
    call(delete.clone(), &format!("{path}/members/{person}"), none.clone())
        .await
        .expect(204);
    call(delete.clone(), &format!("{path}/invite"), none.clone())
        .await
        .expect(200);
    call(post.clone(), &format!("{path}:leave"), none.clone())
        .await
        .expect(204);
    call(
        post.clone(),
        &format!("{path}/members"),
        json!({ "participants": [person] }),
    )
    .await
    .expect(403);

    let channel = call(post.clone(), "/channels", json!({ "name": "News" }))
        .await
        .expect(201);
    let channel = string(&channel, "jid");
    call(
        post.clone(),
        &format!("/channels/{channel}:mute"),
        json!({ "mute": true }),
    )
    .await
    .expect(204);
    let profile = json!({ "name": "The Shop", "about": "Open" });
    call(Method::PATCH, "/profile", profile).await.expect(200);
    call(delete.clone(), "/profile/picture", none.clone())
        .await
        .expect(204);
    call(delete, &chat, none).await.expect(204);

    let page = v1.get("/audit?limit=200").await.expect(200);
    let session = &scene.session;
    let noted: Vec<(String, String, String)> = page["data"]
        .as_array()
        .expect("a list")
        .iter()
        .rev()
        .filter(|entry| {
            let action = entry["action"].as_str().expect("a word");
            ["chat.", "contact.", "group.", "channel.", "profile."]
                .iter()
                .any(|area| action.starts_with(area))
        })
        .map(|entry| {
            assert_eq!(entry["actor"]["type"], "api_key");
            (
                string(entry, "action"),
                string(entry, "target"),
                string(entry, "detail"),
            )
        })
        .collect();
    let expected = [
        ("chat.update", &person, "archive"),
        ("chat.update", &person, "mute"),
        ("contact.block", &person, ""),
        ("contact.unblock", &person, ""),
        ("group.create", &group, ""),
        ("group.update", &group, "description, announce"),
        ("group.members", &group, &format!("promote {}@lid", ada.lid)),
        ("group.members", &group, &format!("remove {}@lid", ada.lid)),
        ("group.renew_invite", &group, ""),
        ("group.leave", &group, ""),
        ("channel.create", &channel, ""),
        ("channel.mute", &channel, ""),
        ("profile.update", session, "name"),
        ("profile.update", session, "about"),
        ("profile.update", session, "picture"),
        ("chat.delete", &person, ""),
    ];
    let expected: Vec<(String, String, String)> = expected
        .into_iter()
        .map(|(action, target, what)| {
            let detail = if what.is_empty() {
                session.clone()
            } else {
                format!("{session}: {what}")
            };
            (action.to_owned(), target.clone(), detail)
        })
        .collect();
    assert_eq!(noted, expected);
    let of_group = v1.get(&format!("/audit?target={group}")).await.expect(200);
    assert_eq!(of_group["data"].as_array().expect("a list").len(), 6);
}
