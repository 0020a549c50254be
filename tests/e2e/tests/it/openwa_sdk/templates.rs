use serde_json::{Value, json};

use super::Stage;
use crate::support::string;

#[tokio::test]
async fn templates_are_kept_changed_and_forgotten() {
    let mut stage = Stage::start().await;
    let greeting = json!({ "name": "greeting", "body": "Hi {{name}}", "footer": "Bye" });
    let made = stage.call("templates.create", &[greeting.clone()]).await;
    let id = json!(string(&made, "id"));
    assert_eq!(
        (&made["sessionId"], &made["header"]),
        (&json!(stage.scene.session), &Value::Null)
    );
    assert_eq!(stage.call("templates.get", &[id.clone()]).await, made);
    let taken = stage.raises("templates.create", &[greeting]).await;
    assert_eq!(taken["type"], "OpenWAConflictError", "{taken}");
    let change = json!({ "body": "Dear {{name}}", "footer": "" });
    let changed = stage.call("templates.update", &[id.clone(), change]).await;
    assert_eq!(stage.call("templates.list", &[]).await, json!([changed]));

    // What it says now is what its reader gets.
    let chat = super::c_us(&stage.ada);
    let filled = json!({ "chatId": chat, "templateId": id, "vars": { "name": "Ada" } });
    let sent = stage.call("messages.send_template", &[filled]).await;
    let sent = string(&sent, "messageId");
    let admin = stage.scene.sandbox.admin();
    let arrived = |entry: &Value| entry["id"].as_str().is_some_and(|id| sent.ends_with(id));
    let arrived = admin
        .wait_inbox(&stage.ada.pn, arrived, wagon_test_kit::DEADLINE)
        .await;
    assert_eq!(arrived["text"], "Dear Ada");

    stage.call("templates.delete", &[id.clone()]).await;
    let gone = stage.raises("templates.get", &[id]).await;
    assert_eq!(gone["type"], "OpenWANotFoundError", "{gone}");
    stage.sdk.assert_all_called("templates").await;
}
