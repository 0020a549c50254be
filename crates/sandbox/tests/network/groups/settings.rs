use serde_json::json;
use wacore_binary::{Node, builder::NodeBuilder};

use super::{READER, SHOP, create, created_by};
use crate::support::{attr, child, error_code, network, node, ready};

fn words(tag: &'static str, text: &str) -> Node {
    NodeBuilder::new(tag).string_content(text).build()
}

fn description(id: &str, previous: Option<&str>, text: Option<&str>) -> Node {
    let mut builder = NodeBuilder::new("description").attr("id", id);
    if let Some(previous) = previous {
        builder = builder.attr("prev", previous);
    }
    match text {
        Some(text) => builder.children([words("body", text)]).build(),
        None => builder.attr("delete", "true").build(),
    }
}

fn approval(state: &'static str) -> Node {
    NodeBuilder::new("membership_approval_mode")
        .children([NodeBuilder::new("group_join").attr("state", state).build()])
        .build()
}

#[tokio::test]
async fn switches_are_told_and_shown() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = create(&mut client, &[READER]).await.to_string();
    let ephemeral = NodeBuilder::new("ephemeral").attr("expiration", 86400u32).build();
    for (on, off, shown) in [
        (node("locked"), node("unlocked"), "locked"),
        (node("announcement"), node("not_announcement"), "announcement"),
        (ephemeral, node("not_ephemeral"), "ephemeral"),
        (approval("on"), approval("off"), "membership_approval_mode"),
        (
            node("allow_admin_reports"),
            node("not_allow_admin_reports"),
            "allow_admin_reports",
        ),
        (
            node("no_frequently_forwarded"),
            node("frequently_forwarded_ok"),
            "no_frequently_forwarded",
        ),
    ] {
        for (switch, expected) in [(on, true), (off, false)] {
            let tag = switch.tag.to_string();
            let reply = client.group_request("set", &group, switch).await;
            assert_eq!(attr(&reply, "type"), "result", "{tag}");
            client.group_news(&tag).await;
            let reply = client.group_request("get", &group, node("query")).await;
            let present = child(&reply, "group").get_optional_child(shown).is_some();
            assert_eq!(present, expected, "{tag}");
        }
    }
    for (tag, word) in [
        ("member_add_mode", "admin_add"),
        ("member_link_mode", "all_member_link"),
    ] {
        client.group_request("set", &group, words(tag, word)).await;
        client.group_news(tag).await;
        let reply = client.group_request("get", &group, node("query")).await;
        let shown = child(child(&reply, "group"), tag);
        assert_eq!(crate::support::bytes(shown), word.as_bytes());
    }
    let reply = client.group_request("set", &group, node("no_such_switch")).await;
    assert_eq!(error_code(&reply), "400");
}

#[tokio::test]
async fn a_subject_is_changed_by_members_until_the_group_is_locked() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = created_by(&admin, READER, json!({"participants": [SHOP]})).await;
    let to = group.to_string();
    client
        .group_request("set", &to, words("subject", "Renamed"))
        .await;
    let news = client.group_news("subject").await;
    assert_eq!(attr(child(&news, "subject"), "subject"), "Renamed");
    let path = format!("/phones/{READER}/groups/{group}");
    let (status, shown) = admin
        .request(reqwest::Method::PATCH, &path, json!({"locked": true}).to_string())
        .await;
    assert!(status.is_success());
    assert_eq!(
        (&shown["subject"], &shown["locked"]),
        (&json!("Renamed"), &json!(true))
    );
    let reply = client.group_request("set", &to, words("subject", "Again")).await;
    assert_eq!(error_code(&reply), "403");
    let reply = client.group_request("set", &to, node("unlocked")).await;
    assert_eq!(error_code(&reply), "403", "only admins turn switches");
    let long = "x".repeat(101);
    let own = create(&mut client, &[]).await.to_string();
    for subject in ["", long.as_str()] {
        let reply = client.group_request("set", &own, words("subject", subject)).await;
        assert_eq!(error_code(&reply), "406");
    }
}

#[tokio::test]
async fn a_description_replaces_the_one_its_author_has_seen() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = create(&mut client, &[]).await.to_string();
    for (change, conflict) in [
        (description("D1", None, Some("first")), false),
        (description("D2", None, Some("second")), true),
        (description("D2", Some("D1"), Some("second")), false),
        (description("D3", Some("D1"), None), true),
    ] {
        let reply = client.group_request("set", &group, change).await;
        assert_eq!(attr(&reply, "type") == "error", conflict, "{reply:?}");
        if conflict {
            assert_eq!(error_code(&reply), "409");
        }
    }
    client.group_news("description").await;
    let reply = client.group_request("get", &group, node("query")).await;
    let shown = child(child(&reply, "group"), "description");
    assert_eq!(attr(shown, "id"), "D2");
    client
        .group_request("set", &group, description("D4", Some("D2"), None))
        .await;
    let reply = client.group_request("get", &group, node("query")).await;
    assert!(child(&reply, "group").get_optional_child("description").is_none());
}

#[tokio::test]
async fn a_picture_is_set_by_members_and_seen_by_all() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let (_other, mut reader) = ready(&admin, READER).await;
    let group = create(&mut client, &[READER]).await;
    let picture = || {
        NodeBuilder::new("picture")
            .attr("type", "image")
            .bytes(vec![9; 64])
            .build()
    };
    let reply = reader.picture_request("set", &group, Some(picture())).await;
    let id = attr(child(&reply, "picture"), "id");
    for device in [&mut client, &mut reader] {
        let news = device
            .expect("the news", |node| {
                attr(node, "type") == "picture" && node.tag == "notification"
            })
            .await;
        assert_eq!(
            (attr(&news, "from"), attr(child(&news, "set"), "id")),
            (group.to_string(), id.clone())
        );
    }
    let asked = NodeBuilder::new("picture")
        .attr("type", "image")
        .attr("query", "url")
        .build();
    let reply = client.picture_request("get", &group, Some(asked)).await;
    let url = attr(child(&reply, "picture"), "url");
    assert_eq!(
        reqwest::get(url).await.unwrap().bytes().await.unwrap(),
        vec![9; 64]
    );
    let batch = NodeBuilder::new("pictures")
        .children([NodeBuilder::new("picture").attr("jid", &group).build()])
        .build();
    let reply = client.group_request("get", "g.us", batch).await;
    assert_eq!(attr(child(child(&reply, "pictures"), "picture"), "id"), id);

    client
        .group_request("set", &group.to_string(), node("locked"))
        .await;
    let reply = reader.picture_request("set", &group, Some(picture())).await;
    assert_eq!(error_code(&reply), "403");
    let reply = client.picture_request("set", &group, None).await;
    assert_eq!(attr(&reply, "type"), "result");
    reader
        .expect("the end of it", |node| {
            node.get_optional_child("delete").is_some()
        })
        .await;
}
