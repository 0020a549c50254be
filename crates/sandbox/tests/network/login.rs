use reqwest::{Method, StatusCode};
use wacore_binary::builder::NodeBuilder;

use crate::support::{Hello, attr, child, connect, linked, network};

#[tokio::test]
async fn a_second_login_replaces_the_first() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    let mut first = device.log_in(&admin).await;
    let mut second = device.log_in(&admin).await;
    let error = first.expect_tag("stream:error").await;
    assert_eq!(attr(child(&error, "conflict"), "type"), "replaced");
    assert!(first.next().await.is_none(), "the first connection ends");
    second.activate().await;
    let account = admin.get("/accounts/15550000100").await;
    assert_eq!(
        account["devices"][0]["connected"], true,
        "cleaning up the first leaves the second"
    );
}

#[tokio::test]
async fn an_unlinked_device_is_put_out_and_not_let_in_again() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    let mut client = device.log_in(&admin).await;
    let (status, _) = admin
        .request(Method::DELETE, "/accounts/15550000100/devices/1", String::new())
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let error = client.expect_tag("stream:error").await;
    assert_eq!(attr(child(&error, "conflict"), "type"), "device_removed");
    let mut again = connect(admin.addr, Hello::Xx, &device.noise, &device.login_payload())
        .await
        .client;
    assert_eq!(attr(&again.expect_tag("failure").await, "reason"), "401");
}

#[tokio::test]
async fn a_device_can_remove_itself_and_others_hear_of_it() {
    let (_sandbox, admin) = network().await;
    let leaving = linked(&admin, "15550000100").await;
    let staying = linked(&admin, "15550000100").await;
    let mut leaver = leaving.log_in(&admin).await;
    leaving.upload_keys(&mut leaver, 1..3).await;
    let mut stayer = staying.log_in(&admin).await;
    stayer.activate().await;

    let remove = NodeBuilder::new("remove-companion-device")
        .attr("jid", &leaving.jid)
        .attr("reason", "user_initiated")
        .build();
    let reply = leaver.request("set", "md", vec![remove]).await;
    assert_eq!(attr(&reply, "type"), "result");
    leaver.expect_tag("stream:error").await;
    let news = stayer
        .expect("account_sync", |node| attr(node, "type") == "account_sync")
        .await;
    let listed: Vec<String> = child(&news, "devices")
        .get_children_by_tag("device")
        .map(|device| attr(device, "jid"))
        .collect();
    assert_eq!(
        listed,
        ["15550000100@s.whatsapp.net", "15550000100:2@s.whatsapp.net"]
    );
}
