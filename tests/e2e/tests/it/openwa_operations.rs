//! What the OpenWA dialect tells those who run it: audit log, statistics, settings, metrics, what it runs on.

use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, OpenWa, Sandbox, cast, wait_until};

use crate::support::{Scene, string};

async fn key(root: &OpenWa, body: Value) -> OpenWa {
    let made = root.post("/auth/api-keys", body).await.expect(201);
    root.with_key(&string(&made, "apiKey"))
}

fn actions(page: &Value) -> Vec<&str> {
    let rows = page["data"].as_array().expect("a list of entries");
    rows.iter().filter_map(|row| row["action"].as_str()).collect()
}

#[tokio::test]
async fn the_audit_log_says_who_did_what() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let root = gateway.openwa();
    let made = root
        .post("/auth/api-keys", json!({ "name": "worker", "role": "operator" }))
        .await
        .expect(201);
    let worker = root.with_key(&string(&made, "apiKey"));
    let session = worker
        .post("/sessions", json!({ "name": "shop" }))
        .await
        .expect(201);
    worker.invoke("/sessions/shop/start").await.expect(200);
    worker.invoke("/sessions/shop/stop").await.expect(200);

    let path = format!("/audit?sessionId={}", string(&session, "id"));
    let page = root.get(&path).await.expect(200);
    assert_eq!(
        actions(&page),
        ["session_stopped", "session_started", "session_created"]
    );
    assert_eq!(page["total"], 3);
    let row = &page["data"][2];
    assert_eq!(
        row,
        &json!({
            "id": row["id"], "action": "session_created", "severity": "info",
            "apiKeyId": made["id"], "apiKeyName": "worker",
            "sessionId": session["id"], "sessionName": "shop", "ipAddress": "127.0.0.1",
            "userAgent": null, "method": null, "path": null, "statusCode": null,
            "metadata": row["metadata"], "errorMessage": null, "createdAt": row["createdAt"],
        })
    );
    assert_eq!(row["metadata"]["actor"], "api_key");
    let page = root.get(&format!("{path}&limit=1&offset=1")).await.expect(200);
    assert_eq!(
        (actions(&page), &page["total"]),
        (vec!["session_started"], &json!(3))
    );
    let page = root.get("/audit?action=api_key_created").await.expect(200);
    assert_eq!(page["data"][0]["metadata"]["target"], made["id"]);
    let by_worker = format!("/audit?apiKeyId={}&severity=info", string(&made, "id"));
    assert_eq!(root.get(&by_worker).await.expect(200)["total"], 3);
    for nothing in ["/audit?severity=error", "/audit?action=queue_board_mutated"] {
        let page = root.get(nothing).await.expect(200);
        assert_eq!(page, json!({ "data": [], "total": 0 }), "{nothing}");
    }
    let refused = root.get("/audit?severity=loud").await.expect(400);
    assert_eq!(
        refused["message"],
        json!(["severity must be one of the following values: info, warn, error"])
    );
    let refused = root.get("/audit?limit=201").await.expect(400);
    assert_eq!(refused["message"], json!(["limit must not be greater than 200"]));
    let refused = worker.get("/audit").await.expect(403);
    assert_eq!(refused["message"], "Insufficient permissions. Required: admin");
}

