//! Rows of the document that need a linked session, and are no other test's subject.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, cast, wait_until};

use crate::identity::Crowd;
use crate::support::{PIXELS, Scene, string, text};

/// What is asked of WhatsApp, with bodies that would do.
fn live(chat: &str, message: &str) -> Vec<(Method, String, Option<Value>)> {
    let (post, put, patch, delete) = (Method::POST, Method::PUT, Method::PATCH, Method::DELETE);
    let channel = "120363000000000001@newsletter";
    let mut rows = vec![
        (post.clone(), "/messages".to_owned(), Some(text(chat, "hello"))),
        (
            patch.clone(),
            format!("/chats/{chat}"),
            Some(json!({ "archived": true })),
        ),
        (delete.clone(), format!("/chats/{chat}"), None),
        (post.clone(), format!("/chats/{chat}/read"), None),
        (Method::GET, format!("/chats/{chat}/presence"), None),
        (
            put.clone(),
            format!("/chats/{chat}/presence"),
            Some(json!({ "state": "composing" })),
        ),
        (
            put.clone(),
            "/presence".to_owned(),
            Some(json!({ "state": "online" })),
        ),
        (Method::GET, "/contacts/check?phone=15550000001".to_owned(), None),
        (Method::GET, "/contacts/blocklist".to_owned(), None),
        (Method::GET, format!("/contacts/{chat}/about"), None),
        (Method::GET, format!("/contacts/{chat}/picture"), None),
        (post.clone(), format!("/contacts/{chat}/block"), None),
        (post.clone(), format!("/contacts/{chat}/unblock"), None),
        (Method::GET, "/profile".to_owned(), None),
        (patch, "/profile".to_owned(), Some(json!({ "about": "Open" }))),
        (
            put,
            "/profile/picture".to_owned(),
            Some(json!({ "data": "/9j/4A==" })),
        ),
        (delete, "/profile/picture".to_owned(), None),
        (
            post.clone(),
            "/groups".to_owned(),
            Some(json!({ "name": "Trip", "participants": [chat] })),
        ),
        (
            post.clone(),
            "/groups:join".to_owned(),
            Some(json!({ "invite": "AbCdEfGhIjKlMnOpQrStUv" })),
        ),
        (
            post.clone(),
            "/channels".to_owned(),
            Some(json!({ "name": "News" })),
        ),
        (post.clone(), format!("/channels/{channel}:follow"), None),
        (post.clone(), format!("/channels/{channel}:unfollow"), None),
        (post.clone(), format!("/channels/{channel}:mute"), None),
        (
            post.clone(),
            "/status".to_owned(),
            Some(json!({ "text": "Open", "audience": [chat] })),
        ),
        (post, "/calls/CALL1:reject".to_owned(), None),
    ];
    rows.extend(changes(chat, message));
    rows
}

/// What changes a message, or sends it on.
fn changes(chat: &str, message: &str) -> Vec<(Method, String, Option<Value>)> {
    let path = |rest: &str| format!("/messages/{message}{rest}");
    let of = |fields: Value| {
        let mut body = json!({ "chat": chat });
        let body_fields = body.as_object_mut().expect("made above");
        body_fields.extend(fields.as_object().expect("fields").clone());
        Some(body)
    };
    vec![
        (Method::PATCH, path(""), of(json!({ "text": "better" }))),
        (Method::POST, path("/reaction"), of(json!({ "emoji": "👍" }))),
        (Method::DELETE, path("/reaction"), of(json!({}))),
        (Method::POST, path("/forward"), of(json!({ "to": chat }))),
        (Method::DELETE, path(""), of(json!({}))),
    ]
}

