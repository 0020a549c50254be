use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, Sandbox};

use super::until;
use crate::support::{BEGINNING, is_message};

const GROUP: &str = "120363000000000077@g.us";

#[tokio::test]
async fn a_linked_session_brings_the_history_along_without_events() {
    let sandbox = Sandbox::start().await;
    let admin = sandbox.admin();
    let (shop, ada) = (admin.account("Shop").await, admin.account("Ada").await);
    let message = |id: &str, t: i64, from_me: bool| json!({ "id": id, "text": format!("text {id}"), "t": t, "fromMe": from_me });
    let long: Vec<Value> = (0..600)
        .map(|n| message(&format!("L{n}"), 1_500_000_000 + n, n % 2 == 0))
        .collect();
    let conversations = json!({ "conversations": [
        { "jid": ada.jid(), "name": "Ada L.", "unread": 1, "archived": true, "messages": [
            message("H2", 1_600_000_100, true), message("H1", 1_600_000_000, false),
        ] },
        { "jid": GROUP, "name": "Trip", "messages": [
            { "id": "G1", "text": "hi all", "t": 1_600_000_050, "participant": ada.jid(), "pushName": "Ada" },
        ] },
        { "jid": "15550009998@s.whatsapp.net", "messages": long },
    ] });
    admin.act(&shop.pn, "history", conversations).await;

    let gateway = Gateway::builder().sandbox(admin).start().await;
    let v1 = gateway.v1();
    let session = v1.paired_session(admin, &shop.pn).await;
    let path = |rest: &str| format!("/sessions/{session}{rest}");
    let import = until(&v1, &path("/history"), "the end of the import", |import| {
        import["status"] == "complete"
    })
    .await;
    assert_eq!(
        (&import["progress"], &import["chats"], &import["messages"]),
        (&json!(100), &json!(3), &json!(603))
    );

    let chat = v1.get(&path(&format!("/chats/{}", ada.jid()))).await.expect(200);
    assert_eq!(
        (&chat["archived"], &chat["unreadCount"]),
        (&json!(true), &json!(1))
    );
    assert_eq!(chat["aliases"], json!([format!("{}@lid", ada.lid), ada.jid()]));
    let group = v1.get(&path(&format!("/chats/{GROUP}"))).await.expect(200);
    assert_eq!(
        (&group["name"], &group["lastMessageAt"]),
        (&json!("Trip"), &json!(1_600_000_050_000_i64))
    );
    let detail = v1
        .get(&path(&format!("/contacts/{}", ada.jid())))
        .await
        .expect(200);
    assert_eq!(detail["groups"][0]["jid"], GROUP);

    // What arrives now is newer than what was imported, and only that is told.
    let events = v1
        .events(&format!("since={BEGINNING}&events=message,message.from_me"))
        .await;
    admin.send(&ada.pn, &shop.pn, "now").await;
    events.wait_event(is_message("now"), DEADLINE).await;
    assert_eq!(events.seen().count(|frame| frame["id"].is_string()), 1);
    let messages = path(&format!("/chats/{}/messages", ada.jid()));
    let messages = v1.get(&messages).await.expect(200);
    let bodies: Vec<_> = messages["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["body"].clone())
        .collect();
    assert_eq!(bodies, ["now", "text H2", "text H1"]);
    assert_eq!(messages["data"][1]["status"], "read");

    // The same once more changes nothing.
    admin.act(&shop.pn, "history-sync", json!({ "device": 1 })).await;
    admin.send(&ada.pn, &shop.pn, "later").await;
    events.wait_event(is_message("later"), DEADLINE).await;
    let again = v1.get(&path("/history")).await.expect(200);
    assert_eq!((&again["chats"], &again["messages"]), (&json!(3), &json!(603)));
}

#[tokio::test]
async fn a_session_that_was_never_linked_waits_for_its_history() {
    let gateway = Gateway::builder().start().await;
    let v1 = gateway.v1();
    let session = v1.post("/sessions", json!({})).await.expect(201);
    let id = session["id"].as_str().unwrap();
    let import = v1.get(&format!("/sessions/{id}/history")).await.expect(200);
    assert_eq!(
        import,
        json!({ "status": "waiting", "progress": 0, "chats": 0, "messages": 0 })
    );
}
