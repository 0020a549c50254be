//! Groups through the gateway, with phones and clients of other make as their members.

mod approval;
mod events;
mod life;
mod messages;
mod refusals;

use serde_json::{Value, json};
use wagon_test_kit::{Account, Answer, DEADLINE, EventStream, Gateway};

use crate::support::Scene;

/// A gateway in a network with two more phones.
struct Town {
    scene: Scene,
    ada: Account,
    bob: Account,
}

impl Town {
    async fn start() -> Self {
        let scene = Scene::start(Gateway::builder()).await;
        let admin = scene.sandbox.admin();
        let (ada, bob) = (admin.account("Ada").await, admin.account("Bob").await);
        Self { scene, ada, bob }
    }

    async fn events(&self) -> EventStream {
        let kinds = "events=group.update,group.participant,message";
        self.scene.gateway.v1().events(kinds).await
    }

    /// A group that the gateway creates.
    async fn group(&self, members: &[&Account]) -> String {
        let participants: Vec<String> = members.iter().map(|member| member.jid()).collect();
        let created = self
            .post("/groups", json!({ "name": "Trip", "participants": participants }))
            .await
            .expect(201);
        text(&created["groupJid"])
    }

    /// A group that Ada's phone creates with the gateway in it.
    async fn adas_group(&self, body: Value) -> String {
        let mut request = json!({ "subject": "Ada's", "participants": [self.scene.shop.jid()] });
        request
            .as_object_mut()
            .expect("made above")
            .extend(body.as_object().expect("fields of a group").clone());
        let admin = self.scene.sandbox.admin();
        let created = admin.phone_group(&self.ada.pn, request).await;
        let group = text(&created["group"]["jid"]);
        if created["group"]["participants"]
            .as_array()
            .is_some_and(|members| members.len() > 1)
        {
            self.wait_group(&group, |_| true).await;
        }
        group
    }

    async fn get(&self, path: &str) -> Answer {
        self.scene.gateway.v1().get(&self.scene.path(path)).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.scene.gateway.v1().post(&self.scene.path(path), body).await
    }

    async fn invoke(&self, path: &str) -> Answer {
        self.scene.gateway.v1().invoke(&self.scene.path(path)).await
    }

    async fn patch(&self, path: &str, body: Value) -> Answer {
        self.scene.gateway.v1().patch(&self.scene.path(path), body).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.scene.gateway.v1().delete(&self.scene.path(path)).await
    }

    /// Waits until the stored group fits.
    async fn wait_group(&self, group: &str, fits: impl Fn(&Value) -> bool) -> Value {
        wagon_test_kit::wait_until(DEADLINE, "the group", async || {
            let answer = self.get(&format!("/groups/{group}")).await;
            if answer.status == 200 && fits(&answer.body) {
                Ok(answer.body)
            } else {
                Err(answer)
            }
        })
        .await
    }

    /// Phone JID and role of the members, sorted.
    async fn members(&self, group: &str) -> Vec<(String, String)> {
        let listed = self.get(&format!("/groups/{group}/members")).await.expect(200);
        let mut members: Vec<_> = listed["data"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|member| (text(&member["jid"]), text(&member["role"])))
            .collect();
        members.sort();
        members
    }
}

/// The hidden identity's address.
fn lid(account: &Account) -> String {
    format!("{}@lid", account.lid)
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

/// Whether an event of that kind is about the group and fits.
fn about(kind: &str, group: &str, fits: impl Fn(&Value) -> bool) -> impl Fn(&Value) -> bool {
    move |event| event["event"] == kind && event["payload"]["groupJid"] == group && fits(&event["payload"])
}

/// Refused with this status, code and something of the message.
#[track_caller]
fn refused(answer: Answer, status: u16, code: &str, words: &str) {
    let body = answer.expect(status);
    assert_eq!(body["error"]["code"], code, "{body}");
    assert!(text(&body["error"]["message"]).contains(words), "{body}");
}
