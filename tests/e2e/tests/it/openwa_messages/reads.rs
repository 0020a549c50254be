use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, MASTER_KEY, wait_until};

use super::{Desk, PNG};
use crate::support::{limited_key, string};

fn bodies(page: &Value) -> Vec<Value> {
    let messages = page["messages"].as_array().expect("a list");
    messages.iter().map(|message| message["body"].clone()).collect()
}

#[tokio::test]
async fn messages_are_listed_and_looked_for() {
    let desk = Desk::start().await;
    let eve = desk.scene.sandbox.admin().account("Eve").await;
    let hello = desk.text_from_ada("hello").await;
    let image = json!({ "base64": PNG, "mimetype": "image/png", "caption": "a dot" });
    let (sent, _) = desk.send("send-image", image).await;
    let elsewhere = json!({ "chatId": format!("{}@c.us", eve.pn), "text": "to Eve" });
    desk.call("send-text", elsewhere).await.expect(201);

    let list = format!("/sessions/{}/messages", desk.scene.session);
    let openwa = desk.openwa();
    let get = async |query: &str| openwa.get(&format!("{list}{query}")).await.expect(200);
    let all = get("").await;
    assert_eq!(all["total"], 3);
    assert_eq!(bodies(&all), ["to Eve", "a dot", "hello"], "newest first");
    let chat = desk.chat();
    let first = &all["messages"][2];
    for (field, value) in [
        ("waMessageId", json!(format!("false_{chat}_{hello}"))),
        ("chatId", json!(chat)),
        ("from", json!(chat)),
        ("to", json!("me")),
        ("direction", json!("incoming")),
        ("type", json!("text")),
        ("sessionId", json!(desk.scene.session)),
    ] {
        assert_eq!(first[field], value, "{first}");
    }
    let image = &all["messages"][1];
    assert_eq!(image["waMessageId"], json!(sent));
    assert_eq!(image["metadata"]["media"]["mimetype"], "image/png");
    assert_eq!(image["metadata"]["media"]["omitted"], true);
    let listed = all["messages"].as_array().expect("a list").iter();
    let chats: Vec<_> = listed.map(|message| &message["chatName"]).collect();
    assert_eq!(chats, [&json!(null), &json!("Ada"), &json!("Ada")]);

    for (query, expected) in [
        (format!("?chatId={chat}"), vec!["a dot", "hello"]),
        ("?direction=incoming".to_owned(), vec!["hello"]),
        ("?type=image".to_owned(), vec!["a dot"]),
        ("?type=text&direction=outgoing".to_owned(), vec!["to Eve"]),
        (format!("?from={chat}"), vec!["hello"]),
        (format!("?messageId={sent}"), vec!["a dot"]),
        ("?type=revoked".to_owned(), vec![]),
        ("?until=1000".to_owned(), vec![]),
        ("?since=1000&orderBy=timestamp&limit=1".to_owned(), vec!["to Eve"]),
        ("?limit=1&offset=1".to_owned(), vec!["a dot"]),
        (
            format!("?after={}", string(&all["messages"][1], "id")),
            vec!["hello"],
        ),
        (
            format!("?orderBy=timestamp&after={}", string(&all["messages"][0], "id")),
            vec!["a dot", "hello"],
        ),
    ] {
        assert_eq!(bodies(&get(&query).await), expected, "{query}");
    }
    for (query, message) in [
        ("?limit=101", "limit must not be greater than 100"),
        (
            "?direction=sideways",
            "direction must be one of the following values: incoming, outgoing",
        ),
        (
            "?inlineMedia=yes",
            "inlineMedia must be one of the following values: true, false",
        ),
        (
            "?after=msg_none",
            "after must be the id of a message of this session",
        ),
        ("?since=yesterday", "since must be an integer number"),
    ] {
        let refused = openwa.get(&format!("{list}{query}")).await.expect(400);
        assert_eq!(refused["message"], json!([message]), "{query}");
    }
    let viewer = limited_key(&desk.scene.gateway, "read", &desk.scene.session).await;
    openwa.with_key(&viewer).get(&list).await.expect(200);
}

