use serde_json::json;

use super::Desk;
use crate::support::{limited_key, string};

#[tokio::test]
async fn a_template_is_kept_changed_and_forgotten() {
    let mut desk = Desk::start().await;
    let path = format!("/sessions/{}/templates", desk.scene.session);
    let body = json!({ "name": "greeting", "body": "Hi {{name}}", "header": "News" });
    let openwa = desk.openwa();
    let made = openwa.post(&path, body.clone()).await.expect(201);
    let id = string(&made, "id");
    for (field, value) in [
        ("sessionId", json!(desk.scene.session)),
        ("name", json!("greeting")),
        ("body", json!("Hi {{name}}")),
        ("header", json!("News")),
        ("footer", json!(null)),
    ] {
        assert_eq!(made[field], value, "{made}");
    }
    let refused = openwa.post(&path, body).await.expect(409);
    assert_eq!(refused["message"], "Template with name 'greeting' already exists");

    desk.scene.gateway.kill_9().await;
    desk.scene.gateway.start_again().await;
    let openwa = desk.openwa();
    let one = format!("{path}/{id}");
    assert_eq!(openwa.get(&one).await.expect(200), made);
    let other = openwa
        .post(&path, json!({ "name": "reminder", "body": "b" }))
        .await
        .expect(201);
    let all = openwa.get(&path).await.expect(200);
    assert_eq!(all, json!([other, made]), "newest first");

    let change = json!({ "footer": "Bye", "header": "" });
    let changed = openwa.put(&one, change).await.expect(200);
    assert_eq!(
        (&changed["footer"], &changed["header"], &changed["body"]),
        (&json!("Bye"), &json!(null), &json!("Hi {{name}}"))
    );
    let refused = openwa.put(&one, json!({ "name": "reminder" })).await.expect(409);
    assert_eq!(refused["message"], "Template with name 'reminder' already exists");
    openwa.delete(&one).await.expect(204);
    let unknown = format!("Template with id '{id}' not found");
    for answer in [
        openwa.get(&one).await,
        openwa.delete(&one).await,
        openwa.put(&one, json!({ "body": "b" })).await,
    ] {
        assert_eq!(answer.expect(404)["message"], json!(unknown));
    }
}

#[tokio::test]
async fn templates_are_checked() {
    let desk = Desk::start().await;
    let path = format!("/sessions/{}/templates", desk.scene.session);
    let openwa = desk.openwa();
    for (body, message) in [
        (json!({ "name": "a" }), "body should not be empty"),
        (json!({ "body": "a" }), "name should not be empty"),
        (
            json!({ "name": "a", "body": "b", "text": "c" }),
            "property text should not exist",
        ),
        (
            json!({ "name": "é".repeat(101), "body": "b" }),
            "name must be shorter than or equal to 100 characters",
        ),
        (
            json!({ "name": "a", "body": "b", "footer": "é".repeat(1025) }),
            "footer must be shorter than or equal to 1024 characters",
        ),
    ] {
        let refused = openwa.post(&path, body).await.expect(400);
        assert_eq!(refused["message"], json!([message]));
    }
    // They are for those who send, also to read.
    let viewer = limited_key(&desk.scene.gateway, "read", &desk.scene.session).await;
    openwa.with_key(&viewer).get(&path).await.expect(403);
    let unknown = openwa.get("/sessions/my-session/templates").await.expect(404);
    assert_eq!(unknown["message"], "Session with id 'my-session' not found");
}

#[tokio::test]
async fn a_template_is_filled_in_and_sent() {
    let desk = Desk::start().await;
    let openwa = desk.openwa();
    let path = format!("/sessions/{}/templates", desk.scene.session);
    let body =
        json!({ "name": "greeting", "body": "Hi {{name}}, see {{link}}", "footer": "Bye, {{ name }}" });
    let made = openwa.post(&path, body).await.expect(201);
    for named in [
        json!({ "templateId": made["id"] }),
        json!({ "templateName": "greeting" }),
    ] {
        let mut body = named;
        body["vars"] = json!({ "name": "Ada" });
        let (_, received) = desk.send("send-template", body).await;
        assert_eq!(received["text"], "Hi Ada, see {{link}}\n\nBye, Ada");
    }
    let long = json!({ "templateName": "greeting", "vars": { "link": "a".repeat(70_000) } });
    let refused = desk.call("send-template", long).await.expect(400);
    let message = string(&json!({ "message": refused["message"][0] }), "message");
    assert!(message.ends_with("over the 65536-character limit"), "{message}");
    let refused = desk.call("send-template", json!({})).await.expect(400);
    assert_eq!(
        refused["message"],
        json!(["Either templateId or templateName must be provided"])
    );
    for (body, message) in [
        (
            json!({ "templateId": "tpl_none" }),
            "Template with id 'tpl_none' not found",
        ),
        (
            json!({ "templateName": "none" }),
            "Template with name 'none' not found",
        ),
    ] {
        let refused = desk.call("send-template", body).await.expect(404);
        assert_eq!(refused["message"], message);
    }
    let texts = desk.peer.messages(|message| message["type"] == "text");
    assert_eq!(texts.len(), 2, "nothing else went out: {texts:#?}");
}
