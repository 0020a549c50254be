//! API keys of the OpenWA dialect: roles, limits, and what is told of a key.

use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use wagon_test_kit::{DEADLINE, Gateway, MASTER_KEY, OpenWa, Sandbox, wait_until};

use crate::support::string;

async fn made(root: &OpenWa, body: Value) -> (String, OpenWa) {
    let made = root.post("/auth/api-keys", body).await.expect(201);
    (string(&made, "id"), root.with_key(&string(&made, "apiKey")))
}

#[tokio::test]
async fn a_key_is_made_shown_once_changed_revoked_and_deleted() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let root = gateway.openwa();
    let created = root
        .post("/auth/api-keys", json!({ "name": "shop" }))
        .await
        .expect(201);
    let secret = string(&created, "apiKey");
    assert!(secret.starts_with("owa_k1_") && secret.len() == 71, "{secret}");
    assert_eq!(created["keyPrefix"], secret[..12]);
    assert_eq!(
        (&created["role"], &created["isActive"]),
        (&json!("operator"), &json!(true))
    );
    let path = format!("/auth/api-keys/{}", string(&created, "id"));

    let shop = root.with_key(&secret);
    let valid = shop.invoke("/auth/validate").await.expect(200);
    assert_eq!(valid["valid"], true);
    assert_eq!(
        (&valid["role"], &valid["scoped"]),
        (&json!("operator"), &json!(false))
    );
    let seen = root.get(&path).await.expect(200);
    assert!(!seen.to_string().contains(&secret));
    assert_eq!(seen["usageCount"], 1);
    assert!(seen["lastUsedAt"].is_string(), "{seen}");
    assert_eq!(root.get("/auth/api-keys").await.expect(200)[0]["name"], "shop");

    let change = json!({ "role": "viewer", "expiresAt": "2999-01-01T00:00:00.000Z" });
    let changed = root.put(&path, change).await.expect(200);
    assert_eq!(changed["expiresAt"], "2999-01-01T00:00:00.000Z");
    let refused = shop.post("/sessions", json!({ "name": "abc" })).await.expect(403);
    assert_eq!(refused["message"], "Insufficient permissions. Required: operator");
    let changed = root.put(&path, json!({ "expiresAt": null })).await.expect(200);
    assert_eq!(changed["expiresAt"], Value::Null);

    let revoked = root.invoke(&format!("{path}/revoke")).await.expect(200);
    assert_eq!(revoked["isActive"], false);
    let refused = shop.invoke("/auth/validate").await.expect(401);
    assert_eq!(refused["message"], "API key is revoked");
    root.delete(&path).await.expect(204);
    let missing = root.get(&path).await.expect(404);
    let id = string(&created, "id");
    assert_eq!(missing["message"], format!("API key with id '{id}' not found"));
    let refused = shop.invoke("/auth/validate").await.expect(401);
    assert_eq!(refused["message"], "Invalid API key");
    assert!(!gateway.log().contains(&secret));
}

#[tokio::test]
async fn a_key_ends_by_itself() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let root = gateway.openwa();
    let soon = chrono::Utc::now() + chrono::Duration::seconds(2);
    let (_, brief) = made(&root, json!({ "name": "brief", "expiresAt": soon.to_rfc3339() })).await;
    wait_until(DEADLINE, "the end of the key", async || {
        let answer = brief.invoke("/auth/validate").await;
        if answer.body["message"] == "API key has expired" {
            answer.expect(401);
            return Ok(());
        }
        Err(answer)
    })
    .await;
}

#[tokio::test]
async fn somebody_can_always_manage_keys() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let root = gateway.openwa();
    let keys = root.get("/auth/api-keys").await.expect(200);
    let own = format!("/auth/api-keys/{}", string(&keys[0], "id"));
    let conflict = "Cannot remove the last active admin key";
    for refused in [
        root.put(&own, json!({ "role": "viewer" })).await,
        root.invoke(&format!("{own}/revoke")).await,
        root.delete(&own).await,
    ] {
        assert_eq!(refused.expect(409)["message"], conflict);
    }
    let (_, other) = made(&root, json!({ "name": "other", "role": "admin" })).await;
    root.invoke(&format!("{own}/revoke")).await.expect(200);
    other.get("/auth/api-keys").await.expect(200);
    assert_eq!(
        root.get("/sessions").await.expect(401)["message"],
        "API key is revoked"
    );
}