#[tokio::test]
async fn a_chats_history_is_oldest_first() {
    let desk = Desk::start().await;
    let question = desk.text_from_ada("3pm?").await;
    desk.send("reply", json!({ "quotedMessageId": question, "text": "yes" }))
        .await;
    desk.send(
        "send-poll",
        json!({ "name": "Lunch?", "options": ["Pizza", "Sushi"] }),
    )
    .await;
    let path = desk.path(&format!("{}/history", desk.chat()));
    let history = desk.openwa().get(&path).await.expect(200);
    let history = history.as_array().expect("a list");
    let shown: Vec<_> = history
        .iter()
        .map(|message| {
            (
                message["body"].clone(),
                message["fromMe"].clone(),
                message["type"].clone(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            (json!("3pm?"), json!(false), json!("text")),
            (json!("yes"), json!(true), json!("text")),
            (json!("Lunch?"), json!(true), json!("poll")),
        ]
    );
    assert_eq!(
        history[1]["quotedMessage"],
        json!({ "id": question, "body": "3pm?" })
    );
    assert_eq!(history[0]["kind"], "individual");
    assert_eq!(
        history[2]["poll"],
        json!({ "name": "Lunch?", "options": ["Pizza", "Sushi"], "allowMultipleAnswers": false })
    );
    let path = desk.path(&format!("{}/history?limit=1", desk.chat()));
    let latest = desk.openwa().get(&path).await.expect(200);
    assert_eq!(latest[0]["body"], "Lunch?");
}

#[tokio::test]
async fn reactions_are_grouped_by_emoji() {
    let desk = Desk::start().await;
    let (id, _) = desk.send("send-text", json!({ "text": "done" })).await;
    desk.call("react", json!({ "messageId": id, "emoji": "🎉" }))
        .await
        .expect(200);
    desk.call("react", json!({ "messageId": id, "emoji": "👍" }))
        .await
        .expect(200);
    let react = json!({ "cmd": "react", "message": desk.raw(&id), "text": "👍" });
    desk.peer.command(react).await;
    let path = desk.path(&format!("{}/{id}/reactions", desk.chat()));
    let reactions = wait_until(DEADLINE, "both reactions", async || {
        let reactions = desk.openwa().get(&path).await.expect(200);
        match reactions[0]["senders"].as_array() {
            Some(senders) if senders.len() == 2 => Ok(reactions),
            _ => Err(reactions),
        }
    })
    .await;
    assert_eq!(reactions.as_array().map(Vec::len), Some(1), "{reactions}");
    assert_eq!(reactions[0]["emoji"], "👍");
    let mut senders: Vec<_> = reactions[0]["senders"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|sender| string(sender, "senderId"))
        .collect();
    senders.sort_unstable();
    let mut expected = [desk.chat(), format!("{}@c.us", desk.scene.shop.pn)];
    expected.sort_unstable();
    assert_eq!(senders, expected);
    let path = desk.path(&format!("{}/3EB0000000000000000000/reactions", desk.chat()));
    desk.openwa().get(&path).await.expect(404);
}

#[tokio::test]
async fn the_bytes_of_a_message_are_to_be_had() {
    let desk = Desk::start().await;
    let png = STANDARD.decode(PNG).expect("a constant");
    let image = json!({ "base64": PNG, "mimetype": "image/png" });
    let (id, _) = desk.send("send-image", image).await;
    let page = json!({ "base64": STANDARD.encode("<script>"), "mimetype": "text/html" });
    let (html, _) = desk.send("send-document", page).await;
    let url = |id: &str| {
        let path = desk.path(&format!("{}/{id}/media", desk.chat()));
        format!("{}/api{path}", desk.scene.gateway.base_url())
    };
    let fetch = async |id: &str| {
        let client = reqwest::Client::new();
        let answer = client.get(url(id)).header("x-api-key", MASTER_KEY).send().await;
        answer.expect("the gateway answers")
    };
    let answer = fetch(&id).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "image/png");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    assert_eq!(answer.headers()["content-disposition"], "attachment");
    assert_eq!(answer.bytes().await.expect("a body"), &png[..]);
    // Now that it is here, lists have it too.
    let list = format!("/sessions/{}/messages?type=image", desk.scene.session);
    let page = desk.openwa().get(&list).await.expect(200);
    let media = json!({ "mimetype": "image/png", "data": PNG });
    assert_eq!(page["messages"][0]["metadata"], json!({ "media": media }));
    let list = format!("{list}&inlineMedia=false");
    let page = desk.openwa().get(&list).await.expect(200);
    let media = json!({ "mimetype": "image/png", "omitted": true, "sizeBytes": png.len() });
    assert_eq!(page["messages"][0]["metadata"], json!({ "media": media }));
    let answer = fetch(&html).await;
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");

    let (text, _) = desk.send("send-text", json!({ "text": "no file" })).await;
    let path = desk.path(&format!("{}/{text}/media", desk.chat()));
    let refused = desk.openwa().get(&path).await.expect(404);
    assert_eq!(refused["message"], "No media stored for this message");
}
