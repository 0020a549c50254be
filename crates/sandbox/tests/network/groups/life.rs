use serde_json::json;
use wacore_binary::{Jid, builder::NodeBuilder};
use wagon_sandbox::{Config, Sandbox, StateLocation};

use super::{ECHO, READER, SHOP, create, created_by, lid, participant, seen};
use crate::support::{Admin, attr, child, error_code, network, node, ready};

#[tokio::test]
async fn a_new_group_is_shown_to_its_creator_and_told_to_its_members() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let create = NodeBuilder::new("create")
        .attr("subject", "Trip")
        .attr("key", "K1")
        .children([participant(READER), participant("15559999999")])
        .build();
    let reply = client.group_request("set", "g.us", create).await;
    let group = child(&reply, "group");
    assert_eq!(
        (attr(group, "subject"), attr(group, "addressing_mode")),
        ("Trip".to_owned(), "lid".to_owned())
    );
    assert_eq!(attr(group, "creator"), lid(&admin, SHOP).await);
    assert_eq!(attr(group, "creator_pn"), "15550000100@s.whatsapp.net");
    let shown: Vec<_> = group
        .get_children_by_tag("participant")
        .map(|one| {
            (
                attr(one, "jid"),
                attr(one, "phone_number"),
                attr(one, "type"),
                attr(one, "error"),
            )
        })
        .collect();
    let member = |jid: String, pn: &str, role: &str| {
        (
            jid,
            format!("{pn}@s.whatsapp.net"),
            role.to_owned(),
            String::new(),
        )
    };
    assert_eq!(
        shown,
        [
            member(lid(&admin, READER).await, READER, ""),
            member(lid(&admin, SHOP).await, SHOP, "superadmin"),
            (
                "15559999999@s.whatsapp.net".to_owned(),
                String::new(),
                String::new(),
                "404".to_owned()
            ),
        ]
    );

    let news = client.group_news("create").await;
    assert_eq!(attr(&news, "from"), format!("{}@g.us", attr(group, "id")));
    assert_eq!(attr(&news, "participant"), lid(&admin, SHOP).await);
    assert_eq!(attr(&news, "participant_pn"), "15550000100@s.whatsapp.net");
    let told = child(&news, "create");
    assert_eq!(
        (attr(told, "type"), attr(told, "key")),
        ("new".to_owned(), "K1".to_owned())
    );
    assert_eq!(attr(child(told, "group"), "id"), attr(group, "id"));
    let entry = seen(&admin, READER, |entry| entry["kind"] == "group").await;
    assert_eq!(entry["type"], "create");
}

#[tokio::test]
async fn a_group_is_shown_to_members_only() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = create(&mut client, &[READER]).await.to_string();
    let query = || NodeBuilder::new("query").attr("request", "interactive").build();
    let reply = client.group_request("get", &group, query()).await;
    let jids: Vec<Jid> = child(&reply, "group")
        .get_children_by_tag("participant")
        .map(|participant| attr(participant, "jid").parse().unwrap())
        .collect();
    assert_eq!(jids.len(), 2);

    let hash = wacore::messages::MessageUtils::participant_list_hash(&jids).unwrap();
    let known = NodeBuilder::new("query").attr("phash", hash).build();
    let reply = client.group_request("get", &group, known).await;
    assert_eq!(attr(&reply, "type"), "result");
    assert!(reply.get_optional_child("group").is_none(), "nothing has changed");

    let foreign = created_by(&admin, READER, json!({"participants": [ECHO]}))
        .await
        .to_string();
    assert_eq!(
        error_code(&client.group_request("get", &foreign, query()).await),
        "403"
    );
    let nowhere = "120363999999999999@g.us";
    assert_eq!(
        error_code(&client.group_request("get", nowhere, query()).await),
        "404"
    );

    let listed = [&*group, &foreign, nowhere].map(|jid| NodeBuilder::new("group").attr("jid", jid).build());
    let batch = NodeBuilder::new("query").children(listed).build();
    let reply = client.group_request("get", "g.us", batch).await;
    let errors: Vec<_> = child(&reply, "groups")
        .get_children_by_tag("group")
        .map(|group| attr(group, "error"))
        .collect();
    assert_eq!(errors, ["", "403", "404"]);
}

#[tokio::test]
async fn a_device_lists_the_groups_it_is_in() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let own = create(&mut client, &[]).await;
    let theirs = created_by(
        &admin,
        READER,
        json!({"participants": [SHOP], "description": "About it"}),
    )
    .await;
    created_by(&admin, READER, json!({"participants": [ECHO]})).await;
    let participating = NodeBuilder::new("participating")
        .children([node("participants"), node("description")])
        .build();
    let reply = client.group_request("get", "g.us", participating).await;
    let mut shown: Vec<_> = child(&reply, "groups")
        .get_children_by_tag("group")
        .map(|group| {
            (
                attr(group, "id"),
                group.get_optional_child("description").is_some(),
            )
        })
        .collect();
    shown.sort();
    let mut expected = [(own.user.to_string(), false), (theirs.user.to_string(), true)];
    expected.sort();
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn groups_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        state: StateLocation::File(folder.path().join("state.json")),
        ..Config::default()
    };
    let sandbox = Sandbox::start(config.clone()).await.unwrap();
    let admin = Admin::new(sandbox.addr());
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let group = created_by(&admin, READER, json!({"participants": [SHOP]})).await;
    let path = format!("/phones/{READER}/groups/{group}");
    let link = admin.get(&format!("{path}/invite")).await["code"]
        .as_str()
        .unwrap()
        .to_owned();
    let (status, renewed) = admin
        .request(reqwest::Method::DELETE, &format!("{path}/invite"), String::new())
        .await;
    assert!(status.is_success());
    admin
        .post(
            &format!("/phones/{READER}/messages"),
            json!({"to": group.to_string(), "text": "before", "id": "A"}),
        )
        .await;
    let message = client.expect("a message", |node| attr(node, "id") == "A").await;
    assert_eq!(device.open_group(&message).await, "before");
    let shown = admin.get(&format!("/groups/{group}")).await;
    drop(client);
    sandbox.shutdown().await;

    let sandbox = Sandbox::start(config).await.unwrap();
    let admin = Admin::new(sandbox.addr());
    assert_eq!(admin.get(&format!("/groups/{group}")).await, shown);
    let join = |code: &str| json!({"invite": code}).to_string();
    assert_eq!(
        admin
            .refused(&format!("/phones/{ECHO}/groups/join"), join(&link))
            .await,
        400,
        "still revoked"
    );
    admin
        .post(
            &format!("/phones/{ECHO}/groups/join"),
            json!({"invite": renewed["link"]}),
        )
        .await;
    let mut client = device.log_in(&admin).await;
    client.activate().await;
    admin
        .post(
            &format!("/phones/{READER}/messages"),
            json!({"to": group.to_string(), "text": "after", "id": "B"}),
        )
        .await;
    let message = client.expect("a message", |node| attr(node, "id") == "B").await;
    assert_eq!(
        message.get_children_by_tag("enc").count(),
        1,
        "the device has the key already"
    );
    assert_eq!(device.open_group(&message).await, "after");
    sandbox.shutdown().await;
}
