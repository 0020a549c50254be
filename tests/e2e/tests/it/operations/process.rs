use wagon_test_kit::{Gateway, Sandbox, V1};

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
