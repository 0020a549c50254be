use serde_json::json;
use wacore_binary::{Node, builder::NodeBuilder};

use super::{ECHO, READER, SHOP, action, create, created_by, lid, roles, seen};
use crate::support::{attr, child, error_code, network, ready};

/// Address and error of each participant of an answer.
fn outcomes(reply: &Node, tag: &str) -> Vec<(String, String)> {
    child(reply, tag)
        .get_children_by_tag("participant")
        .map(|one| (attr(one, "jid"), attr(one, "error")))
        .collect()
}

#[tokio::test]
async fn people_come_and_go_each_with_their_own_outcome() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = create(&mut client, &[READER]).await;
    let to = group.to_string();
    let reply = client
        .group_request("set", &to, action("add", &[ECHO, READER, "15559999999"]))
        .await;
    assert_eq!(
        outcomes(&reply, "add"),
        [
            (lid(&admin, ECHO).await, String::new()),
            (lid(&admin, READER).await, "409".to_owned()),
            ("15559999999@s.whatsapp.net".to_owned(), "404".to_owned()),
        ]
    );
    let news = client.group_news("add").await;
    let added = child(child(&news, "add"), "participant");
    assert_eq!(
        (attr(added, "jid"), attr(added, "phone_number")),
        (lid(&admin, ECHO).await, format!("{ECHO}@s.whatsapp.net"))
    );
    seen(&admin, ECHO, |entry| entry["type"] == "create").await;
    seen(&admin, READER, |entry| entry["type"] == "add").await;

    let reply = client
        .group_request("set", &to, action("remove", &[ECHO, ECHO]))
        .await;
    let codes: Vec<_> = outcomes(&reply, "remove")
        .into_iter()
        .map(|(_, error)| error)
        .collect();
    assert_eq!(codes, ["", "404"], "the second time nobody is there");
    client.group_news("remove").await;
    seen(&admin, ECHO, |entry| entry["type"] == "remove").await;
    let member = |pn: &str, role: &str| (pn.to_owned(), role.to_owned());
    assert_eq!(
        roles(&admin, &group).await,
        [member(READER, "member"), member(SHOP, "superadmin")]
    );
}

#[tokio::test]
async fn admins_are_made_and_unmade() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = create(&mut client, &[READER]).await;
    let to = group.to_string();
    client
        .group_request("set", &to, action("promote", &[READER]))
        .await;
    let promoted = client.group_news("promote").await;
    assert_eq!(
        attr(child(child(&promoted, "promote"), "participant"), "type"),
        "admin"
    );
    let path = format!("/phones/{READER}/groups/{group}/members");
    let refused = admin
        .post(&path, json!({"action": "demote", "participants": [SHOP]}))
        .await;
    assert_eq!(
        refused["participants"][0]["error"], 406,
        "not who created the group"
    );
    client
        .group_request("set", &to, action("demote", &[READER]))
        .await;
    client.group_news("demote").await;
    assert_eq!(roles(&admin, &group).await[0].1, "member");
}

#[tokio::test]
async fn members_are_no_admins_and_strangers_no_members() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = created_by(&admin, READER, json!({"participants": [SHOP]}))
        .await
        .to_string();
    for tag in ["remove", "promote", "demote"] {
        let reply = client.group_request("set", &group, action(tag, &[READER])).await;
        assert_eq!(error_code(&reply), "403", "{tag}");
    }
    // Members may add, unless an admin says otherwise.
    let reply = client.group_request("set", &group, action("add", &[ECHO])).await;
    assert_eq!(attr(&reply, "type"), "result");
    let (status, _) = admin
        .request(
            reqwest::Method::PATCH,
            &format!("/phones/{READER}/groups/{group}"),
            json!({"membersMayAdd": false}).to_string(),
        )
        .await;
    assert!(status.is_success());
    let reply = client.group_request("set", &group, action("add", &[ECHO])).await;
    assert_eq!(error_code(&reply), "403");
    let foreign = created_by(&admin, READER, json!({})).await.to_string();
    let reply = client
        .group_request("set", &foreign, action("add", &[ECHO]))
        .await;
    assert_eq!(error_code(&reply), "403");
    let reply = client
        .group_request("set", &group, NodeBuilder::new("add").build())
        .await;
    assert_eq!(error_code(&reply), "400");
}

#[tokio::test]
async fn whoever_leaves_is_gone_and_a_group_keeps_an_admin() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = create(&mut client, &[ECHO, READER]).await;
    let leave = || {
        let own = NodeBuilder::new("group").attr("id", &group).build();
        NodeBuilder::new("leave").children([own]).build()
    };
    let reply = client.group_request("set", "g.us", leave()).await;
    assert_eq!(attr(&reply, "type"), "result");
    let news = client.group_news("remove").await;
    assert_eq!(
        attr(&news, "participant"),
        attr(child(child(&news, "remove"), "participant"), "jid")
    );
    let member = |pn: &str, role: &str| (pn.to_owned(), role.to_owned());
    assert_eq!(
        roles(&admin, &group).await,
        [member(ECHO, "admin"), member(READER, "member")]
    );
    seen(&admin, READER, |entry| entry["type"] == "promote").await;
    let again = client.group_request("set", "g.us", leave()).await;
    assert_eq!(error_code(&again), "403");
}
