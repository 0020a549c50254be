use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{SHOP, fault, hits};
use crate::support::{attr, linked, network, network_with};
use wagon_sandbox::Config;

#[tokio::test]
async fn a_reset_forgets_faults_but_not_devices() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    admin
        .post("/faults", json!({"action": {"kind": "swallow"}}))
        .await;
    admin.post("/reset", json!({})).await;
    let mut client = device.log_in(&admin).await;
    client.request("get", "w:p", vec![]).await;
    let trace = admin.get("/trace?account=15550000100&limit=2").await;
    assert_eq!(trace[0]["direction"], "in");
    assert!(trace[0]["stanza"].as_str().unwrap().contains("xmlns=w:p"));
}
#[tokio::test]
async fn faults_are_listed_with_what_they_have_done() {
    let (_sandbox, admin) = network().await;
    let mut client = linked(&admin, SHOP).await.log_in(&admin).await;
    let pings = fault(
        &admin,
        json!({"match": {"tag": "iq", "xmlns": "w:p", "type": "get"}, "action": {"kind": "delay", "ms": 1}, "count": 2}),
    )
    .await;
    let other = fault(
        &admin,
        json!({"match": {"ids": ["nobody"]}, "action": {"kind": "swallow"}, "ttl": 60}),
    )
    .await;
    for _ in 0..3 {
        client.request("get", "w:p", vec![]).await;
    }
    let listed = admin.get("/faults").await;
    assert_eq!((&listed[0]["id"], &listed[0]["hits"]), (&json!(pings), &json!(2)));
    assert_eq!(listed[0]["state"], "spent");
    assert_eq!((&listed[1]["id"], &listed[1]["hits"]), (&json!(other), &json!(0)));
    assert_eq!(listed[1]["state"], "active");
    assert!(listed[1]["expiresIn"].as_u64().is_some_and(|left| left <= 60));
}

#[tokio::test]
async fn a_fault_without_sense_is_refused_with_the_field() {
    let (_sandbox, admin) = network().await;
    for (body, field) in [
        (r#"{"action":{"kind":"explode"}}"#, "action"),
        (r#"{"action":{"kind":"delay"}}"#, "ms"),
        (r#"{"action":{"kind":"delay","ms":"long"}}"#, "action"),
        (r#"{"action":{"kind":"swallow","often":true}}"#, "often"),
        (r#"{"action":{"kind":"swallow"},"probability":2}"#, "probability"),
        (
            r#"{"action":{"kind":"swallow"},"match":{"colour":"red"}}"#,
            "colour",
        ),
        (
            r#"{"action":{"kind":"swallow"},"scope":{"device":"one"}}"#,
            "scope.device",
        ),
    ] {
        let (status, answer) = admin.request(Method::POST, "/faults", body.to_owned()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        let error = answer["error"].as_str().expect("an error");
        assert!(error.contains(field), "{body}: {error}");
    }
    assert_eq!(admin.get("/faults").await, json!([]));
}

#[tokio::test]
async fn a_run_with_the_same_seed_strikes_the_same_requests() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let config = Config {
            seed: Some(42),
            ..Config::default()
        };
        let (_sandbox, admin) = network_with(config).await;
        let mut client = linked(&admin, SHOP).await.log_in(&admin).await;
        let action = json!({"kind": "iq_error", "code": 503});
        let id = fault(
            &admin,
            json!({"match": {"xmlns": "w:p"}, "action": action, "probability": 0.5}),
        )
        .await;
        let mut kinds = Vec::new();
        for _ in 0..30 {
            let reply = client.request("get", "w:p", vec![]).await;
            kinds.push(attr(&reply, "type"));
        }
        let errors = kinds.iter().filter(|kind| *kind == "error").count();
        assert!((3..27).contains(&errors), "{kinds:?}");
        assert_eq!(hits(&admin, id).await, errors as u64);
        runs.push(kinds);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn the_clock_can_be_set_apart() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, SHOP).await;
    let now = admin.get("/clock").await["now"].as_u64().unwrap();
    let ahead = admin.post("/clock", json!({"offset": 86_400})).await;
    assert!(ahead["now"].as_u64().unwrap() >= now + 86_400);
    let mut client = device.log_in(&admin).await;
    let reply = client.request("get", "w:p", vec![]).await;
    assert!(attr(&reply, "t").parse::<u64>().unwrap() >= now + 86_400);
    admin.post("/reset", json!({})).await;
    assert_eq!(admin.get("/clock").await["offset"], 0);
}
