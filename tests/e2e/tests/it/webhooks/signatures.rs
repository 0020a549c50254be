//! What a receiver gets, and that it can tell who it is from.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt as _, process::Command};
use wagon_test_kit::DEADLINE;

use super::hooked::Hooked;
use crate::support::{BEGINNING, is_message, string};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[tokio::test]
async fn a_webhook_gets_what_the_streams_tell() {
    let hooked = Hooked::start().await;
    let own = json!({ "Authorization": "Bearer mine", "X-Webhook-Request-Id": "forged" });
    hooked
        .register("hook", json!({ "secret": SECRET, "customHeaders": own }))
        .await;
    hooked.receive(&["hello".to_owned()]).await;
    let request = hooked.told("hook", "hello").await;

    let stream = hooked.v1().events(&format!("since={BEGINNING}")).await;
    let event = stream.wait_event(is_message("hello"), DEADLINE).await;
    assert_eq!(request["body"], event);
    let headers = &request["headers"];
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["authorization"], "Bearer mine");
    assert_eq!(headers["x-webhook-request-id"], event["id"]);
    assert_eq!(headers["webhook-id"], event["id"]);
    assert_eq!(headers["x-webhook-hmac-algorithm"], "sha512");
    assert_eq!(string(headers, "x-webhook-hmac").len(), 128);
    let sent: i64 = string(headers, "x-webhook-timestamp").parse().unwrap();
    assert!(sent >= event["timestamp"].as_i64().unwrap());
    assert_eq!(string(headers, "webhook-timestamp"), (sent / 1000).to_string());

    for language in ["python", "javascript"] {
        for (what, secret, raw) in [
            ("as sent", SECRET, string(&request, "raw")),
            ("another secret", "whsec_AAAA", string(&request, "raw")),
            (
                "another body",
                SECRET,
                string(&request, "raw").replace("hello", "HELLO"),
            ),
        ] {
            let valid = verified(language, secret, headers, &raw).await;
            let expected = json!({ "hmac": what == "as sent", "standard": what == "as sent" });
            assert_eq!(valid, expected, "{language}, {what}");
        }
    }
}

/// What the documentation's example in a language makes of a request.
async fn verified(language: &str, secret: &str, headers: &Value, raw: &str) -> Value {
    let page = include_str!("../../../../../docs/webhooks.md");
    let example = page
        .split(&format!("```{language}\n"))
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the page has an example");
    let (program, driver) = match language {
        "python" => (
            "python3",
            "import sys, json\nq = json.load(sys.stdin)\nraw = q['raw'].encode()\n\
             print(json.dumps({'hmac': valid_hmac(q['secret'], q['headers'], raw), 'standard': valid_standard(q['secret'], q['headers'], raw)}))",
        ),
        _ => (
            "node",
            "const q = JSON.parse(require('node:fs').readFileSync(0));\nconst raw = Buffer.from(q.raw);\n\
             console.log(JSON.stringify({ hmac: validHmac(q.secret, q.headers, raw), standard: validStandard(q.secret, q.headers, raw) }));",
        ),
    };
    let flag = if program == "node" { "-e" } else { "-c" };
    let mut child = Command::new(program)
        .args([flag, &format!("{example}\n{driver}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} is needed: {error}"));
    let question = json!({ "secret": secret, "headers": headers, "raw": raw }).to_string();
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin
        .write_all(question.as_bytes())
        .await
        .expect("the example reads");
    drop(stdin);
    let output = child.wait_with_output().await.expect("the example ends");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{language}: {error}"))
}

#[tokio::test]
async fn without_a_secret_nothing_is_signed() {
    let hooked = Hooked::start().await;
    hooked.register("hook", json!({})).await;
    hooked.receive(&["hello".to_owned()]).await;
    let request = hooked.told("hook", "hello").await;
    for name in ["x-webhook-hmac", "x-webhook-hmac-algorithm", "webhook-signature"] {
        assert_eq!(request["headers"][name], Value::Null, "{name}");
    }
}

#[tokio::test]
async fn only_what_was_asked_for_is_told() {
    let hooked = Hooked::start().await;
    let v1 = hooked.v1();
    let admin = hooked.scene.sandbox.admin();
    let other = admin.account("Other").await;
    let other_session = v1.paired_session(admin, &other.pn).await;
    hooked
        .register("shop", json!({ "sessionId": hooked.scene.session }))
        .await;
    hooked
        .register("other", json!({ "sessionId": other_session }))
        .await;
    hooked.register("off", json!({ "active": false })).await;
    hooked
        .register("status", json!({ "events": ["session.status"] }))
        .await;
    hooked.register("all", json!({ "events": ["*"] })).await;
    admin
        .send(wagon_test_kit::cast::READER, &other.jid(), "for the other")
        .await;
    hooked.told("other", "for the other").await;
    hooked.receive(&["for the shop".to_owned()]).await;
    hooked.told("shop", "for the shop").await;
    for text in ["for the other", "for the shop"] {
        hooked.told("all", text).await;
    }
    v1.invoke(&hooked.scene.path(":stop")).await.expect(200);
    let stopped =
        |request: &Value| request["path"] == "status" && request["body"]["payload"]["status"] == "stopped";
    hooked.receiver.seen().wait("the stop", stopped, DEADLINE).await;
    assert_eq!(hooked.texts("shop"), ["for the shop"]);
    assert_eq!(hooked.texts("other"), ["for the other"]);
    assert_eq!(hooked.receiver.at("off"), [] as [Value; 0]);
    let statuses = hooked.receiver.at("status");
    assert!(
        statuses
            .iter()
            .all(|request| request["body"]["event"] == "session.status")
    );
}
