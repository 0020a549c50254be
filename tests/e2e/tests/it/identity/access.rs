//! Each operation without credentials, without the capability or role, and for another organisation.

use reqwest::Method;
use serde_json::{Value, json};
use wagon_test_kit::V1;

use super::crowd::{Crowd, PASSWORD, refused};
use crate::support::string;

struct Operation {
    method: Method,
    path: String,
    body: Option<Value>,
    /// Only for those who run the gateway.
    super_admin: bool,
    /// Names the organisation, or something of it.
    owned: bool,
}

impl Operation {
    async fn call(&self, v1: &V1) -> wagon_test_kit::Answer {
        let request = v1.request(self.method.clone(), &self.path);
        v1.send(match &self.body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }
}

#[tokio::test]
async fn every_operation_asks_who_is_there() {
    let crowd = Crowd::start().await;
    let (member, user) = crowd.join("ada@example.com", "member").await;
    let (stranger, _) = crowd.stranger().await;
    let key = string(
        &crowd
            .root
            .post("/keys", json!({ "name": "bot" }))
            .await
            .expect(201),
        "id",
    );
    let org = format!("/organizations/{}", crowd.org);
    let operation = |method, path: &str, body| Operation {
        method,
        path: path.to_owned(),
        body,
        super_admin: false,
        owned: path.matches('/').count() > 1,
    };
    let admin = |method, path: &str, body| Operation {
        super_admin: true,
        ..operation(method, path, body)
    };
    let person = json!({ "email": "eve@example.com", "password": PASSWORD });
    let operations = [
        operation(Method::GET, "/keys", None),
        operation(Method::POST, "/keys", Some(json!({ "name": "x" }))),
        operation(Method::GET, &format!("/keys/{key}"), None),
        operation(Method::DELETE, &format!("/keys/{key}"), None),
        operation(Method::GET, "/audit", None),
        operation(Method::PATCH, &org, Some(json!({ "name": "x" }))),
        operation(Method::DELETE, &org, None),
        operation(Method::GET, &format!("{org}/members"), None),
        operation(Method::POST, &format!("{org}/members"), Some(person.clone())),
        operation(
            Method::PATCH,
            &format!("{org}/members/{user}"),
            Some(json!({ "role": "admin" })),
        ),
        admin(Method::POST, "/organizations", Some(json!({ "name": "x" }))),
        admin(Method::GET, "/users", None),
        admin(Method::POST, "/users", Some(person)),
        admin(Method::GET, &format!("/users/{user}"), None),
        admin(
            Method::PATCH,
            &format!("/users/{user}"),
            Some(json!({ "name": "x" })),
        ),
        admin(Method::DELETE, &format!("/users/{user}"), None),
        admin(Method::GET, "/admin/audit", None),
        admin(Method::GET, "/admin/organizations", None),
        admin(Method::GET, "/admin/sessions", None),
        admin(Method::POST, "/admin/token-keys:rotate", None),
    ];
    let anonymous = crowd.gateway.v1().anonymous();
    let broken = anonymous.with_key("aaaa.bbbb.cccc");
    let program = crowd.program();
    for operation in operations {
        let what = format!("{} {}", operation.method, operation.path);
        for nobody in [&anonymous, &broken] {
            assert_eq!(
                refused(operation.call(nobody).await, 401),
                "unauthorized",
                "{what}"
            );
        }
        let refusal = operation.call(&member).await.expect(403);
        let words = if operation.super_admin {
            "super_admin required"
        } else {
            "missing required capability: admin"
        };
        assert_eq!(refusal["error"]["message"], words, "{what}");
        if operation.super_admin {
            // No key is a person who runs the gateway, whatever its capabilities.
            assert_eq!(
                refused(operation.call(&program).await, 403),
                "forbidden",
                "{what}"
            );
        } else if operation.owned {
            assert_eq!(
                refused(operation.call(&stranger).await, 404),
                "not_found",
                "{what}"
            );
        }
    }
    for path in ["/me", "/organizations", &org] {
        assert_eq!(refused(anonymous.get(path).await, 401), "unauthorized", "{path}");
    }
    stranger.get(&org).await.expect(404);
    crowd
        .root
        .get(&format!("{org}/members/usr_unknown"))
        .await
        .expect(405);
    let unknown = json!({ "role": "admin" });
    crowd
        .root
        .patch(&format!("{org}/members/usr_unknown"), unknown)
        .await
        .expect(404);
    crowd
        .root
        .delete(&format!("{org}/members/nonsense"))
        .await
        .expect(404);
}

#[tokio::test]
async fn another_organisations_sessions_do_not_exist() {
    let crowd = Crowd::start().await;
    let (stranger, _) = crowd.stranger().await;
    let session = string(&crowd.root.post("/sessions", json!({})).await.expect(201), "id");
    assert_eq!(
        refused(stranger.get(&format!("/sessions/{session}")).await, 404),
        "not_found"
    );
    assert_eq!(stranger.get("/sessions").await.expect(200), json!({ "data": [] }));
    assert_eq!(stranger.get("/keys").await.expect(200), json!({ "data": [] }));
    let all = crowd.root.get("/admin/sessions").await.expect(200);
    assert_eq!(all["data"][0]["id"], session.as_str());
}

#[tokio::test]
async fn someone_without_an_organisation_has_only_themselves() {
    let crowd = Crowd::start().await;
    let body = json!({ "email": "loner@example.com", "password": PASSWORD });
    crowd.root.post("/users", body).await.expect(201);
    let loner = crowd.person("loner@example.com").await;
    let me = loner.get("/me").await.expect(200);
    assert_eq!(
        (&me["organizationId"], &me["capabilities"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(
        loner.get("/organizations").await.expect(200),
        json!({ "data": [] })
    );
    let refusal = loner.get("/sessions").await.expect(401);
    assert_eq!(refusal["error"]["message"], "authentication required");
}

#[tokio::test]
async fn a_key_beside_a_bad_token_still_counts() {
    let crowd = Crowd::start().await;
    let program = crowd.program();
    let request = program
        .anonymous()
        .request(Method::GET, "/sessions")
        .bearer_auth("aaaa.bbbb.cccc")
        .header("x-api-key", wagon_test_kit::MASTER_KEY);
    program.send(request).await.expect(200);
}
