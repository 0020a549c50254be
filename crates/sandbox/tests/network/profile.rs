use reqwest::{Method, StatusCode};
use serde_json::json;
use wacore_binary::{Jid, Node, builder::NodeBuilder};

use crate::support::{Admin, Client, attr, bytes, child, network, ready};

const ECHO: &str = "15550000001";
const READER: &str = "15550000002";
const SHOP: &str = "15550000100";
const PIXELS: &[u8] = b"\xff\xd8\xff\xe0 a picture";

/// Lets the accounts know each other: who shares a chat hears of changes.
async fn acquaint(admin: &Admin, one: &str, other: &str) {
    admin
        .post(
            &format!("/phones/{one}/messages"),
            json!({"to": other, "text": "hello"}),
        )
        .await;
}

async fn set_picture(client: &mut Client, image: Option<&[u8]>) -> Node {
    let picture = image.map(|image| {
        let picture = NodeBuilder::new("picture").attr("type", "image");
        picture.bytes(image.to_vec()).build()
    });
    client
        .request("set", "w:profile:picture", picture.into_iter().collect())
        .await
}

async fn get_picture(client: &mut Client, of: &str) -> Node {
    let wanted = NodeBuilder::new("picture")
        .attr("type", "preview")
        .attr("query", "url")
        .build();
    let iq = NodeBuilder::new("iq")
        .attr("id", "picture")
        .attr("type", "get")
        .attr("xmlns", "w:profile:picture")
        .attr("to", "s.whatsapp.net")
        .attr("target", Jid::pn(of))
        .children([wanted])
        .build();
    client.send(iq).await;
    client
        .expect("a reply", |node| {
            node.tag == "iq" && attr(node, "id") == "picture"
        })
        .await
}

#[tokio::test]
async fn a_picture_is_set_seen_fetched_and_removed() {
    let (_sandbox, admin) = network().await;
    acquaint(&admin, SHOP, READER).await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let (_witness, mut other) = ready(&admin, READER).await;
    assert_eq!(
        attr(&get_picture(&mut other, SHOP).await, "type"),
        "error",
        "none yet"
    );

    let reply = set_picture(&mut client, Some(PIXELS)).await;
    let id = attr(child(&reply, "picture"), "id");
    let notice = other
        .expect("the news", |node| attr(node, "type") == "picture")
        .await;
    assert_eq!(attr(child(&notice, "set"), "id"), id);
    let found = get_picture(&mut other, SHOP).await;
    let url = attr(child(&found, "picture"), "url");
    let image = reqwest::get(url).await.unwrap().bytes().await.unwrap();
    assert_eq!(&image[..], PIXELS);

    set_picture(&mut client, None).await;
    other
        .expect("the removal", |node| node.get_optional_child("delete").is_some())
        .await;
    assert_eq!(attr(&get_picture(&mut other, SHOP).await, "type"), "error");
}

#[tokio::test]
async fn contacts_hear_of_a_new_about_text_and_can_ask_for_it() {
    let (_sandbox, admin) = network().await;
    acquaint(&admin, SHOP, READER).await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let path = format!("/phones/{READER}/profile");
    let body = json!({"about": "On holiday", "disappearing": 86_400}).to_string();
    let (status, _) = admin.request(Method::PATCH, &path, body).await;
    assert_eq!(status, StatusCode::OK);
    let notice = client
        .expect("the news", |node| attr(node, "type") == "status")
        .await;
    assert_eq!(bytes(child(&notice, "set")), b"On holiday");

    let protocols = ["status", "disappearing_mode", "contact"].map(|tag| NodeBuilder::new(tag).build());
    let usync = NodeBuilder::new("usync")
        .attr("sid", "1")
        .children([
            NodeBuilder::new("query").children(protocols).build(),
            NodeBuilder::new("list")
                .children([NodeBuilder::new("user").attr("jid", Jid::pn(READER)).build()])
                .build(),
        ])
        .build();
    let reply = client.request("get", "usync", vec![usync]).await;
    let user = child(child(child(&reply, "usync"), "list"), "user");
    assert_eq!(bytes(child(user, "status")), b"On holiday");
    assert_eq!(attr(child(user, "disappearing_mode"), "duration"), "86400");
    assert_eq!(attr(child(user, "contact"), "type"), "in");
}

#[tokio::test]
async fn who_is_blocked_is_not_heard() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let lid = admin.get(&format!("/accounts/{READER}")).await["lid"].clone();
    let lid = lid.as_str().unwrap();
    let item = |action: &'static str| {
        NodeBuilder::new("item")
            .attr("jid", Jid::lid(lid))
            .attr("action", action)
            .build()
    };
    let reply = client.request("set", "blocklist", vec![item("block")]).await;
    let listed = child(child(&reply, "list"), "item");
    assert_eq!(attr(listed, "jid"), format!("{lid}@lid"));
    let write = |id: &'static str| json!({"to": SHOP, "text": "psst", "id": id});
    let path = format!("/phones/{READER}/messages");
    admin.post(&path, write("UNHEARD")).await;
    client.request("set", "blocklist", vec![item("unblock")]).await;
    admin.post(&path, write("HEARD")).await;
    let message = client.expect("a message", |node| node.tag == "message").await;
    assert_eq!(attr(&message, "id"), "HEARD");
}

#[tokio::test]
async fn privacy_settings_are_kept_and_shared_with_the_other_devices() {
    let (_sandbox, admin) = network().await;
    let (_one, mut client) = ready(&admin, SHOP).await;
    let (_other, mut second) = ready(&admin, SHOP).await;
    let change = NodeBuilder::new("category")
        .attr("name", "last")
        .attr("value", "none")
        .build();
    let privacy = NodeBuilder::new("privacy").children([change]).build();
    let reply = client.request("set", "privacy", vec![privacy]).await;
    assert_eq!(attr(child(child(&reply, "privacy"), "category"), "value"), "none");
    second
        .expect("the news", |node| {
            attr(node, "type") == "account_sync" && node.get_optional_child("privacy").is_some()
        })
        .await;
    let wrong = NodeBuilder::new("category")
        .attr("name", "nonsense")
        .attr("value", "all")
        .build();
    let privacy = NodeBuilder::new("privacy").children([wrong]).build();
    let reply = client.request("set", "privacy", vec![privacy]).await;
    assert_eq!(attr(&reply, "type"), "error");
    let profile = admin.get(&format!("/phones/{SHOP}/profile")).await;
    assert_eq!(profile["privacy"]["last"], "none");
}

#[tokio::test]
async fn a_business_has_a_profile_and_people_have_none() {
    let (_sandbox, admin) = network().await;
    let business = json!({"business": {"description": "Shoes", "email": "shop@example.com"}});
    let path = format!("/phones/{READER}/profile");
    let (status, _) = admin.request(Method::PATCH, &path, business.to_string()).await;
    assert_eq!(status, StatusCode::OK);
    let (_device, mut client) = ready(&admin, SHOP).await;
    let asked = [READER, ECHO].map(|pn| NodeBuilder::new("profile").attr("jid", Jid::pn(pn)).build());
    let wanted = NodeBuilder::new("business_profile")
        .attr("v", "244")
        .children(asked)
        .build();
    let reply = client.request("get", "w:biz", vec![wanted]).await;
    let profiles = child(&reply, "business_profile").children().expect("profiles");
    assert_eq!(profiles.len(), 1);
    assert_eq!(bytes(child(&profiles[0], "description")), b"Shoes");
}
