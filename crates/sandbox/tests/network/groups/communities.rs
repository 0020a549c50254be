use serde_json::json;
use wacore_binary::{Jid, Node, builder::NodeBuilder};

use super::{ECHO, READER, SHOP, action, create, created_by, roles, seen};
use crate::support::{Admin, Client, attr, child, error_code, network, node, ready};

/// Creates a community; answers its address and that of its announcement group.
async fn community(admin: &Admin, client: &mut Client) -> (Jid, Jid) {
    let create = NodeBuilder::new("create")
        .attr("subject", "Village")
        .children([node("parent")])
        .build();
    let reply = client.group_request("set", "g.us", create).await;
    let parent = Jid::group(attr(child(&reply, "group"), "id"));
    child(child(&reply, "group"), "parent");
    client.group_news("create").await;
    let groups = admin.get("/groups").await;
    let announcements = groups
        .as_array()
        .unwrap()
        .iter()
        .find(|group| group["parent"] == parent.to_string());
    let announcements = announcements.expect("an announcement group");
    assert_eq!(
        (&announcements["announcement"], &announcements["subject"]),
        (&json!(true), &json!("Village"))
    );
    (parent, announcements["jid"].as_str().unwrap().parse().unwrap())
}

fn groups(tag: &'static str, jids: &[&Jid]) -> NodeBuilder {
    let groups = jids
        .iter()
        .map(|jid| NodeBuilder::new("group").attr("jid", *jid).build());
    NodeBuilder::new(tag).children(groups)
}

fn links(jids: &[&Jid]) -> Node {
    let link = groups("link", jids).attr("link_type", "sub_group").build();
    NodeBuilder::new("links").children([link]).build()
}

fn errors(container: &Node) -> Vec<String> {
    container
        .get_children_by_tag("group")
        .map(|group| attr(group, "error"))
        .collect()
}

#[tokio::test]
async fn groups_become_part_of_a_community_and_their_members_too() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let (parent, announcements) = community(&admin, &mut client).await;
    let to = parent.to_string();
    let own = create(&mut client, &[READER]).await;
    let foreign = created_by(&admin, ECHO, json!({})).await;
    let nowhere = Jid::group("120363999999999999");
    let reply = client
        .group_request("set", &to, links(&[&own, &foreign, &nowhere]))
        .await;
    assert_eq!(errors(child(child(&reply, "links"), "link")), ["", "403", "404"]);
    let news = client
        .expect("a link", |node| {
            attr(node, "from") == own.to_string() && node.get_optional_child("link").is_some()
        })
        .await;
    assert_eq!(attr(child(&news, "link"), "link_type"), "parent_group");
    for group in [&parent, &announcements] {
        assert!(roles(&admin, group).await.iter().any(|(pn, _)| pn == READER));
    }
    let again = client.group_request("set", &to, links(&[&own])).await;
    assert_eq!(errors(child(child(&again, "links"), "link")), ["409"]);

    let query = NodeBuilder::new("query_linked")
        .attr("type", "sub_group")
        .attr("jid", &own)
        .build();
    let reply = client.group_request("get", &to, query).await;
    let shown = child(child(&reply, "linked_group"), "group");
    assert_eq!(attr(child(shown, "linked_parent"), "jid"), to);
    let reply = client
        .group_request("get", &to, node("linked_groups_participants"))
        .await;
    let people = child(&reply, "linked_groups_participants");
    assert_eq!(people.get_children_by_tag("participant").count(), 2);

    let unlink = groups("unlink", &[&own, &foreign])
        .attr("unlink_type", "sub_group")
        .build();
    let reply = client.group_request("set", &to, unlink).await;
    assert_eq!(errors(child(&reply, "unlink")), ["", "404"]);
    assert_eq!(admin.get(&format!("/groups/{own}")).await.get("parent"), None);
}

#[tokio::test]
async fn members_of_a_community_join_its_groups() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let village = created_by(&admin, READER, json!({"community": true, "participants": [SHOP]})).await;
    let room = created_by(&admin, READER, json!({"parent": village.to_string()})).await;
    let join = || NodeBuilder::new("join_linked_group").attr("jid", &room).build();
    let reply = client.group_request("set", &village.to_string(), join()).await;
    assert_eq!(
        attr(child(child(&reply, "linked_group"), "group"), "id"),
        room.user.to_string()
    );
    seen(&admin, READER, |entry| {
        entry["type"] == "add" && entry["chat"] == room.to_string()
    })
    .await;
    assert_eq!(roles(&admin, &room).await.len(), 2);
    let other = created_by(&admin, ECHO, json!({"community": true})).await;
    assert_eq!(
        error_code(&client.group_request("set", &other.to_string(), join()).await),
        "403"
    );
    let delete = client
        .group_request("set", &village.to_string(), node("delete_parent"))
        .await;
    assert_eq!(error_code(&delete), "403", "only its admins end a community");
}

#[tokio::test]
async fn a_community_ends_and_its_groups_stay() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let (parent, announcements) = community(&admin, &mut client).await;
    let own = create(&mut client, &[READER]).await;
    client
        .group_request("set", &parent.to_string(), links(&[&own]))
        .await;
    let mut remove = action("remove", &[READER]);
    remove.attrs.insert("linked_groups", "true");
    client.group_request("set", &parent.to_string(), remove).await;
    for group in [&parent, &announcements, &own] {
        assert_eq!(roles(&admin, group).await.len(), 1, "removed everywhere");
    }
    let reply = client
        .group_request("set", &parent.to_string(), node("delete_parent"))
        .await;
    assert_eq!(attr(&reply, "type"), "result");
    client.group_news("delete").await;
    let left = admin.get("/groups").await;
    let left: Vec<_> = left
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["jid"].clone())
        .collect();
    assert_eq!(left, [json!(own.to_string())]);
    let plain = client
        .group_request("set", &own.to_string(), node("delete_parent"))
        .await;
    assert_eq!(error_code(&plain), "406", "not a community");
}