#[tokio::test]
async fn keys_for_chats_do_nothing_elsewhere() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let root = gateway.openwa();
    root.post("/sessions", json!({ "name": "shop" }))
        .await
        .expect(201);
    let limits = json!({ "name": "desk", "allowedChats": ["15550000001@c.us"] });
    let (_, desk) = made(&root, limits).await;
    let restricted = "API key is restricted to selected chats";
    for refused in [
        desk.invoke("/auth/validate").await,
        desk.get("/sessions").await,
        desk.get("/sessions/shop").await,
        desk.get("/v1/sessions").await,
    ] {
        let body = refused.expect(403);
        let message = body["message"].as_str().or(body["error"]["message"].as_str());
        let message = message.unwrap_or_else(|| panic!("{body}"));
        assert_eq!(
            message.to_lowercase().replace("this", "api"),
            restricted.to_lowercase()
        );
    }
    let send = async |to: &str| {
        let body = json!({ "chatId": to, "text": "hi" });
        desk.post("/sessions/shop/messages/send-text", body).await
    };
    let refused = send("15550000002@c.us").await.expect(403);
    assert_eq!(refused["message"], "API key not authorized for this chat");
    let admitted = send("15550000001@s.whatsapp.net").await.expect(400);
    assert_eq!(
        admitted["message"],
        "Session 'shop' is not active. Start the session first."
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_key_is_listed() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let root = gateway.openwa();
    let bad = json!({ "name": "x", "allowedIps": ["office"], "allowedChats": ["x"] });
    let refused = root.post("/auth/api-keys", bad).await.expect(400);
    assert_eq!(refused["message"].as_array().map(Vec::len), Some(3), "{refused}");
    let unknown = root
        .post("/auth/api-keys", json!({ "name": "abc", "foo": 1 }))
        .await
        .expect(400);
    assert_eq!(unknown["message"], json!(["property foo should not exist"]));
    let (_, viewer) = made(&root, json!({ "name": "viewer", "role": "viewer" })).await;
    let refused = viewer.get("/auth/api-keys").await.expect(403);
    assert_eq!(refused["message"], "Insufficient permissions. Required: admin");
}

#[tokio::test]
async fn the_first_key_is_where_users_of_openwa_look_for_it() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder()
        .sandbox(sandbox.admin())
        .env("API_MASTER_KEY", "")
        .start()
        .await;
    let file = gateway.data_dir().join(".api-key");
    let key = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let valid = gateway.openwa().with_key(&key).invoke("/auth/validate").await;
    assert_eq!(valid.expect(200)["role"], "admin");
    let refused = gateway
        .openwa()
        .with_key(MASTER_KEY)
        .invoke("/auth/validate")
        .await;
    refused.expect(401);
}

#[tokio::test]
async fn the_first_key_is_written_where_it_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("first");
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder()
        .sandbox(sandbox.admin())
        .env("API_MASTER_KEY", "")
        .env("BOOTSTRAP_KEY_FILE", &file)
        .start()
        .await;
    let key = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let valid = gateway.openwa().with_key(&key).invoke("/auth/validate").await;
    assert_eq!(valid.expect(200)["role"], "admin");
    for elsewhere in ["api-key", ".api-key"] {
        assert!(!gateway.data_dir().join(elsewhere).exists(), "{elsewhere}");
    }
}

#[tokio::test]
async fn a_key_is_good_under_its_pepper_only() {
    const PEPPER: &str = "a pepper for these tests";
    let sandbox = Sandbox::start().await;
    let builder = Gateway::builder()
        .sandbox(sandbox.admin())
        .env("API_KEY_PEPPER", PEPPER);
    let mut gateway = builder.start().await;
    let secrets = [
        (PEPPER, "seasoned-like-the-gateway", 200),
        ("another pepper", "seasoned-in-another-way", 401),
        ("", "not-seasoned-at-all", 401),
    ];
    for (pepper, secret, status) in secrets {
        import(&gateway, pepper, secret).await;
        let answer = gateway.openwa().with_key(secret).invoke("/auth/validate").await;
        answer.expect(status);
    }
    let (_, made) = made(&gateway.openwa(), json!({ "name": "desk" })).await;
    made.invoke("/auth/validate").await.expect(200);

    // The configured key is known again, and not made a second time.
    let before = gateway.openwa().get("/auth/api-keys").await.expect(200);
    gateway.terminate().await;
    gateway.start_again().await;
    let after = gateway.openwa().get("/auth/api-keys").await.expect(200);
    assert_eq!(before.as_array().map(Vec::len), after.as_array().map(Vec::len));
}

/// Makes the secret a key, on the command line.
async fn import(gateway: &Gateway, pepper: &str, secret: &str) {
    let mut importing = Gateway::command()
        .args([
            "keys",
            "create",
            "--name",
            "imported",
            "--secret-stdin",
            "--data-dir",
        ])
        .arg(gateway.data_dir())
        .env("API_KEY_PEPPER", pepper)
        .stdin(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut input = importing.stdin.take().expect("its input is a pipe");
    input
        .write_all(secret.as_bytes())
        .await
        .expect("the command reads");
    drop(input);
    let ended = importing.wait().await.expect("the command ends");
    assert!(ended.success(), "{ended}");
}
