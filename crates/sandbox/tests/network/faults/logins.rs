use serde_json::json;

use super::{SHOP, fault};
use crate::support::{Hello, attr, connect, linked, network};

#[tokio::test]
async fn the_next_login_can_fail() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    let action = json!({"kind": "connect_failure", "reason": 402, "code": 101, "expire": 3600});
    admin.post("/faults", json!({"action": action, "count": 1})).await;
    let mut banned = connect(admin.addr, Hello::Xx, &device.noise, &device.login_payload())
        .await
        .client;
    let failure = banned.expect_tag("failure").await;
    assert_eq!(
        (attr(&failure, "reason"), attr(&failure, "expire")),
        ("402".to_owned(), "3600".to_owned())
    );
    device.log_in(&admin).await;
}

#[tokio::test]
async fn a_login_is_refused_for_any_reason() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, SHOP).await;
    for reason in [401, 403, 405, 500, 503] {
        let action = json!({"kind": "connect_failure", "reason": reason});
        fault(
            &admin,
            json!({"action": action, "scope": {"account": SHOP, "device": 1}, "count": 1}),
        )
        .await;
        let mut refused = connect(admin.addr, Hello::Xx, &device.noise, &device.login_payload())
            .await
            .client;
        let failure = refused.expect_tag("failure").await;
        assert_eq!(attr(&failure, "reason"), reason.to_string());
        assert!(refused.next().await.is_none());
    }
    device.log_in(&admin).await;
}

#[tokio::test]
async fn a_login_that_stalls_gets_no_answer() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, SHOP).await;
    let id = fault(&admin, json!({"action": {"kind": "connect_stall"}, "count": 1})).await;
    let mut stalled = connect(admin.addr, Hello::Xx, &device.noise, &device.login_payload())
        .await
        .client;
    stalled.ask("get", "w:p", vec![]).await;
    let mut client = device.log_in(&admin).await;
    client.request("get", "w:p", vec![]).await;
    assert_eq!(super::hits(&admin, id).await, 1);
    assert!(!stalled.has_heard_anything(), "neither success nor failure");
}
