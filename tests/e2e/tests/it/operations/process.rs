use serde_json::json;
use wagon_test_kit::{DEADLINE, Gateway, Sandbox, V1, cast, wait_until};

use crate::support::{Scene, run, text};

#[tokio::test]
async fn a_data_directory_has_one_gateway() {
    let gateway = Gateway::builder().start().await;
    let mut second = Gateway::command();
    second
        .args([
            "serve",
            "--sandbox",
            "--sandbox-listen",
            "127.0.0.1:0",
            "--listen",
            "127.0.0.1:0",
            "--data-dir",
        ])
        .arg(gateway.data_dir());
    let complaint = run(second).await.expect_failure();
    assert!(
        complaint.contains("another gateway runs on data_dir"),
        "{complaint}"
    );
    let directory = gateway.data_dir().display().to_string();
    assert!(complaint.contains(&directory), "{complaint}");
    gateway.v1().get("/sessions").await.expect(200);
}

/// Devices of the emulated network must never log in to the real one.
#[tokio::test]
async fn a_data_directory_has_one_network() {
    let mut gateway = Gateway::builder().start().await;
    gateway.terminate().await;
    let mut real = Gateway::command();
    real.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(gateway.data_dir());
    let complaint = run(real).await.expect_failure();
    assert!(
        complaint.contains("first used with the sandbox network"),
        "{complaint}"
    );
    gateway.start_again().await;
    gateway.v1().get("/sessions").await.expect(200);
}

#[tokio::test]
async fn a_signal_ends_it_in_good_order() {
    let mut scene = Scene::start(Gateway::builder()).await;
    let stream = scene.gateway.v1().events("").await;
    let url = scene.gateway.base_url();
    // Succeeds only if the exit code is 0.
    scene.gateway.terminate().await;
    let log = scene.gateway.log();
    assert!(log.contains("shutting down") && log.contains("stopped"), "{log}");
    assert!(!scene.gateway.data_dir().join("wagon.addr").exists());
    let account = scene.sandbox.admin().inspect(&scene.shop.pn).await;
    assert_eq!(account["devices"][0]["connected"], false);
    let v1 = V1::new(&url, "any");
    assert!(
        v1.try_send(v1.request(reqwest::Method::GET, "/sessions"))
            .await
            .is_err()
    );
    drop(stream);

    scene.gateway.start_again().await;
    scene.gateway.v1().wait_session(&scene.session, "working").await;
}

#[tokio::test]
async fn sends_under_way_are_finished_first() {
    let mut scene = Scene::start(Gateway::builder()).await;
    let to = format!("{}@s.whatsapp.net", cast::READER);
    let v1 = scene.gateway.v1();
    // A first message, so that later ones need no keys and the delay hits the message itself.
    v1.post(&scene.path("/messages"), text(&to, "first"))
        .await
        .expect(200);
    let slow = json!({
        "scope": { "account": scene.shop.pn }, "match": { "tag": "message" },
        "action": { "kind": "delay", "ms": 1000 }, "count": 1,
    });
    scene.sandbox.admin().fault(slow).await;
    let path = scene.path("/messages");
    let chat = scene.path(&format!("/chats/{to}/messages?limit=1"));
    let accepted = async {
        wait_until(DEADLINE, "the send to be accepted", async || {
            let newest = v1.get(&chat).await.body["data"][0].clone();
            if newest["body"] == "slow" {
                Ok(())
            } else {
                Err(newest)
            }
        })
        .await;
        scene.gateway.terminate().await;
    };
    let (answer, ()) = tokio::join!(v1.post(&path, text(&to, "slow")), accepted);
    let id = answer.expect(200)["waMessageId"].clone();
    scene
        .sandbox
        .admin()
        .wait_inbox(cast::READER, |entry| entry["id"] == id, DEADLINE)
        .await;
}

#[tokio::test]
async fn probes_and_metrics_are_there() {
    let scene = Scene::start(Gateway::builder()).await;
    scene
        .send(&text(&scene.shop.jid(), "a note to myself"), None)
        .await
        .expect(200);
    let get = async |path: &str| {
        let url = format!("{}{path}", scene.gateway.base_url());
        let response = reqwest::get(url).await.expect("the gateway answers");
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.expect("text")
    };
    assert_eq!(get("/healthz").await, "ok");
    assert_eq!(get("/readyz").await, "ready");
    let metrics = get("/metrics").await;
    assert!(
        metrics.contains("wagon_messages_sent_total{outcome=\"sent\"} 1"),
        "{metrics}"
    );
    let has = |prefix: &str| metrics.lines().any(|line| line.starts_with(prefix));
    assert!(has("wagon_") && has("wa_"), "{metrics}");
    assert!(!metrics.contains(&scene.shop.pn), "{metrics}");
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let gateway = Gateway::builder().start().await;
    let sandbox = Sandbox::start().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let address = gateway.base_url().replace("http://", "");
    let mut second = Gateway::command();
    second
        .args([
            "serve",
            "--sandbox-url",
            sandbox.admin().url(),
            "--listen",
            &address,
            "--data-dir",
        ])
        .arg(elsewhere.path());
    let complaint = run(second).await.expect_failure();
    assert!(complaint.contains(&format!("listen = {address}")), "{complaint}");
}
