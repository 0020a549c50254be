use serde_json::{Value, json};
use wagon_test_kit::{Gateway, GatewayBuilder, V1};

use crate::support::string;

pub(crate) const ROOT: &str = "root@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A gateway and the people in it. `root` runs it, and owns its first organisation.
pub(crate) struct Crowd {
    pub(crate) gateway: Gateway,
    pub(crate) root: V1,
    /// The first organisation.
    pub(crate) org: String,
}

impl Crowd {
    pub(crate) async fn start() -> Self {
        Self::start_with(Gateway::builder()).await
    }

    pub(crate) async fn start_with(builder: GatewayBuilder) -> Self {
        let gateway = configured(builder).start().await;
        let session = sign_in(&gateway, ROOT, PASSWORD).await;
        Self {
            root: gateway.v1().with_key(&string(&session, "accessToken")),
            org: string(&session, "organizationId"),
            gateway,
        }
    }

    /// Adds someone to the first organisation, and signs them in.
    pub(crate) async fn join(&self, email: &str, role: &str) -> (V1, String) {
        let body = json!({ "email": email, "role": role, "password": PASSWORD });
        let path = format!("/organizations/{}/members", self.org);
        let member = self.root.post(&path, body).await.expect(201);
        (self.person(email).await, string(&member, "userId"))
    }

    /// Signs someone in.
    pub(crate) async fn person(&self, email: &str) -> V1 {
        let session = sign_in(&self.gateway, email, PASSWORD).await;
        self.gateway.v1().with_key(&string(&session, "accessToken"))
    }

    /// Someone who owns an organisation of their own, and that.
    pub(crate) async fn stranger(&self) -> (V1, String) {
        let body = json!({ "email": "stranger@example.com", "password": PASSWORD, "superAdmin": true });
        let user = string(&self.root.post("/users", body).await.expect(201), "id");
        let made = self.person("stranger@example.com").await;
        let org = made
            .post("/organizations", json!({ "name": "theirs" }))
            .await
            .expect(201);
        let plain = json!({ "superAdmin": false });
        self.root
            .patch(&format!("/users/{user}"), plain)
            .await
            .expect(200);
        (self.person("stranger@example.com").await, string(&org, "id"))
    }

    /// The master key, as a program of the first organisation.
    pub(crate) fn program(&self) -> V1 {
        self.gateway.v1()
    }

    /// A new key with these capabilities.
    pub(crate) async fn key(&self, capabilities: &[&str]) -> V1 {
        let body = json!({ "name": "bot", "capabilities": capabilities });
        let made = self.program().post("/keys", body).await.expect(201);
        self.program().with_key(&string(&made, "key"))
    }
}

/// With `root` as the configured first user.
pub(crate) fn configured(builder: GatewayBuilder) -> GatewayBuilder {
    builder
        .env("WAGON_ADMIN_EMAIL", ROOT)
        .env("ADMIN_PASSWORD", PASSWORD)
}

pub(crate) async fn sign_in(gateway: &Gateway, email: &str, password: &str) -> Value {
    let body = json!({ "email": email, "password": password });
    let answer = gateway.v1().anonymous().post("/auth/sign-in", body).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    answer.expect(200)
}

/// The code of a refusal with this status.
pub(crate) fn refused(answer: wagon_test_kit::Answer, status: u16) -> String {
    string(&answer.expect(status)["error"], "code")
}
