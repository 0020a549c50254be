//! Phones that answer with more than text: files of every kind, votes, reactions.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wagon_sandbox::Sandbox;

use crate::support::{Admin, network};

const SHOP: &str = "15550000100";
const VERA: &str = "15550000016";
const MIA: &str = "15550000017";

/// A phone and how far its inbox has been read.
struct Reader {
    admin: Admin,
    next: u64,
}

impl Reader {
    async fn start() -> (Sandbox, Self) {
        let (sandbox, admin) = network().await;
        (sandbox, Self { admin, next: 0 })
    }

    async fn write(&self, to: &str, mut message: Value) {
        message["to"] = to.into();
        self.admin
            .post(&format!("/phones/{SHOP}/messages"), message)
            .await;
    }

    /// The next message, whoever writes it.
    async fn next_message(&mut self) -> Value {
        loop {
            let path = format!("/phones/{SHOP}/inbox?since={}&wait=10", self.next);
            let inbox = self.admin.get(&path).await;
            let entries = inbox["entries"].as_array().expect("a list");
            assert!(!entries.is_empty(), "no message comes");
            if let Some(message) = entries.iter().find(|entry| entry["kind"] == "message") {
                self.next = message["seq"].as_u64().expect("a number");
                return message.clone();
            }
            self.next = inbox["next"].as_u64().expect("a number");
        }
    }
}

#[tokio::test]
async fn media_of_every_type_come_when_they_are_named() {
    let (_sandbox, mut shop) = Reader::start().await;
    shop.write(MIA, json!({ "text": "everything" })).await;
    let mut kinds = Vec::new();
    for _ in 0..12 {
        let message = shop.next_message().await;
        let kind = message["type"].as_str().expect("a kind").to_owned();
        if message["sha256"].is_string() {
            let id = message["id"].as_str().expect("an id");
            let url = format!("http://{}/admin/phones/{SHOP}/media/{id}", shop.admin.addr);
            let file = reqwest::get(url).await.unwrap();
            assert_eq!(file.status(), StatusCode::OK, "{message}");
            let bytes = file.bytes().await.unwrap();
            assert_eq!(json!(bytes.len()), message["size"], "{message}");
        }
        let trait_of = |name: &str| message[name] == true;
        let trait_of = ["ptt", "gif", "view_once", "live"]
            .into_iter()
            .find(|name| trait_of(name));
        kinds.push((kind, trait_of));
    }
    let kind = |kind: &str| (kind.to_owned(), None);
    let with = |kind: &str, what| (kind.to_owned(), Some(what));
    let expected = [
        kind("image"),
        kind("video"),
        with("video", "gif"),
        kind("audio"),
        with("audio", "ptt"),
        kind("document"),
        kind("sticker"),
        with("image", "view_once"),
        kind("location"),
        with("location", "live"),
        kind("contact"),
        kind("poll"),
    ];
    assert_eq!(kinds, expected);

    shop.write(MIA, json!({ "text": "View once" })).await;
    assert_eq!(shop.next_message().await["view_once"], true);
    shop.write(MIA, json!({ "text": "what can you do?" })).await;
    let help = shop.next_message().await;
    assert!(
        help["text"]
            .as_str()
            .is_some_and(|text| text.contains("`sticker`")),
        "{help}"
    );
}

#[tokio::test]
async fn polls_are_voted_in() {
    let (_sandbox, mut shop) = Reader::start().await;
    let poll =
        json!({ "poll": { "name": "Lunch?", "options": ["Soup", "Bread"], "selectable": 1 }, "id": "POLL1" });
    shop.write(VERA, poll).await;
    let vote = shop.next_message().await;
    assert_eq!(
        (&vote["type"], &vote["poll"]),
        (&json!("vote"), &json!("POLL1")),
        "{vote}"
    );
    assert_eq!(vote["options"], json!(["Soup"]));

    let script = r#"
        [[scripts.picky.on]]
        type = "poll"
        do = [{ vote = "Bread" }, { react = "🥖" }]
        [[scripts.picky.on]]
        do = [{ vote = 1 }, { send = { location = { latitude = 52.5, longitude = 13.4, name = "Bakery" } } }]
        [[phones]]
        pn = "15550000002"
        script = "picky"
    "#;
    let (status, _) = shop
        .admin
        .request(Method::PUT, "/scripts", script.to_owned())
        .await;
    assert_eq!(status, StatusCode::OK);
    let poll =
        json!({ "poll": { "name": "Lunch?", "options": ["Soup", "Bread"], "selectable": 1 }, "id": "POLL2" });
    shop.write("15550000002", poll).await;
    assert_eq!(shop.next_message().await["options"], json!(["Bread"]));
    let reaction = shop.next_message().await;
    assert_eq!(reaction["emoji"], "🥖", "{reaction}");
    assert_eq!(reaction["target"]["id"], "POLL2");
    // There is nothing to vote for in a text; the script goes on.
    shop.write("15550000002", json!({ "text": "Where?" })).await;
    let place = shop.next_message().await;
    assert_eq!(
        (&place["type"], &place["name"]),
        (&json!("location"), &json!("Bakery")),
        "{place}"
    );
}

#[tokio::test]
async fn a_step_that_makes_no_sense_is_explained() {
    let (_sandbox, shop) = Reader::start().await;
    for (step, says) in [
        (r"{ vote = 0 }", "the number of an option, from 1, or its text"),
        (
            r#"{ sample = "smell" }"#,
            "unknown variant `smell`, expected one of `image`",
        ),
        (
            r#"{ send = { media = { kind = "image" } } }"#,
            "missing field `data`",
        ),
    ] {
        let script = format!("[[scripts.x.on]]\ndo = [{step}]\n");
        let (status, answer) = shop.admin.request(Method::PUT, "/scripts", script).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
        let error = answer["error"].as_str().expect("words");
        assert!(
            error.contains(says) && error.contains("line 2"),
            "{step}: {error}"
        );
    }
}
