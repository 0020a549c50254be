//! What people see of the network: the page, transcripts, chats and the export.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use serde_json::{Value, json};
use wacore_binary::Jid;

use crate::support::{Admin, linked, network, ready};

const SHOP: &str = "15550000100";

async fn fetch(admin: &Admin, path: &str) -> reqwest::Response {
    reqwest::get(format!("http://{}{path}", admin.addr))
        .await
        .unwrap()
}

#[tokio::test]
async fn the_page_has_all_its_parts() {
    let (_sandbox, admin) = network().await;
    let index = fetch(&admin, "/").await;
    assert!(
        index.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("default-src 'none'")
    );
    let mut wanted: Vec<String> = parts(&index.text().await.unwrap(), "\"/ui/");
    let mut seen = BTreeSet::new();
    while let Some(name) = wanted.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let file = fetch(&admin, &format!("/ui/{name}")).await;
        assert_eq!(file.status(), StatusCode::OK, "{name}");
        let kind = file.headers()["content-type"].to_str().unwrap().to_owned();
        assert_eq!(
            kind.starts_with("text/javascript"),
            name != "style.css",
            "{name}: {kind}"
        );
        wanted.extend(parts(&file.text().await.unwrap(), "from './"));
    }
    assert!(
        seen.contains("style.css") && seen.contains("transcript.js"),
        "{seen:?}"
    );
    assert_eq!(
        fetch(&admin, "/ui/nothing.js").await.status(),
        StatusCode::NOT_FOUND
    );
}

/// The names that follow a mark, up to the closing quote.
fn parts(text: &str, mark: &str) -> Vec<String> {
    let after = text.split(mark).skip(1);
    after
        .filter_map(|rest| rest.split(['"', '\'']).next())
        .map(ToOwned::to_owned)
        .collect()
}

#[tokio::test]
async fn a_transcript_is_filtered() {
    let (_sandbox, admin) = network().await;
    let mut client = linked(&admin, SHOP).await.log_in(&admin).await;
    let id = client.ask("get", "w:p", vec![]).await;
    client.reply_ids(1).await;
    let asked = admin
        .get(&format!(
            "/trace?account={SHOP}&direction=in&tag=iq&id={id}&contains=xmlns=w:p"
        ))
        .await;
    assert_eq!(asked.as_array().unwrap().len(), 1, "{asked}");
    let since = &asked[0]["sequence"];
    let after = admin.get(&format!("/trace?account={SHOP}&since={since}")).await;
    assert_eq!(after[0]["direction"], "out");
    assert!(
        after[0]["stanza"].as_str().unwrap().contains("type=result"),
        "{after}"
    );
    assert_eq!(admin.get("/trace?account=15550000002").await, json!([]));
}

#[tokio::test]
async fn a_transcript_is_followed_live() {
    let (_sandbox, admin) = network().await;
    let mut client = linked(&admin, SHOP).await.log_in(&admin).await;
    let mut followed = fetch(&admin, "/admin/trace/live?direction=in&contains=w:p").await;
    client.request("get", "privacy", vec![]).await;
    let id = client.ask("get", "w:p", vec![]).await;
    let mut text = String::new();
    while !text.contains("\n\n") {
        let chunk = tokio::time::timeout(std::time::Duration::from_secs(10), followed.chunk());
        let chunk = chunk.await.expect("in time").unwrap().expect("goes on");
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    let line: Value = serde_json::from_str(text.trim().strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(line["account"], SHOP);
    assert!(
        line["stanza"].as_str().unwrap().contains(&format!("id={id}")),
        "{line}"
    );
}

#[tokio::test]
async fn chats_show_both_sides() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let echo = Jid::pn("15550000001");
    device
        .send(&mut client, &echo, std::slice::from_ref(&echo), "M1", "hello")
        .await;
    client.expect_tag("message").await;
    let chats = admin.get("/phones/15550000001/chats").await;
    assert_eq!(
        (&chats[0]["chat"], &chats[0]["name"]),
        (&json!("15550000100@s.whatsapp.net"), &json!("Wagon Shop"))
    );
    let messages = &chats[0]["messages"];
    assert_eq!(
        (&messages[0]["text"], &messages[0]["fromMe"]),
        (&json!("hello"), &json!(false))
    );
    assert_eq!(
        (&messages[1]["text"], &messages[1]["fromMe"]),
        (&json!("echo: hello"), &json!(true))
    );
}

#[tokio::test]
async fn a_run_is_exported_whole() {
    let (_sandbox, admin) = network().await;
    let mut client = linked(&admin, SHOP).await.log_in(&admin).await;
    client.request("get", "w:p", vec![]).await;
    admin
        .post(
            "/faults",
            json!({"match": {"ids": ["x"]}, "action": {"kind": "swallow"}}),
        )
        .await;
    let export = fetch(&admin, "/admin/export").await.text().await.unwrap();
    let lines: Vec<Value> = export
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |kind: &str| {
        lines
            .iter()
            .filter(|line| line["kind"] == kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(lines[0]["kind"], "run");
    assert_eq!(lines[0]["seed"], admin.get("/stats").await["seed"]);
    let accounts = admin.get("/accounts").await;
    assert_eq!(of("account").len(), accounts.as_array().unwrap().len());
    assert_eq!(of("fault")[0]["action"]["kind"], "swallow");
    assert_eq!(of("stats")[0]["connections"], 1);
    let pings = of("stanza");
    let pings = pings.iter().filter(|line| {
        line["stanza"]
            .as_str()
            .is_some_and(|stanza| stanza.contains("xmlns=w:p"))
    });
    assert_eq!(pings.count(), 1);
}
