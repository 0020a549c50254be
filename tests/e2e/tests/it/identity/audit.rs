use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, V1, wait_until};

use super::crowd::{Crowd, PASSWORD, refused};
use crate::support::string;

/// The actions of a page, latest first.
fn actions(page: &Value) -> Vec<&str> {
    let entries = page["data"].as_array().unwrap();
    entries
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect()
}

async fn entry(v1: &V1, query: &str) -> Value {
    v1.get(&format!("/audit?limit=1&{query}")).await.expect(200)["data"][0].clone()
}

#[tokio::test]
async fn what_people_and_programs_do_is_noted_with_who_and_from_where() {
    let crowd = Crowd::start().await;
    let root = string(&crowd.root.get("/me").await.expect(200)["user"], "id");
    let key = crowd
        .root
        .post("/keys", json!({ "name": "bot", "capabilities": ["manage"] }))
        .await
        .expect(201);
    let (bot, key) = (crowd.program().with_key(&string(&key, "key")), string(&key, "id"));
    let made = entry(&crowd.root, "action=key.create").await;
    assert_eq!(made["actor"], json!({ "type": "user", "id": root }));
    assert_eq!(
        (&made["target"], &made["detail"]),
        (&json!(key), &json!("manage"))
    );
    assert_eq!(
        (&made["organizationId"], &made["ip"]),
        (&json!(crowd.org), &json!("127.0.0.1"))
    );
    assert!(made["timestamp"].is_i64() && string(&made, "id").starts_with("aud_"));

    let session = string(&bot.post("/sessions", json!({})).await.expect(201), "id");
    let path = format!("/sessions/{session}");
    bot.patch(&path, json!({ "label": "shop" })).await.expect(200);
    bot.invoke(&format!("{path}:stop")).await.expect(200);
    bot.invoke(&format!("{path}:logout")).await.expect(200);
    bot.delete(&path).await.expect(204);
    let of_session = crowd
        .root
        .get(&format!("/audit?target={session}"))
        .await
        .expect(200);
    let expected = [
        "session.delete",
        "session.logout",
        "session.stop",
        "session.update",
        "session.create",
    ];
    assert_eq!(actions(&of_session), expected);
    let by_bot = crowd.root.get(&format!("/audit?actor={key}")).await.expect(200);
    assert_eq!(actions(&by_bot), expected);

    let hook = json!({ "url": "https://example.com", "events": ["*"] });
    let hook = string(&bot.post("/webhooks", hook).await.expect(201), "id");
    let path = format!("/webhooks/{hook}");
    bot.patch(&path, json!({ "active": false })).await.expect(200);
    bot.post(&format!("{path}:rotate-secret"), json!({}))
        .await
        .expect(200);
    bot.delete(&path).await.expect(204);
    let of_hook = crowd.root.get(&format!("/audit?target={hook}")).await.expect(200);
    let expected = [
        "webhook.delete",
        "webhook.rotate_secret",
        "webhook.update",
        "webhook.create",
    ];
    assert_eq!(actions(&of_hook), expected);
}

#[tokio::test]
async fn the_log_is_read_in_pages_and_survives_a_crash() {
    let mut crowd = Crowd::start().await;
    for name in ["one", "two", "three"] {
        crowd
            .root
            .post("/keys", json!({ "name": name }))
            .await
            .expect(201);
    }
    let first = crowd
        .root
        .get("/audit?action=key.create&limit=2")
        .await
        .expect(200);
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    let rest = format!("/audit?action=key.create&cursor={}", string(&first, "nextCursor"));
    let rest_before = crowd.root.get(&rest).await.expect(200);
    // The first key of this organisation was the operator's.
    let first_ever = rest_before["data"].as_array().unwrap().last().unwrap();
    assert_eq!(first_ever["actor"], json!({ "type": "operator" }));
    for query in ["action=fly", "cursor=%25", "limit=x"] {
        assert_eq!(
            refused(crowd.root.get(&format!("/audit?{query}")).await, 400),
            "validation_error"
        );
    }
    crowd.gateway.kill_9().await;
    crowd.gateway.start_again().await;
    let again = crowd.person(super::crowd::ROOT).await;
    assert_eq!(again.get(&rest).await.expect(200), rest_before);
}

#[tokio::test]
async fn an_organisation_reads_its_own_and_super_admins_read_all() {
    let crowd = Crowd::start().await;
    let (stranger, theirs) = crowd.stranger().await;
    let own = stranger.get("/audit").await.expect(200);
    assert!(
        own["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|entry| entry["organizationId"] == theirs.as_str())
    );
    assert!(actions(&own).contains(&"organization.create"));
    let all = crowd.root.get("/admin/audit").await.expect(200);
    assert!(actions(&all).contains(&"user.create") && actions(&all).contains(&"auth.sign_in"));

    let body = json!({ "email": "stranger@example.com", "password": "wrong horse battery" });
    crowd
        .root
        .anonymous()
        .post("/auth/sign-in", body)
        .await
        .expect(401);
    // Noted without anyone waiting for it.
    let refusal = wait_until(DEADLINE, "the refused sign-in", async || {
        let page = crowd
            .root
            .get("/admin/audit?action=auth.sign_in_refused")
            .await
            .expect(200);
        page["data"].get(0).cloned().ok_or(page)
    })
    .await;
    assert_eq!(
        (&refusal["actor"]["type"], &refusal["ip"]),
        (&json!("anonymous"), &json!("127.0.0.1"))
    );
    assert!(string(&refusal, "target").starts_with("usr_"));
    let text = all.to_string();
    assert!(!text.contains(PASSWORD) && !text.contains("stranger@example.com"));
}
