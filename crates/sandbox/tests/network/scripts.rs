use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wacore_binary::{Jid, Node};
use wagon_sandbox::{Config, Sandbox};

use crate::support::{Admin, Client, Device, attr, network, ready};

const SHOP: &str = "15550000100";

/// Sends a text to a phone of the cast.
async fn say(device: &mut Device, client: &mut Client, to: &str, id: &str, text: &str) {
    let to = Jid::pn(to);
    device
        .send(client, &to, std::slice::from_ref(&to), id, text)
        .await;
}

/// The next text that a phone writes to the device.
async fn answer(device: &mut Device, client: &mut Client) -> String {
    let message = client.expect_tag("message").await;
    let opened = device.open(&message).await;
    let quoting = opened.extended_text_message.as_option();
    opened
        .conversation
        .clone()
        .or_else(|| quoting?.text.clone())
        .expect("a text")
}

fn is_receipt(id: &str, kind: &str) -> impl Fn(&Node) -> bool {
    move |node| node.tag == "receipt" && attr(node, "id") == id && attr(node, "type") == kind
}

async fn account(admin: &Admin, pn: &str) -> Value {
    admin.get(&format!("/accounts/{pn}")).await
}

#[tokio::test]
async fn the_cast_introduces_itself() {
    let (sandbox, admin) = network().await;
    let listed = admin.get("/accounts").await;
    let echo = &listed[0];
    assert_eq!(
        (&echo["name"], &echo["script"], &echo["online"]),
        (&json!("Echo"), &json!("echo"), &json!(true))
    );
    for account in listed.as_array().unwrap() {
        assert!(
            account["does"].as_str().is_some_and(|does| does.len() > 10),
            "{account}"
        );
    }
    let people = sandbox.people();
    assert_eq!(people.len(), listed.as_array().unwrap().len());
    assert_eq!(people[0].number, "15550000001");
}

#[tokio::test]
async fn the_menu_bot_takes_orders() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    for (id, text, says) in [
        ("M1", "Menu", "1 Opening hours"),
        ("M2", " 1 ", "We are open"),
        ("M3", "2", "Thank you, Wagon Shop."),
        ("M4", "3", "A human will be with you shortly."),
        ("M5", "what?", "3 Talk to a human"),
    ] {
        say(&mut device, &mut client, "15550000011", id, text).await;
        let answer = answer(&mut device, &mut client).await;
        assert!(answer.contains(says), "{text}: {answer}");
    }
}

#[tokio::test]
async fn the_slow_reader_keeps_the_order_of_a_chat() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let script = r#"
        [[scripts.hesitant.on]]
        text = "think"
        do = [{ wait = "300ms" }, "read", { reply = "thought" }]
        [[scripts.hesitant.on]]
        do = [{ reply = "at once" }]
        [[phones]]
        pn = "15550000012"
        script = "hesitant"
    "#;
    let (status, _) = admin.request(Method::PUT, "/scripts", script.to_owned()).await;
    assert_eq!(status, StatusCode::OK);
    say(&mut device, &mut client, "15550000012", "M1", "think").await;
    say(&mut device, &mut client, "15550000012", "M2", "quick").await;
    client.expect("both delivered", is_receipt("M2", "")).await;
    assert_eq!(answer(&mut device, &mut client).await, "thought");
    assert_eq!(answer(&mut device, &mut client).await, "at once");
    client.expect("read in the end", is_receipt("M1", "read")).await;
}

#[tokio::test]
async fn a_phone_that_is_off_hears_everything_once_it_is_on() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let olga = "15550000013";
    assert_eq!(account(&admin, olga).await["online"], false);
    say(&mut device, &mut client, olga, "M1", "are you there?").await;
    client
        .expect("the ack", |node| node.tag == "ack" && attr(node, "id") == "M1")
        .await;
    // The echo phone has answered in the meantime; the phone that is off has not even received.
    say(&mut device, &mut client, "15550000001", "M2", "hello").await;
    client
        .expect("the echo phone reads", is_receipt("M2", "read"))
        .await;
    let inbox = admin.get(&format!("/phones/{olga}/inbox")).await;
    assert_eq!(inbox["entries"], json!([]));

    let body = json!({"online": true}).to_string();
    let (status, _) = admin
        .request(Method::PUT, &format!("/phones/{olga}/online"), body)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    client.expect("delivered", is_receipt("M1", "")).await;
    client.expect("read", is_receipt("M1", "read")).await;
}

