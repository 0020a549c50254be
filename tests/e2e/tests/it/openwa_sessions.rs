//! Sessions of the OpenWA dialect, from creation to deletion.

use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, OpenWa, Proxy, ProxyProtocol, Sandbox, wait_until};

use crate::support::string;

async fn wait_status(openwa: &OpenWa, path: &str, status: &str) -> Value {
    wait_until(DEADLINE, status, async || {
        let answer = openwa.get(path).await;
        if answer.body["status"] == status {
            Ok(answer.body)
        } else {
            Err(answer)
        }
    })
    .await
}

#[tokio::test]
async fn a_session_goes_through_its_life() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let openwa = gateway.openwa();
    let created = openwa
        .post(
            "/sessions",
            json!({ "name": "shop-1", "config": { "autoRejectCalls": true, "colour": "red" } }),
        )
        .await
        .expect(201);
    assert_eq!(
        (&created["name"], &created["status"]),
        (&json!("shop-1"), &json!("created"))
    );
    assert_eq!(
        (&created["engineLoaded"], &created["phone"]),
        (&json!(false), &Value::Null)
    );
    let taken = openwa
        .post("/sessions", json!({ "name": "shop-1" }))
        .await
        .expect(409);
    assert_eq!(taken["statusCode"], 409);
    let path = format!("/sessions/{}", string(&created, "id"));

    let idle = "Session is not started. Call POST /sessions/:id/start first.";
    for refused in [
        openwa.get(&format!("{path}/qr")).await,
        openwa.invoke(&format!("{path}/logout")).await,
        openwa.invoke(&format!("{path}/force-kill")).await,
        openwa
            .post(
                &format!("{path}/pairing-code"),
                json!({ "phoneNumber": "15550000100" }),
            )
            .await,
    ] {
        assert_eq!(refused.expect(400)["message"], idle);
    }
    let started = openwa.invoke("/sessions/shop-1/start").await.expect(200);
    assert_eq!(started["engineLoaded"], true);
    wait_status(&openwa, &path, "qr_ready").await;
    let again = openwa.invoke(&format!("{path}/start")).await.expect(400);
    assert_eq!(again["message"], "Session is already started");
    let qr = openwa.get(&format!("{path}/qr")).await.expect(200);
    assert!(
        string(&qr, "qrCode").starts_with("data:image/png;base64,"),
        "{qr}"
    );
    assert_eq!(qr["status"], "qr_ready");

    let shop = sandbox.admin().account("Shop").await;
    let code = openwa
        .post(&format!("{path}/pairing-code"), json!({ "phoneNumber": shop.pn }))
        .await
        .expect(201);
    assert_eq!(string(&code, "pairingCode").len(), 8, "{code}");
    sandbox
        .admin()
        .scan_qr(
            &current_qr(&gateway, &string(&created, "id")).await,
            Some(&shop.pn),
        )
        .await;
    let ready = wait_status(&openwa, &path, "ready").await;
    assert_eq!(ready["phone"], shop.pn);
    assert!(ready["connectedAt"].is_string(), "{ready}");
    let linked = openwa.get(&format!("{path}/qr")).await.expect(400);
    assert_eq!(linked["message"], "Session is already authenticated");
    let shown = openwa
        .put(&format!("{path}/presence"), json!({ "available": true }))
        .await
        .expect(200);
    assert_eq!(shown, json!({ "success": true }));
    let stats = openwa.get("/sessions/stats/overview").await.expect(200);
    assert_eq!((&stats["total"], &stats["ready"]), (&json!(1), &json!(1)));
    assert_eq!(stats["byStatus"], json!({ "ready": 1 }));
    assert!(stats["memoryUsage"]["rss"].as_u64() > Some(0), "{stats}");

    let stopped = openwa.invoke(&format!("{path}/stop")).await.expect(200);
    assert_eq!(
        (&stopped["status"], &stopped["engineLoaded"]),
        (&json!("disconnected"), &json!(false))
    );
    openwa.invoke(&format!("{path}/stop")).await.expect(200);
    openwa.invoke(&format!("{path}/start")).await.expect(200);
    wait_status(&openwa, &path, "ready").await;
    openwa.invoke(&format!("{path}/force-kill")).await.expect(200);
    openwa.invoke(&format!("{path}/start")).await.expect(200);
    wait_status(&openwa, &path, "ready").await;
    let out = openwa.invoke(&format!("{path}/logout")).await.expect(200);
    assert_eq!(
        (&out["status"], &out["phone"]),
        (&json!("disconnected"), &Value::Null)
    );
    openwa.delete(&path).await.expect(204);
    let gone = openwa.get("/sessions/shop-1").await.expect(404);
    assert_eq!(gone["message"], "Session with id 'shop-1' not found");
}

