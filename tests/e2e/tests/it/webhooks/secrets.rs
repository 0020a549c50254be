//! Secrets: changed without a gap, shown once, never stored in clear.

use serde_json::{Value, json};

use super::hooked::Hooked;
use crate::support::string;

fn signatures(request: &Value) -> usize {
    string(&request["headers"], "webhook-signature")
        .split(' ')
        .count()
}

#[tokio::test]
async fn both_secrets_sign_while_one_takes_over() {
    let hooked = Hooked::start().await;
    let webhook = hooked
        .register("hook", json!({ "secret": "the-old-secret" }))
        .await;
    hooked.receive(&["one".to_owned()]).await;
    let before = hooked.told("hook", "one").await;
    assert_eq!(signatures(&before), 1);

    let rotated = hooked
        .v1()
        .invoke(&format!("/webhooks/{webhook}:rotate-secret"))
        .await
        .expect(200);
    let secret = string(&rotated, "secret");
    assert!(secret.starts_with("whsec_"));
    assert_eq!(rotated["webhook"]["signed"], true);
    hooked.receive(&["two".to_owned()]).await;
    let during = hooked.told("hook", "two").await;
    assert_eq!(signatures(&during), 2);
    assert!(during["headers"]["x-webhook-hmac-previous"].is_string());

    let body = json!({ "secret": "given", "overlapSeconds": 0 });
    let given = hooked
        .v1()
        .post(&format!("/webhooks/{webhook}:rotate-secret"), body)
        .await
        .expect(200);
    assert_eq!(given["secret"], "given");
    hooked.receive(&["three".to_owned()]).await;
    let after = hooked.told("hook", "three").await;
    assert_eq!(signatures(&after), 1);
    assert_eq!(after["headers"]["x-webhook-hmac-previous"], Value::Null);

    let shown = hooked.webhook(&webhook).await.to_string();
    let refused = json!({ "overlapSeconds": -1 });
    let refused = hooked
        .v1()
        .post(&format!("/webhooks/{webhook}:rotate-secret"), refused)
        .await
        .expect(400);
    assert!(refused.to_string().contains("overlapSeconds"), "{refused}");

    hooked
        .v1()
        .patch(&format!("/webhooks/{webhook}"), json!({ "secret": "" }))
        .await
        .expect(200);
    hooked.receive(&["four".to_owned()]).await;
    let unsigned = hooked.told("hook", "four").await;
    assert_eq!(unsigned["headers"]["webhook-signature"], Value::Null);

    let log = hooked.scene.gateway.log();
    let data = hooked.scene.gateway.data_dir();
    for secret in ["the-old-secret", secret.as_str()] {
        assert!(!shown.contains(secret) && !log.contains(secret));
        for file in ["wagon.db", "wagon.db-wal"] {
            let bytes = std::fs::read(data.join(file)).unwrap_or_default();
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{file} has a secret in clear");
        }
    }
}