async fn tried(scene: &Scene, rows: Vec<(Method, String, Option<Value>)>, key: Option<&str>, status: u16) {
    let v1 = scene.gateway.v1();
    let mut wrong = Vec::new();
    for (method, path, body) in rows {
        let mut request = v1.request(method.clone(), &scene.path(&path));
        if let Some(body) = body {
            request = request.json(&body);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let answer = v1.send(request).await;
        if answer.status.as_u16() != status {
            wrong.push(format!("{method} {path}: {} {}", answer.status, answer.body));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn asynchronously(rows: Vec<(Method, String, Option<Value>)>) -> Vec<(Method, String, Option<Value>)> {
    rows.into_iter()
        .map(|(method, path, body)| (method, format!("{path}?async=true"), body))
        .collect()
}

#[tokio::test]
async fn messages_are_changed_by_and_by_or_not_without_a_connection() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    let chat = format!("{}@s.whatsapp.net", cast::READER);
    let sent = scene.send(&text(&chat, "Hello"), Some("once")).await.expect(200);
    let message = string(&sent, "messageId");
    let poll = json!({ "type": "poll", "to": chat, "name": "Lunch?", "options": ["Pizza", "Sushi"] });
    let poll = string(&scene.send(&poll, None).await.expect(200), "messageId");
    let vote = vec![(
        Method::POST,
        format!("/messages/{poll}/vote"),
        Some(json!({ "chat": chat, "options": ["Pizza"] })),
    )];
    let all = || [changes(&chat, &message), vote.clone()].concat();

    tried(&scene, all(), Some("once"), 409).await;
    for refused in [
        v1.get(&scene.path("/qr")).await,
        v1.post(&scene.path("/pairing-code"), json!({ "phone": scene.shop.pn }))
            .await,
    ] {
        assert_eq!(refused.expect(409)["error"]["code"], "conflict");
    }

    v1.invoke(&scene.path(":stop")).await.expect(200);
    tried(&scene, [live(&chat, &message), vote.clone()].concat(), None, 501).await;
    tried(&scene, asynchronously(all()), None, 202).await;

    // They were only waiting.
    v1.invoke(&scene.path(":start")).await.expect(200);
    wait_until(DEADLINE, "an empty queue", async || {
        let waiting = v1.get(&scene.path("/outbox?status=queued")).await.expect(200);
        if waiting["data"] == json!([]) {
            Ok(())
        } else {
            Err(waiting)
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_named_in_a_body_has_to_be_there() {
    let crowd = Crowd::start().await;
    let session = "sess_00000000000000000000000000";
    let webhook = json!({ "url": "https://example.com/hook", "events": ["*"], "sessionId": session });
    crowd.root.post("/webhooks", webhook).await.expect(404);
    let body = json!({ "email": "root@example.com", "password": "correct horse battery" });
    let signed_in = crowd
        .root
        .anonymous()
        .post("/auth/sign-in", body)
        .await
        .expect(200);
    let elsewhere = json!({
        "refreshToken": signed_in["refreshToken"], "organizationId": "nowhere",
    });
    crowd
        .root
        .anonymous()
        .post("/auth/refresh", elsewhere)
        .await
        .expect(404);
    let made = crowd.root.post("/sessions", json!({})).await.expect(201);
    let restart = format!("/sessions/{}:restart", string(&made, "id"));
    crowd.root.invoke(&restart).await.expect(400);
    crowd.root.anonymous().get("/realtime").await.expect(401);
    crowd
        .root
        .anonymous()
        .get("/realtime?ticket=rt_0")
        .await
        .expect(400);
}

#[tokio::test]
async fn a_file_comes_whole_or_in_part_and_goes_with_its_message() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    let chat = format!("{}@s.whatsapp.net", cast::READER);
    let pixels = STANDARD.encode(std::fs::read(PIXELS).expect("a picture of the tests"));
    let image = json!({ "type": "image", "to": chat, "media": { "data": pixels } });
    let first = string(&scene.send(&image, None).await.expect(200), "messageId");
    let second = string(&scene.send(&image, None).await.expect(200), "messageId");
    let path = |id: &str| scene.path(&format!("/messages/{id}/media"));

    let whole = v1.get(&path(&first)).await;
    assert_eq!(whole.headers["content-type"], "image/png");
    whole.expect(200);
    let part = v1
        .request(Method::GET, &path(&first))
        .header("range", "bytes=1-3");
    assert_eq!(v1.send(part).await.expect(206), "PNG");

    let reaction = scene.path(&format!("/messages/{first}/reaction"));
    let taken_back = v1
        .request(Method::DELETE, &reaction)
        .json(&json!({ "chat": chat }));
    v1.send(taken_back).await.expect(200);
    let message = scene.path(&format!("/messages/{first}"));
    let revoked = v1
        .request(Method::DELETE, &message)
        .json(&json!({ "chat": chat }));
    v1.send(revoked).await.expect(200);
    v1.get(&path(&first)).await.expect(410);
    v1.invoke(&scene.path(":stop")).await.expect(200);
    v1.get(&path(&second)).await.expect(501);
}