/// The text of the code, which the picture shows.
async fn current_qr(gateway: &Gateway, session: &str) -> String {
    let qr = gateway
        .v1()
        .get(&format!("/sessions/{session}/qr"))
        .await
        .expect(200);
    string(&qr, "code")
}

#[tokio::test]
async fn options_are_kept_and_logins_never_read_back() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let openwa = gateway.openwa();
    openwa
        .post("/sessions", json!({ "name": "shop" }))
        .await
        .expect(201);
    let defaults =
        json!({ "autoRejectCalls": false, "maxReconnectAttempts": null, "reconnectBaseDelay": 5000 });
    assert_eq!(openwa.get("/sessions/shop/config").await.expect(200), defaults);
    let change = json!({ "maxReconnectAttempts": 5, "reconnectBaseDelay": 1000 });
    let changed = openwa.patch("/sessions/shop/config", change).await.expect(200);
    assert_eq!(changed["maxReconnectAttempts"], 5);
    assert_eq!(openwa.get("/sessions/shop/config").await.expect(200), changed);
    let bad = openwa
        .patch("/sessions/shop/config", json!({ "reconnectBaseDelay": 5 }))
        .await
        .expect(400);
    assert_eq!(
        bad["message"],
        json!(["reconnectBaseDelay must not be less than 1000"])
    );

    let none = json!({ "enabled": false, "proxyType": null, "proxyHost": null, "hasCredentials": false });
    assert_eq!(openwa.get("/sessions/shop/proxy").await.expect(200), none);
    let proxy = Proxy::start(ProxyProtocol::Socks5).await;
    let url = proxy.url();
    let set = openwa
        .patch("/sessions/shop/proxy", json!({ "proxyUrl": url }))
        .await
        .expect(200);
    assert_eq!(set, openwa.get("/sessions/shop/proxy").await.expect(200));
    assert_eq!(
        (&set["proxyType"], &set["hasCredentials"]),
        (&json!("socks5"), &json!(true))
    );
    let (_, login) = url.split_once("//").expect("a URL");
    let (login, _) = login.split_once('@').expect("a login");
    assert!(!set.to_string().contains(login) && !gateway.log().contains(login));
    let bad = json!({ "proxyUrl": "gopher://proxy" });
    openwa.patch("/sessions/shop/proxy", bad).await.expect(400);
    let cleared = openwa
        .patch("/sessions/shop/proxy", json!({ "proxyUrl": null }))
        .await
        .expect(200);
    assert_eq!(cleared, none);

    let operator = json!({ "name": "operator", "role": "operator" });
    let made = openwa.post("/auth/api-keys", operator).await.expect(201);
    let operator = openwa.with_key(&string(&made, "apiKey"));
    for refused in [
        operator
            .patch("/sessions/shop/proxy", json!({ "proxyUrl": null }))
            .await,
        operator
            .post("/sessions", json!({ "name": "other", "proxyUrl": url }))
            .await,
    ] {
        assert_eq!(
            refused.expect(403)["message"],
            "Insufficient permissions. Required: admin"
        );
    }
}

#[tokio::test]
async fn lists_are_windows() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let openwa = gateway.openwa();
    for name in ["one", "two", "three"] {
        openwa
            .post("/sessions", json!({ "name": name }))
            .await
            .expect(201);
    }
    let names = async |query: &str| {
        let listed = openwa.get(&format!("/sessions{query}")).await.expect(200);
        let sessions = listed.as_array().unwrap().clone();
        sessions
            .iter()
            .map(|session| string(session, "name"))
            .collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["three", "two", "one"]);
    assert_eq!(names("?limit=1&offset=1").await, ["two"]);
    assert_eq!(names("?name=one").await, ["one"]);
    assert!(names("?name=One").await.is_empty());
    for bad in ["?limit=0", "?limit=1001", "?offset=-1", "?name="] {
        openwa.get(&format!("/sessions{bad}")).await.expect(400);
    }
    for bad in ["ab", "with space", "ünder"] {
        openwa.post("/sessions", json!({ "name": bad })).await.expect(400);
    }
}
