//! Requests to the server and their answers.

use std::time::Duration;

use serde_json::json;
use wacore::request::InfoQuery;
use wacore_binary::{Jid, Server, builder::NodeBuilder};
use wagon_test_kit::cast;
use wagon_wire::{Network, attr};
use whatsapp_rust::request::IqError;

fn server() -> Jid {
    Jid::new("", Server::Pn)
}

#[tokio::test]
async fn a_keepalive_is_answered_with_the_time() {
    let network = Network::start().await;
    let ann = network.client("Ann").await;
    let answer = ann
        .library()
        .send_iq(InfoQuery::get("w:p", server(), None))
        .await
        .unwrap();
    let answer = answer.to_owned_node();
    assert_eq!(attr(&answer, "type"), "result");
    assert!(attr(&answer, "t").parse::<u64>().is_ok(), "{answer:?}");
}

#[tokio::test]
async fn an_unknown_request_is_refused_and_counted() {
    let network = Network::start().await;
    let ann = network.client("Ann").await;
    let child = NodeBuilder::new("teleport").build();
    let content = Some(wacore_binary::NodeContent::Nodes(vec![child]));
    let answer = ann
        .library()
        .send_iq(InfoQuery::set("x:science:fiction", server(), content))
        .await;
    let Err(IqError::ServerError { code, .. }) = answer else {
        panic!("not refused: {answer:?}");
    };
    assert_eq!(code, 501);
    let unknown = network.admin().stats().await["unknown"].clone();
    assert_eq!(unknown["iq|x:science:fiction|set|teleport"], 1, "{unknown}");
}

#[tokio::test]
async fn everything_that_a_session_asks_by_itself_is_known() {
    let network = Network::start().await;
    let mut ann = network.client("Ann").await;
    let bo = network.client("Bo").await;
    ann.send(&bo.jid(), "hello").await;
    bo.wait_text("hello").await;
    network.go_offline(&mut ann).await;
    ann.come_back().await;
    ann.send(&bo.jid(), "hello again").await;
    bo.wait_text("hello again").await;
    let unknown = network.admin().stats().await["unknown"].clone();
    assert_eq!(unknown, json!({}));
}

#[tokio::test]
async fn an_injected_error_and_a_swallowed_request_reach_their_caller() {
    let network = Network::start().await;
    let ann = network.client("Ann").await;
    let asked = json!({ "tag": "iq", "xmlns": "w:p" });
    let scope = json!({ "account": ann.account().pn });
    let fault =
        |action: serde_json::Value| json!({ "scope": scope, "match": asked, "action": action, "count": 1 });

    network
        .admin()
        .fault(fault(json!({ "kind": "iq_error", "code": 503 })))
        .await;
    let ping = || InfoQuery::get("w:p", server(), None).with_timeout(Duration::from_secs(1));
    let answer = ann.library().send_iq(ping()).await;
    assert!(
        matches!(answer, Err(IqError::ServerError { code: 503, .. })),
        "{answer:?}"
    );
    network.admin().fault(fault(json!({ "kind": "swallow" }))).await;
    let answer = ann.library().send_iq(ping()).await;
    assert!(matches!(answer, Err(IqError::Timeout)), "{answer:?}");
    ann.library().send_iq(ping()).await.unwrap();
}

#[tokio::test]
async fn numbers_are_looked_up() {
    let network = Network::start().await;
    let ann = network.client("Ann").await;
    let asked = [Jid::pn(cast::ECHO), Jid::pn("15559999999")];
    let found = ann.library().contacts().is_on_whatsapp(&asked).await.unwrap();
    let known: Vec<(String, bool)> = found
        .iter()
        .map(|result| (result.jid.user.to_string(), result.is_registered))
        .collect();
    assert!(known.contains(&(cast::ECHO.to_owned(), true)), "{known:?}");
    assert!(
        !known.contains(&("15559999999".to_owned(), true)),
        "nobody has this number: {known:?}"
    );
}