#[tokio::test]
async fn a_script_is_given_to_a_phone_by_name() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let path = "/phones/15550000002/script";
    let (status, answered) = admin
        .request(Method::PUT, path, json!({"script": "ecko"}).to_string())
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let error = answered["error"].as_str().unwrap();
    assert!(
        error.contains("`ecko`") && error.contains("echo, joins, media, menu"),
        "{error}"
    );

    let (status, _) = admin
        .request(Method::PUT, path, json!({"script": "echo"}).to_string())
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    say(&mut device, &mut client, "15550000002", "M1", "hello").await;
    assert_eq!(answer(&mut device, &mut client).await, "echo: hello");
}

#[tokio::test]
async fn a_file_with_a_mistake_changes_nothing() {
    let (_sandbox, admin) = network().await;
    let file = "[scripts.new]\n\n[[scripts.new.on]]\ndo = [\"dance\"]\n";
    let (status, answered) = admin.request(Method::PUT, "/scripts", file.to_owned()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let error = answered["error"].as_str().unwrap();
    assert!(error.contains("line 4") && error.contains("dance"), "{error}");
    let names = admin.get("/scripts").await;
    assert!(
        names
            .as_array()
            .unwrap()
            .iter()
            .all(|script| script["name"] != "new")
    );
}

#[tokio::test]
async fn a_file_is_read_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scripts.toml");
    let config = || Config {
        scripts: Some(path.clone()),
        ..Config::default()
    };
    let missing = Sandbox::start(config()).await.expect_err("there is no file");
    assert!(missing.to_string().contains("scripts.toml"), "{missing}");

    std::fs::write(&path, "[[phones]]\npn = \"15550000200\"\nscript = \"shop\"\n").unwrap();
    let wrong = Sandbox::start(config())
        .await
        .expect_err("there is no such script");
    let cause = std::error::Error::source(&wrong).expect("a cause").to_string();
    assert!(cause.contains("line 3") && cause.contains("`shop`"), "{cause}");

    std::fs::write(
        &path,
        "[scripts.shop]\nabout = \"sells\"\n[[phones]]\npn = \"15550000200\"\nscript = \"shop\"\n",
    )
    .unwrap();
    let sandbox = Sandbox::start(config()).await.expect("a valid file");
    let admin = Admin::new(sandbox.addr());
    assert_eq!(account(&admin, "15550000200").await["does"], "sells");
}

#[tokio::test]
async fn a_phone_joins_a_group_by_its_link_and_leaves_it_when_asked() {
    let (_sandbox, admin) = network().await;
    let jo = "15550000015";
    let group = admin
        .post(
            "/phones/15550000100/groups",
            json!({"subject": "Trip", "participants": ["15550000002"]}),
        )
        .await;
    let id = group["group"]["jid"].as_str().expect("a group").to_owned();
    let link = admin.get(&format!("/phones/{SHOP}/groups/{id}/invite")).await;
    let link = link["link"].as_str().expect("a link");
    let write = |to: String, text: String| {
        let admin = admin.clone();
        async move {
            admin
                .post(
                    &format!("/phones/{SHOP}/messages"),
                    json!({"to": to, "text": text}),
                )
                .await
        }
    };
    let mut next = json!(0);
    for (to, text, says) in [
        (jo.to_owned(), format!("Come along: {link}"), "I am coming."),
        (id.clone(), "Who is there?".to_owned(), "I have read that"),
        (id.clone(), "bye".to_owned(), "Goodbye everybody."),
    ] {
        write(to, text).await;
        let mut said = false;
        while !said {
            let seen = admin
                .get(&format!("/phones/{SHOP}/inbox?since={next}&wait=10"))
                .await;
            let entries = seen["entries"].as_array().unwrap();
            assert!(!entries.is_empty(), "{says}");
            said = entries
                .iter()
                .any(|entry| entry["text"].as_str().is_some_and(|text| text.contains(says)));
            next = seen["next"].clone();
        }
    }
    let gone = |group: &Value| {
        let people = group["participants"].as_array().unwrap();
        people.iter().all(|person| person["pn"] != jo)
    };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while !gone(&admin.get(&format!("/groups/{id}")).await) {
        assert!(std::time::Instant::now() < deadline, "Jo leaves");
        tokio::task::yield_now().await;
    }
}
