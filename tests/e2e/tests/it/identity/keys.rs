use reqwest::Method;
use serde_json::json;
use wagon_domain::{Clock, SystemClock};
use wagon_test_kit::{DEADLINE, Gateway, wait_until};

use super::crowd::{Crowd, configured, refused};
use crate::support::string;

#[tokio::test]
async fn a_key_is_made_shown_once_listed_and_revoked() {
    let crowd = Crowd::start().await;
    let made = crowd
        .root
        .post("/keys", json!({ "name": "bot" }))
        .await
        .expect(201);
    let secret = string(&made, "key");
    assert!(secret.starts_with("wa_") && secret.len() == 67);
    assert_eq!(made["capabilities"], json!(["read"]));
    assert!(secret.ends_with(made["hint"].as_str().unwrap()));
    let path = format!("/keys/{}", string(&made, "id"));
    let seen = crowd.root.get(&path).await.expect(200);
    assert!(!seen.to_string().contains(&secret));
    let listed = crowd.root.get("/keys").await.expect(200);
    assert_eq!(listed["data"].as_array().unwrap().last(), Some(&seen));

    let bot = crowd.program().with_key(&secret);
    let me = bot.get("/me").await.expect(200);
    assert_eq!((&me["type"], &me["key"]), (&json!("api_key"), &seen));
    assert_eq!(refused(bot.get("/sessions").await, 403), "forbidden");
    crowd.root.delete(&path).await.expect(204);
    assert_eq!(refused(bot.get("/me").await, 401), "unauthorized");
    assert!(crowd.root.get(&path).await.expect(200)["revokedAt"].is_i64());
    assert_eq!(refused(crowd.root.delete(&path).await, 404), "not_found");
    assert!(!crowd.gateway.log().contains(&secret));
}

#[tokio::test]
async fn nobody_makes_a_key_that_may_more_than_they_do() {
    let crowd = Crowd::start().await;
    let half = crowd.key(&["admin", "read"]).await;
    let more = json!({ "name": "more", "capabilities": ["send"] });
    let refusal = half.post("/keys", more).await.expect(403);
    assert_eq!(refusal["error"]["message"], "missing required capability: send");
    half.post("/keys", json!({ "name": "same" })).await.expect(201);

    let [one, two] = [(); 2].map(|()| crowd.root.post("/sessions", json!({})));
    let (one, two) = (
        string(&one.await.expect(201), "id"),
        string(&two.await.expect(201), "id"),
    );
    let body = json!({ "name": "one", "capabilities": ["admin", "read"], "sessions": [one] });
    let made = crowd.root.post("/keys", body).await.expect(201);
    let limited = crowd.program().with_key(&string(&made, "key"));
    let other = json!({ "name": "other", "sessions": [two] });
    assert_eq!(refused(limited.post("/keys", other).await, 404), "not_found");
    let inherited = limited.post("/keys", json!({ "name": "heir" })).await.expect(201);
    assert_eq!(inherited["sessions"], json!([one]));
}

#[tokio::test]
async fn what_makes_no_sense_is_named() {
    let crowd = Crowd::start().await;
    for (body, words) in [
        (
            json!({ "name": " " }),
            "name must have between 1 and 100 characters",
        ),
        (
            json!({ "name": "x", "capabilities": [] }),
            "capabilities must name at least one",
        ),
        (
            json!({ "name": "x", "expiresAt": 1 }),
            "expiresAt must be in the future",
        ),
        (
            json!({ "name": "x", "ratePerMin": 0 }),
            "ratePerMin must be between 1 and 60000",
        ),
        (
            json!({ "name": "x", "addresses": ["office"] }),
            "addresses: expected IP addresses or networks, like 10.1.0.0/16",
        ),
    ] {
        assert_eq!(
            crowd.root.post("/keys", body).await.expect(400)["error"]["message"],
            words
        );
    }
    for body in [
        json!({}),
        json!({ "name": "x", "capabilities": ["fly"] }),
        json!({ "name": "x", "hint": "y" }),
    ] {
        assert_eq!(
            refused(crowd.root.post("/keys", body).await, 400),
            "validation_error"
        );
    }
    let foreign = json!({ "name": "x", "sessions": ["sess_unknown"] });
    assert_eq!(refused(crowd.root.post("/keys", foreign).await, 404), "not_found");
}

#[tokio::test]
async fn a_key_expires() {
    let crowd = Crowd::start().await;
    let soon = SystemClock.now().as_millis() + 2000;
    let made = crowd
        .root
        .post("/keys", json!({ "name": "brief", "expiresAt": soon }))
        .await
        .expect(201);
    assert_eq!(made["expiresAt"], soon);
    let brief = crowd.program().with_key(&string(&made, "key"));
    wait_until(DEADLINE, "the key to expire", async || {
        let answer = brief.get("/me").await;
        if answer.status == 401 { Ok(()) } else { Err(answer) }
    })
    .await;
    assert!(SystemClock.now().as_millis() >= soon);
}

#[tokio::test]
async fn a_key_has_its_places_and_its_pace() {
    let proxied = Gateway::builder().env("WAGON_TRUSTED_PROXIES", "127.0.0.1/32");
    let crowd = Crowd::start_with(configured(proxied)).await;
    let body = json!({ "name": "office", "addresses": ["198.51.100.0/24"] });
    let office = string(&crowd.root.post("/keys", body).await.expect(201), "key");
    let office = crowd.program().with_key(&office);
    let from = async |address: &str| {
        let request = office.request(Method::GET, "/me");
        office.send(request.header("x-forwarded-for", address)).await
    };
    from("198.51.100.7").await.expect(200);
    // What comes before the proxy's own word is made up.
    assert_eq!(refused(from("198.51.100.7, 192.0.2.1").await, 403), "forbidden");

    let body = json!({ "name": "slow", "ratePerMin": 1 });
    let slow = string(&crowd.root.post("/keys", body).await.expect(201), "key");
    let slow = crowd.program().with_key(&slow);
    slow.get("/me").await.expect(200);
    let answer = slow.get("/me").await;
    let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(refused(answer, 429), "rate_limited");
}
