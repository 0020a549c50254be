//! Throttling in the OpenWA dialect: windows per route and address, the headers that tell of them, and who is exempt.

use reqwest::Method;
use serde_json::json;
use wagon_test_kit::{Answer, DEADLINE, Gateway, GatewayBuilder, OpenWa, Sandbox, wait_until};

/// Three requests in a while that no test waits for.
fn three() -> GatewayBuilder {
    Gateway::builder()
        .env("RATE_LIMIT_MEDIUM_LIMIT", "3")
        .env("RATE_LIMIT_MEDIUM_TTL", "600000")
}

async fn from(root: &OpenWa, address: &str) -> Answer {
    let request = root.request(Method::GET, "/sessions");
    root.send(request.header("x-forwarded-for", address)).await
}

fn header(answer: &Answer, name: &str) -> Option<u64> {
    answer.headers.get(name)?.to_str().ok()?.parse().ok()
}

#[tokio::test]
async fn one_too_many_is_refused_route_by_route() {
    let sandbox = Sandbox::start().await;
    let gateway = three().sandbox(sandbox.admin()).start().await;
    let root = gateway.openwa();
    for left in [2, 1, 0] {
        let answer = root.get("/sessions").await;
        assert_eq!(header(&answer, "x-ratelimit-limit-medium"), Some(3));
        assert_eq!(header(&answer, "x-ratelimit-remaining-medium"), Some(left));
        assert!(
            header(&answer, "x-ratelimit-reset-medium").is_some_and(|seconds| (1..=600).contains(&seconds))
        );
        assert!(
            !answer.headers.contains_key("x-ratelimit-limit-short"),
            "turned off"
        );
        answer.expect(200);
    }
    let answer = root.get("/sessions").await;
    let wait = header(&answer, "retry-after");
    assert!(
        wait.is_some_and(|seconds| (1..=600).contains(&seconds)),
        "{:?}",
        answer.headers
    );
    assert_eq!(header(&answer, "retry-after-medium"), wait);
    let refused = answer.expect(429);
    assert_eq!(
        refused,
        json!({ "statusCode": 429, "message": "ThrottlerException: Too Many Requests" })
    );
    // Another method of the path is another route, and so is another path.
    root.post("/sessions", json!({ "name": "shop" }))
        .await
        .expect(201);
    root.get("/sessions/shop").await.expect(200);
    // A bad key is counted as well: guesses are limited.
    let guess = root.with_key("wrong");
    for status in [401, 401, 401, 429] {
        guess.get("/webhooks").await.expect(status);
    }
    // Whoever watches the gateway is not held up, and neither is the other dialect.
    for _ in 0..5 {
        for path in ["/health", "/health/live", "/health/ready", "/infra/health"] {
            let answer = root.anonymous().get(path).await;
            assert_eq!(header(&answer, "x-ratelimit-limit-medium"), None, "{path}");
            answer.expect(200);
        }
        gateway.v1().get("/sessions").await.expect(200);
    }
}

#[tokio::test]
async fn a_window_ends() {
    let sandbox = Sandbox::start().await;
    let builder = Gateway::builder()
        .env("RATE_LIMIT_SHORT_LIMIT", "1")
        .env("RATE_LIMIT_SHORT_TTL", "1500");
    let gateway = builder.sandbox(sandbox.admin()).start().await;
    let root = gateway.openwa();
    root.get("/sessions").await.expect(200);
    root.get("/sessions").await.expect(429);
    wait_until(DEADLINE, "the next window", async || {
        let answer = root.get("/sessions").await;
        if answer.status == 200 {
            return Ok(());
        }
        Err(answer)
    })
    .await;
}

#[tokio::test]
async fn clients_are_told_apart_as_trusted_proxies_name_them() {
    let sandbox = Sandbox::start().await;
    let gateway = three().sandbox(sandbox.admin()).start().await;
    let root = gateway.openwa();
    // Nobody's word counts: all of these are one client.
    for (address, status) in [
        ("192.0.2.1", 200),
        ("192.0.2.2", 200),
        ("192.0.2.3", 200),
        ("192.0.2.4", 429),
    ] {
        from(&root, address).await.expect(status);
    }

    let proxied = three().env("WAGON_TRUSTED_PROXIES", "127.0.0.1");
    let gateway = proxied.sandbox(sandbox.admin()).start().await;
    let root = gateway.openwa();
    for (address, status) in [
        ("192.0.2.1", 200),
        ("192.0.2.1", 200),
        ("192.0.2.1", 200),
        ("192.0.2.1", 429),
        ("192.0.2.2", 200),
        ("2001:db8::1", 200),
        ("2001:db8::2", 200),
        ("2001:db8::3", 200),
        // The same network is the same client.
        ("2001:db8::4", 429),
        ("2001:db8:0:1::1", 200),
    ] {
        from(&root, address).await.expect(status);
    }
}