#[tokio::test]
async fn statistics_count_what_went_through() {
    let scene = Scene::start(Gateway::builder()).await;
    let root = scene.gateway.openwa();
    let admin = scene.sandbox.admin();
    let chat = format!("{}@c.us", cast::READER);
    for text in ["one", "two"] {
        admin.send(cast::READER, &scene.shop.jid(), text).await;
    }
    let body = json!({ "chatId": chat, "text": "three" });
    root.post(&scene.path("/messages/send-text"), body)
        .await
        .expect(201);

    let overview = wait_until(DEADLINE, "all messages to be counted", async || {
        let overview = root.get("/stats/overview").await.expect(200);
        let counted = (&overview["messages"]["sent"], &overview["messages"]["received"]);
        if counted == (&json!(1), &json!(2)) {
            return Ok(overview);
        }
        Err(overview)
    })
    .await;
    assert_eq!(
        overview["sessions"],
        json!({ "active": 1, "total": 1, "byStatus": { "ready": 1 } })
    );
    assert_eq!(overview["messages"]["failed"], 0);
    assert!(overview["messages"]["today"]["received"].is_u64(), "{overview}");

    let messages = root.get("/stats/messages").await.expect(200);
    assert_eq!(messages["byType"], json!({ "text": 3 }));
    assert_eq!(
        messages["topChats"][0],
        json!({ "chatId": chat, "chatName": messages["topChats"][0]["chatName"], "messageCount": 3 })
    );
    let of_session = &messages["bySession"][0];
    assert_eq!(
        (
            &of_session["sessionId"],
            &of_session["sent"],
            &of_session["received"]
        ),
        (&json!(scene.session), &json!(1), &json!(2))
    );
    let series = messages["timeSeries"].as_array().expect("a list of hours");
    let sum = |name: &str| {
        series
            .iter()
            .filter_map(|point| point[name].as_u64())
            .sum::<u64>()
    };
    assert_eq!((sum("sent"), sum("received")), (1, 2));
    assert!(string(&series[0], "timestamp").ends_with(":00:00"), "{messages}");
    let days = root.get("/stats/messages?period=7d").await.expect(200);
    assert_eq!(string(&days["timeSeries"][0], "timestamp").len(), 10);
    let refused = root.get("/stats/messages?period=1y").await.expect(400);
    assert_eq!(
        refused["message"],
        json!(["period must be one of the following values: 24h, 7d, 30d"])
    );

    let path = format!("/stats/sessions/{}", scene.session);
    let stats = root.get(&path).await.expect(200);
    assert_eq!(stats["session"]["id"], scene.session);
    assert_eq!(stats["session"]["status"], "ready");
    assert_eq!(
        (&stats["messages"]["sent"], &stats["messages"]["received"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(stats["topChats"][0]["count"], 3);
    let hours = stats["hourlyActivity"].as_array().expect("a list of hours");
    assert_eq!(hours.len(), 24);
    assert_eq!(
        hours
            .iter()
            .filter_map(|hour| hour["received"].as_u64())
            .sum::<u64>(),
        2
    );

    let viewer = key(&root, json!({ "name": "viewer", "role": "viewer" })).await;
    viewer.get(&path).await.expect(200);
    viewer.get("/stats/overview").await.expect(403);
    let missing = root.get("/stats/sessions/nowhere").await.expect(404);
    assert_eq!(missing["message"], "Session with id 'nowhere' not found");
    let limited = json!({ "name": "limited", "role": "admin", "allowedSessions": [scene.session] });
    let limited = key(&root, limited).await;
    limited.get(&path).await.expect(200);
    for path in [
        "/stats/overview",
        "/stats/messages",
        "/audit",
        "/settings",
        "/infra/status",
    ] {
        let refused = limited.get(path).await.expect(403);
        let message = "Session-scoped API keys are not permitted on this route";
        assert_eq!(refused["message"], message, "{path}");
    }
}

#[tokio::test]
async fn settings_and_what_it_runs_on_can_be_read_and_not_changed() {
    let sandbox = Sandbox::start().await;
    let builder = Gateway::builder()
        .env("RATE_LIMIT_MEDIUM_LIMIT", "500")
        .env("WAGON_PUBLIC_URL", "https://gateway.example");
    let gateway = builder.sandbox(sandbox.admin()).start().await;
    let root = gateway.openwa();
    let settings = root.get("/settings").await.expect(200);
    assert_eq!(settings["general"]["apiBaseUrl"], "https://gateway.example");
    assert_eq!(settings["general"]["autoReconnect"], true);
    assert_eq!(settings["api"]["rateLimit"], 500);
    assert_eq!(settings["api"]["rateLimitWindow"], 60_000);
    assert_eq!(settings["notifications"]["emailEnabled"], false);
    root.put("/settings", json!({})).await.expect(501);

    let status = root.get("/infra/status").await.expect(200);
    assert_eq!(status["database"], json!({ "connected": true, "type": "sqlite" }));
    assert_eq!(status["redis"]["enabled"], false);
    assert_eq!(status["storage"]["type"], "local");
    let current = root.get("/infra/engines/current").await.expect(200);
    assert_eq!(current["engineType"], "whatsapp-rust");
    let engines = root.get("/infra/engines").await.expect(200);
    assert_eq!(
        (&engines[0]["id"], &engines[0]["enabled"]),
        (&json!("whatsapp-rust"), &json!(true))
    );
    let health = root.anonymous().get("/infra/health").await.expect(200);
    assert_eq!(health["status"], "ok");
    let refused = root.get("/infra/config").await.expect(501);
    assert!(string(&refused, "message").contains("docs/operating.md"));
    root.post("/infra/restart", json!({})).await.expect(501);
    root.anonymous().get("/infra/status").await.expect(401);
}

#[tokio::test]
async fn metrics_are_for_those_who_know_the_token() {
    let scene = Scene::start(Gateway::builder().env("METRICS_TOKEN", "a-token-to-scrape-with")).await;
    let root = scene.gateway.openwa();
    scene
        .sandbox
        .admin()
        .send(cast::READER, &scene.shop.jid(), "hello")
        .await;
    let read = async || {
        let request = root.anonymous().request(reqwest::Method::GET, "/metrics");
        root.send(request.bearer_auth("a-token-to-scrape-with")).await
    };
    let text = wait_until(DEADLINE, "the message to be counted", async || {
        let answer = read().await;
        let text = answer.body.as_str().unwrap_or_default().to_owned();
        if text.contains("openwa_messages_total{direction=\"incoming\"} 1\n") {
            let kind = answer.headers["content-type"].clone();
            assert_eq!(kind, "text/plain; version=0.0.4");
            return Ok(text);
        }
        Err(text)
    })
    .await;
    for line in [
        "openwa_up 1",
        "openwa_stats_available 1",
        "openwa_sessions_total 1",
        "openwa_sessions_active 1",
        "openwa_sessions_restricted 0",
        "openwa_sessions{status=\"ready\"} 1",
        "openwa_messages_failed_total 0",
        "openwa_webhook_delivery_failures_total 0",
        "# TYPE openwa_messages_total counter",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is not in\n{text}"
        );
    }
    let refused = root.get("/metrics").await.expect(401);
    assert_eq!(refused["message"], "Invalid metrics token");
    for _ in 0..9 {
        root.get("/metrics").await.expect(401);
    }
    root.get("/metrics").await.expect(429);
    read().await.expect(200);
    assert!(!scene.gateway.log().contains("a-token-to-scrape-with"));
}

#[tokio::test]
async fn without_a_token_there_are_no_metrics() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let refused = gateway.openwa().get("/metrics").await.expect(404);
    assert_eq!(
        refused["message"],
        "Metrics endpoint is disabled (set METRICS_TOKEN to enable)"
    );
}
