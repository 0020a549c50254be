//! Moving to Wagon: `examples/openwa-import`, with a gateway of our own as the installation that is left.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use wagon_test_kit::{Gateway, MASTER_KEY, OpenWa};

use crate::support::string;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

async fn import(old: &Gateway, new: &Gateway) -> String {
    let output = Command::new(root().join("tests/e2e/openwa_sdk/.venv/bin/python"))
        .arg(root().join("examples/openwa-import/openwa_import.py"))
        .args(["--from", &old.base_url(), "--from-key", MASTER_KEY])
        .args(["--to", &new.base_url(), "--to-key", MASTER_KEY])
        .args([
            "--webhook-secret",
            "https://example.com/hook",
            "a secret that is long enough",
        ])
        .output()
        .await
        .expect("scripts/test-setup.sh has made the environment");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("it prints text")
}

/// A session with everything that can be copied, and a key for it. Answers the key's secret.
async fn fill(old: &OpenWa) -> String {
    let session = old.post("/sessions", json!({ "name": "shop" })).await.expect(201);
    let id = string(&session, "id");
    let config = json!({ "autoRejectCalls": true, "maxReconnectAttempts": 7 });
    old.patch("/sessions/shop/config", config).await.expect(200);
    let template = json!({ "name": "hello", "body": "Hello {{name}}", "footer": "The shop" });
    old.post("/sessions/shop/templates", template).await.expect(201);
    for (url, active) in [
        ("https://example.com/hook", true),
        ("https://example.com/off", false),
    ] {
        let webhook = json!({ "url": url, "events": ["message.received"], "retryCount": 2 });
        let made = old.post("/sessions/shop/webhooks", webhook).await.expect(201);
        if !active {
            let path = format!("/sessions/shop/webhooks/{}", string(&made, "id"));
            old.put(&path, json!({ "active": false })).await.expect(200);
        }
    }
    let key = json!({ "name": "the till", "role": "operator", "allowedSessions": [id] });
    string(&old.post("/auth/api-keys", key).await.expect(201), "apiKey")
}

#[tokio::test]
async fn an_installation_is_copied_and_its_programs_keep_their_keys() {
    let (old, new) = tokio::join!(Gateway::builder().start(), Gateway::builder().start());
    let secret = fill(&old.openwa()).await;
    let said = import(&old, &new).await;

    let openwa = new.openwa();
    let session = openwa.get("/sessions/shop").await.expect(200);
    let config = openwa.get("/sessions/shop/config").await.expect(200);
    assert_eq!(
        (&config["autoRejectCalls"], &config["maxReconnectAttempts"]),
        (&json!(true), &json!(7))
    );
    let templates = openwa.get("/sessions/shop/templates").await.expect(200);
    assert_eq!(
        (
            &templates[0]["name"],
            &templates[0]["body"],
            &templates[0]["footer"]
        ),
        (&json!("hello"), &json!("Hello {{name}}"), &json!("The shop"))
    );
    let webhooks = openwa.get("/sessions/shop/webhooks").await.expect(200);
    let mut seen: Vec<_> = webhooks
        .as_array()
        .expect("a list")
        .iter()
        .map(|webhook| {
            (
                string(webhook, "url"),
                webhook["active"].clone(),
                webhook["retryCount"].clone(),
            )
        })
        .collect();
    seen.sort_by(|one, other| one.0.cmp(&other.0));
    let expected = [
        ("https://example.com/hook", true),
        ("https://example.com/off", false),
    ];
    assert_eq!(
        seen,
        expected.map(|(url, active)| (url.to_owned(), json!(active), json!(2)))
    );
    assert!(
        said.contains("https://example.com/off: made, without a secret"),
        "{said}"
    );

    // The command that it prints for the key, as it stands.
    let command = said
        .lines()
        .find_map(|line| line.split_once("…: wagon "))
        .expect("a key is listed")
        .1;
    assert!(command.contains(&string(&session, "id")), "{command}");
    let mut keys = Command::new("sh")
        .arg("-c")
        .arg(format!("exec \"$WAGON\" {command}"))
        .env("WAGON", Gateway::command().as_std().get_program())
        .env("WAGON_DATA_DIR", new.data_dir())
        .stdin(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut stdin = keys.stdin.take().expect("it reads");
    stdin
        .write_all(format!("{secret}\n").as_bytes())
        .await
        .expect("it reads the secret");
    drop(stdin);
    assert!(keys.wait().await.expect("it ends").success());
    let till = openwa.with_key(&secret);
    till.get("/sessions/shop").await.expect(200);
    till.get("/auth/api-keys").await.expect(403);

    let again = import(&old, &new).await;
    assert!(
        again.contains("session shop: there already") && !again.contains("made"),
        "{again}"
    );
    assert_eq!(openwa.get("/sessions/shop/webhooks").await.expect(200), webhooks);
}
