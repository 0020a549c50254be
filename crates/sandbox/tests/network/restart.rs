use serde_json::json;
use wagon_sandbox::{Config, Sandbox, StateLocation};

use crate::support::{Admin, attr, linked};

#[tokio::test]
async fn everything_that_matters_survives() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        state: StateLocation::File(folder.path().join("state.json")),
        ..Config::default()
    };
    let sandbox = Sandbox::start(config.clone()).await.unwrap();
    let admin = Admin::new(sandbox.addr());
    let trust = admin.get("/trust").await;
    let numbers = async |admin: &Admin| {
        let accounts = admin.get("/accounts").await;
        let accounts = accounts.as_array().unwrap();
        let numbers = accounts.iter().map(|account| account["pn"].clone());
        numbers.collect::<Vec<_>>()
    };
    let cast = numbers(&admin).await;
    let mut device = linked(&admin, "15550000100").await;
    let mut client = device.log_in(&admin).await;
    device.upload_keys(&mut client, 1..10).await;
    client.activate().await;
    admin
        .post(
            "/phones/15550000002/messages",
            json!({"to": "15550000100", "text": "before", "id": "A"}),
        )
        .await;
    let message = client.expect("a message", |node| attr(node, "id") == "A").await;
    device.open(&message).await;
    drop(client);
    admin
        .post(
            "/phones/15550000002/messages",
            json!({"to": "15550000100", "text": "waiting", "id": "B"}),
        )
        .await;
    sandbox.shutdown().await;

    let sandbox = Sandbox::start(config).await.unwrap();
    let admin = Admin::new(sandbox.addr());
    assert_eq!(admin.get("/trust").await, trust);
    assert_eq!(numbers(&admin).await, cast, "the cast is not created twice");
    let mut client = device.log_in(&admin).await;
    let waited = client.activate().await;
    let message = waited
        .iter()
        .find(|node| attr(node, "id") == "B")
        .expect("what waited");
    assert_eq!(
        device.open(message).await.conversation.as_deref(),
        Some("waiting")
    );
    admin
        .post(
            "/phones/15550000002/messages",
            json!({"to": "15550000100", "text": "after", "id": "C"}),
        )
        .await;
    let message = client.expect("a message", |node| attr(node, "id") == "C").await;
    assert_eq!(
        device.open(&message).await.conversation.as_deref(),
        Some("after"),
        "in the old session"
    );
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_damaged_file_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    std::fs::write(&path, "{").unwrap();
    let config = Config {
        state: StateLocation::File(path),
        ..Config::default()
    };
    let error = Sandbox::start(config).await.expect_err("damaged");
    assert!(
        matches!(error, wagon_sandbox::Error::ParseState { .. }),
        "{error}"
    );
}
