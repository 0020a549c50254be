use std::collections::BTreeSet;

use wacore_binary::{Jid, builder::NodeBuilder};

use crate::support::{attr, bytes, child, linked, network};

#[tokio::test]
async fn an_unknown_request_is_refused_and_counted() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    let mut client = device.log_in(&admin).await;
    let reply = client
        .request("get", "urn:nothing", vec![NodeBuilder::new("question").build()])
        .await;
    assert_eq!(attr(&reply, "type"), "error");
    assert_eq!(attr(child(&reply, "error"), "code"), "501");
    assert_eq!(
        admin.get("/stats").await["unknown"]["iq|urn:nothing|get|question"],
        1
    );
}

#[tokio::test]
async fn every_request_around_a_login_is_answered() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    let mut client = device.log_in(&admin).await;
    device.upload_keys(&mut client, 1..4).await;
    let node = |tag| NodeBuilder::new(tag).build();
    for (kind, xmlns, content) in [
        ("get", "encrypt", vec![node("count")]),
        ("get", "encrypt", vec![node("digest")]),
        ("get", "abt", vec![node("props")]),
        ("get", "w:p", vec![]),
        ("get", "privacy", vec![node("privacy")]),
        ("get", "blocklist", vec![]),
        ("set", "w:m", vec![node("media_conn")]),
        ("set", "urn:xmpp:whatsapp:dirty", vec![node("clean")]),
        ("set", "w:sync:app:state", vec![node("sync")]),
    ] {
        let reply = client.request(kind, xmlns, content).await;
        assert_eq!(attr(&reply, "type"), "result", "{kind} {xmlns}");
    }
    let media = client.request("set", "w:m", vec![node("media_conn")]).await;
    let host = child(child(&media, "media_conn"), "host");
    assert_eq!(attr(host, "hostname"), admin.addr.to_string());
    assert_eq!(admin.get("/stats").await["unknown"], serde_json::json!({}));
}

#[tokio::test]
async fn device_lists_are_answered_in_the_space_they_were_asked_in() {
    let (_sandbox, admin) = network().await;
    let device = linked(&admin, "15550000100").await;
    let mut client = device.log_in(&admin).await;
    let lid = admin.get("/accounts/15550000100").await["lid"]
        .as_str()
        .unwrap()
        .to_owned();
    for asked in [Jid::pn("15550000100"), Jid::lid(lid.as_str())] {
        let query =
            ["devices", "lid"].map(|protocol| NodeBuilder::new(protocol).attr("version", "2").build());
        let usync = NodeBuilder::new("usync")
            .attr("sid", "1")
            .attr("mode", "query")
            .attr("context", "message")
            .children([
                NodeBuilder::new("query").children(query).build(),
                NodeBuilder::new("list")
                    .children([NodeBuilder::new("user").attr("jid", &asked).build()])
                    .build(),
            ])
            .build();
        let reply = client.request("get", "usync", vec![usync]).await;
        let user = child(child(child(&reply, "usync"), "list"), "user");
        assert_eq!(attr(user, "jid"), asked.to_string());
        assert_eq!(attr(child(user, "lid"), "val"), format!("{lid}@lid"));
        let devices = child(user, "devices");
        let ids: BTreeSet<String> = child(devices, "device-list")
            .get_children_by_tag("device")
            .map(|device| attr(device, "id"))
            .collect();
        assert_eq!(ids, BTreeSet::from(["0".to_owned(), "1".to_owned()]));
        let signed =
            waproto::codec::adv_signed_key_index_list_decode(&bytes(child(devices, "key-index-list")));
        let list = waproto::codec::adv_key_index_list_decode(&signed.unwrap().details.unwrap()).unwrap();
        assert_eq!(list.valid_indexes, [1]);
    }
}

#[tokio::test]
async fn a_device_short_of_keys_is_asked_for_more() {
    let (_sandbox, admin) = network().await;
    let short = linked(&admin, "15550000100").await;
    let mut client = short.log_in(&admin).await;
    short.upload_keys(&mut client, 1..12).await;
    client.activate().await;
    let other = linked(&admin, "15550000002").await;
    let mut fetcher = other.log_in(&admin).await;
    for _ in 0..2 {
        let wanted = NodeBuilder::new("user").attr("jid", &short.jid).build();
        fetcher
            .request(
                "get",
                "encrypt",
                vec![NodeBuilder::new("key").children([wanted]).build()],
            )
            .await;
    }
    let notice = client
        .expect("a call for keys", |node| attr(node, "type") == "encrypt")
        .await;
    assert_eq!(attr(child(&notice, "count"), "value"), "9");
    let gone: Jid = "15550000100:7@s.whatsapp.net".parse().unwrap();
    let wanted = NodeBuilder::new("user").attr("jid", &gone).build();
    let reply = fetcher
        .request(
            "get",
            "encrypt",
            vec![NodeBuilder::new("key").children([wanted]).build()],
        )
        .await;
    let user = child(child(&reply, "list"), "user");
    assert_eq!(attr(child(user, "error"), "code"), "406");
}
