use reqwest::Method;
use serde_json::{Value, json};
use wagon_test_kit::Gateway;

use crate::support::{foreign_key, string, wagon};

const WHO: &str = "15550000002@s.whatsapp.net";

/// Every operation of this area: what it needs, and a body that would do.
fn operations() -> Vec<(Method, String, Value, &'static str)> {
    let read = |path: String| (Method::GET, path, Value::Null, "read");
    let send = |method, path: String, body| (method, path, body, "send");
    vec![
        read("/history".into()),
        read("/profile".into()),
        read("/contacts".into()),
        read("/contacts/check?phone=15550000002".into()),
        read("/contacts/blocklist".into()),
        read(format!("/contacts/{WHO}")),
        read(format!("/contacts/{WHO}/about")),
        read(format!("/contacts/{WHO}/picture")),
        read(format!("/chats/{WHO}/presence")),
        send(Method::PATCH, "/profile".into(), json!({ "about": "x" })),
        send(Method::PUT, "/profile/picture".into(), json!({ "data": "/9g=" })),
        send(Method::DELETE, "/profile/picture".into(), Value::Null),
        send(Method::PUT, "/presence".into(), json!({ "state": "online" })),
        send(Method::POST, format!("/contacts/{WHO}/block"), Value::Null),
        send(Method::POST, format!("/contacts/{WHO}/unblock"), Value::Null),
        send(
            Method::PATCH,
            format!("/chats/{WHO}"),
            json!({ "archived": true }),
        ),
        send(Method::DELETE, format!("/chats/{WHO}"), Value::Null),
        send(Method::POST, format!("/chats/{WHO}/read"), Value::Null),
        send(
            Method::PUT,
            format!("/chats/{WHO}/presence"),
            json!({ "state": "paused" }),
        ),
    ]
}

#[tokio::test]
async fn only_those_who_may_get_anywhere() {
    let gateway = Gateway::builder().start().await;
    let admin = gateway.v1();
    let session = string(&admin.post("/sessions", json!({})).await.expect(201), "id");
    let mut keys = Vec::new();
    for capabilities in ["read", "send"] {
        let create = [
            "keys",
            "create",
            "--name",
            capabilities,
            "--capabilities",
            capabilities,
        ];
        let key = wagon(gateway.data_dir(), create).await.expect_success();
        keys.push((capabilities, admin.with_key(key.trim())));
    }
    let foreigner = admin.with_key(&foreign_key(&gateway, "read,send,manage,events,admin").await);
    for (method, path, body, needs) in operations() {
        let name = format!("{method} {path}");
        let path = format!("/sessions/{session}{path}");
        let ask = async |v1: &wagon_test_kit::V1| {
            let request = v1.request(method.clone(), &path);
            let request = if body.is_null() {
                request
            } else {
                request.json(&body)
            };
            v1.send(request).await
        };
        assert_eq!(ask(&admin.anonymous()).await.status, 401, "{name} without a key");
        assert_eq!(
            ask(&foreigner).await.status,
            404,
            "{name} from another organisation"
        );
        for (capability, v1) in &keys {
            let answer = ask(v1).await;
            if *capability == needs {
                assert!(
                    ![401, 403].contains(&answer.status.as_u16()),
                    "{name} with {needs}: {answer:?}"
                );
            } else {
                assert_eq!(answer.status, 403, "{name} with {capability} only");
                assert!(answer.body.to_string().contains(&format!("capability: {needs}")));
            }
        }
    }
}
