//! Wagon with Wagon: two numbers of two gateways talk over one network.

mod content;
mod social;

use serde_json::{Value, json};
use wagon_test_kit::{Account, DEADLINE, Gateway, Sandbox, V1};

use crate::support::string;

/// A gateway with one linked number.
struct Side {
    account: Account,
    session: String,
    v1: V1,
    _gateway: Gateway,
}

impl Side {
    async fn start(sandbox: &Sandbox, name: &str) -> Self {
        let admin = sandbox.admin();
        let gateway = Gateway::builder()
            .env("DEFAULT_RATE_PER_MIN", "0")
            .env("DEFAULT_RATE_PER_HOUR", "0")
            .sandbox(admin)
            .start()
            .await;
        let account = admin.account(name).await;
        let v1 = gateway.v1();
        let session = v1.paired_session(admin, &account.pn).await;
        Self {
            account,
            session,
            v1,
            _gateway: gateway,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/sessions/{}{rest}", self.session)
    }

    async fn send(&self, to: &Self, text: &str, reply_to: Option<&str>) -> String {
        let mut body = json!({ "type": "text", "to": to.account.jid(), "text": text });
        if let Some(id) = reply_to {
            body["replyTo"] = id.into();
        }
        self.send_body(body).await
    }

    async fn send_body(&self, body: Value) -> String {
        let sent = self.v1.post(&self.path("/messages"), body).await;
        string(&sent.expect(200), "waMessageId")
    }
}

async fn two(sandbox: &Sandbox) -> (Side, Side) {
    tokio::join!(Side::start(sandbox, "Ann"), Side::start(sandbox, "Bo"))
}

fn told(id: &str) -> impl Fn(&Value) -> bool {
    let id = id.to_owned();
    move |event| event["payload"]["waMessageId"] == id
}

#[tokio::test]
async fn two_gateways_write_to_each_other() {
    let sandbox = Sandbox::start().await;
    let (ann, bo) = two(&sandbox).await;
    let (ann_sees, bo_sees) = tokio::join!(ann.v1.events(""), bo.v1.events(""));

    let question = ann.send(&bo, "Lunch? 🥪", None).await;
    let received = bo_sees.wait_event(told(&question), DEADLINE).await;
    assert_eq!(received["event"], "message");
    assert_eq!(received["payload"]["body"], "Lunch? 🥪");
    assert_eq!(received["payload"]["senderJid"], ann.account.jid());
    assert_eq!(received["session"], bo.session);

    let delivered = |event: &Value| {
        event["event"] == "message.status"
            && event["payload"]["status"] == "delivered"
            && event["payload"]["messageIds"] == json!([question])
    };
    ann_sees.wait_event(delivered, DEADLINE).await;

    let answer = bo.send(&ann, "At one", Some(&question)).await;
    let received = ann_sees.wait_event(told(&answer), DEADLINE).await;
    assert_eq!(received["payload"]["body"], "At one");
    assert_eq!(received["payload"]["quotedMessageId"], question);

    for (side, other) in [(&ann, &bo), (&bo, &ann)] {
        let path = format!(
            "/sessions/{}/chats/{}/messages",
            side.session,
            other.account.jid()
        );
        let chat = side.v1.get(&path).await.expect(200);
        let ids: Vec<&Value> = chat["data"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|message| &message["waMessageId"])
            .collect();
        assert_eq!(ids, [&json!(answer), &json!(question)], "newest first, each once");
    }
}
