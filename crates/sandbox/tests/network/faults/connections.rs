use serde_json::json;

use super::{SHOP, fault, hits};
use crate::support::{HangUp, attr, child, linked, network};

#[tokio::test]
async fn connections_end_on_command() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    let mut client = device.log_in(&admin).await;
    admin
        .post(
            "/faults",
            json!({"action": {"kind": "stream_error", "code": 503}}),
        )
        .await;
    assert_eq!(attr(&client.expect_tag("stream:error").await, "code"), "503");
    assert!(client.next().await.is_none());

    let mut client = device.log_in(&admin).await;
    admin
        .post(
            "/faults",
            json!({"action": {"kind": "close"}, "scope": {"device": 1}}),
        )
        .await;
    assert!(client.next().await.is_none());
    let listed = admin.get("/faults").await;
    assert_eq!(listed[1]["state"], "spent", "what strikes at once is over");
    assert_eq!(listed[1]["hits"], 1);
}

#[tokio::test]
async fn a_connection_is_dropped_in_any_way() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, SHOP).await;
    for (how, ending) in [
        ("normal", HangUp::Close(1000)),
        ("error", HangUp::Close(1011)),
        ("reset", HangUp::Reset),
        ("eof", HangUp::Eof),
    ] {
        let mut client = device.log_in(&admin).await;
        fault(&admin, json!({"action": {"kind": "close", "how": how}})).await;
        assert_eq!(client.hang_up().await, ending, "{how}");

        let mut client = device.log_in(&admin).await;
        let strike = json!({"action": {"kind": "close", "how": how}, "match": {"xmlns": "w:p"}, "count": 1});
        fault(&admin, strike).await;
        client.ask("get", "w:p", vec![]).await;
        assert_eq!(client.hang_up().await, ending, "{how} by a stanza");
    }
}

#[tokio::test]
async fn streams_end_with_any_error() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, SHOP).await;
    for code in [401, 409, 429, 503, 515, 516] {
        let mut client = device.log_in(&admin).await;
        fault(&admin, json!({"action": {"kind": "stream_error", "code": code}})).await;
        let error = client.expect_tag("stream:error").await;
        assert_eq!(attr(&error, "code"), code.to_string());
        assert!(client.next().await.is_none());
    }
    for conflict in ["replaced", "device_removed"] {
        let mut client = device.log_in(&admin).await;
        let action = json!({"kind": "stream_error", "conflict": conflict});
        fault(&admin, json!({"action": action, "match": {"xmlns": "w:p"}})).await;
        client.ask("get", "w:p", vec![]).await;
        let error = client.expect_tag("stream:error").await;
        assert_eq!(attr(child(&error, "conflict"), "type"), conflict);
        admin.post("/reset", json!({})).await;
    }
}

#[tokio::test]
async fn a_stalled_connection_goes_on_after_a_while() {
    let (_sandbox, admin) = network().await;
    let mut client = linked(&admin, SHOP).await.log_in(&admin).await;
    fault(&admin, json!({"action": {"kind": "stall", "ms": 300}})).await;
    let start = std::time::Instant::now();
    client.request("get", "w:p", vec![]).await;
    assert!(start.elapsed().as_millis() >= 250, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_connection_that_stalls_for_good_stays_open_and_silent() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, SHOP).await;
    let mut client = device.log_in(&admin).await;
    let id = fault(
        &admin,
        json!({"action": {"kind": "stall"}, "match": {"xmlns": "w:p"}, "count": 1}),
    )
    .await;
    client.ask("get", "w:p", vec![]).await;
    client.ask("get", "w:p", vec![]).await;
    // The device is still taken for connected, and its next login replaces the connection.
    let mut again = device.log_in(&admin).await;
    again.request("get", "w:p", vec![]).await;
    assert_eq!(hits(&admin, id).await, 1);
    assert_eq!(
        client.hang_up().await,
        HangUp::Codeless,
        "not one answer before the end"
    );
}
