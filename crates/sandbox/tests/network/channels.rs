use buffa::Message as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wacore::iq::mex_operations::{
    create_newsletter, fetch_all_newsletters_metadata, fetch_newsletter, join_newsletter, leave_newsletter,
    update_newsletter, update_newsletter_user_setting,
};
use wacore_binary::{Node, builder::NodeBuilder};
use waproto::whatsapp::Message;

use crate::support::{Admin, Client, attr, bytes, child, linked, network};

const SHOP: &str = "15550000100";
const READER: &str = "15550000002";

/// Asks one stored query and answers all it says.
async fn mex(client: &mut Client, id: &'static str, variables: Value) -> Value {
    let body = json!({ "variables": variables }).to_string().into_bytes();
    let query = NodeBuilder::new("query").attr("query_id", id).bytes(body).build();
    let reply = client.request("get", "w:mex", vec![query]).await;
    assert_eq!(attr(&reply, "type"), "result");
    serde_json::from_slice(&bytes(child(&reply, "result"))).unwrap()
}

async fn online(admin: &Admin, account: &str) -> Client {
    let device = linked(admin, account).await;
    let mut client = device.log_in(admin).await;
    client.activate().await;
    client
}

fn text_message(text: &str) -> Vec<u8> {
    Message {
        conversation: Some(text.to_owned()),
        ..Default::default()
    }
    .encode_to_vec()
}

fn post(channel: &str, id: &'static str, text: &str) -> NodeBuilder {
    let plaintext = NodeBuilder::new("plaintext").bytes(text_message(text)).build();
    NodeBuilder::new("message")
        .attr("to", channel)
        .attr("id", id)
        .attr("type", "text")
        .children([plaintext])
}

fn text_of(node: &Node) -> String {
    let plaintext = bytes(child(node, "plaintext"));
    Message::decode_from_slice(&plaintext)
        .unwrap()
        .conversation
        .unwrap()
}

async fn ack(client: &mut Client, id: &str) -> Node {
    client
        .expect("the ack", |node| node.tag == "ack" && attr(node, "id") == id)
        .await
}

fn is_message(node: &Node, id: &str) -> bool {
    node.tag == "message" && attr(node, "id") == id
}

/// A channel that a phone runs, by its address.
async fn channel_of(admin: &Admin, owner: &str) -> String {
    let asked = json!({ "owner": owner, "name": "News", "description": "All of it" });
    admin.post("/channels", asked).await["jid"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_channel_is_made_described_and_found() {
    let (_sandbox, admin) = network().await;
    let mut client = online(&admin, SHOP).await;
    let input = json!({ "input": { "name": "Offers", "description": "Daily" } });
    let created = &mex(&mut client, create_newsletter::DOC_ID, input).await["data"]["xwa2_newsletter_create"];
    let jid = created["id"].as_str().unwrap().to_owned();
    assert!(jid.ends_with("@newsletter"));
    assert_eq!(created["viewer_metadata"]["role"], "owner");

    let updates = json!({ "newsletter_id": jid, "updates": { "name": "Better offers" } });
    mex(&mut client, update_newsletter::DOC_ID, updates).await;
    let invite = created["thread_metadata"]["invite"].clone();
    for (key, kind) in [(json!(jid), "JID"), (invite, "INVITE")] {
        let asked = json!({ "input": { "key": key, "type": kind } });
        let found = &mex(&mut client, fetch_newsletter::DOC_ID, asked).await["data"]["xwa2_newsletter"];
        assert_eq!(found["id"], jid);
        assert_eq!(found["thread_metadata"]["name"]["text"], "Better offers");
        assert_eq!(found["thread_metadata"]["description"]["text"], "Daily");
        assert_eq!(found["thread_metadata"]["subscribers_count"], "1");
    }
    let all = mex(&mut client, fetch_all_newsletters_metadata::DOC_ID, json!({})).await;
    assert_eq!(all["data"]["xwa2_newsletter_subscribed"][0]["id"], jid);
}

#[tokio::test]
async fn what_is_not_there_or_not_allowed_is_said_in_the_answer() {
    let (_sandbox, admin) = network().await;
    let mut client = online(&admin, SHOP).await;
    let foreign = channel_of(&admin, READER).await;
    let unknown = "120363000000000001@newsletter";
    let named = |jid: &str| json!({ "newsletter_id": jid });
    let update = json!({ "newsletter_id": foreign, "updates": { "name": "Mine" } });
    let nameless = json!({ "input": { "name": "" } });
    for (query, variables, code) in [
        (join_newsletter::DOC_ID, named(unknown), 404),
        (leave_newsletter::DOC_ID, named(&foreign), 404),
        (update_newsletter::DOC_ID, update, 403),
        (create_newsletter::DOC_ID, nameless, 400),
        ("1", json!({}), 501),
    ] {
        let answer = mex(&mut client, query, variables).await;
        assert_eq!(
            answer["errors"][0]["extensions"]["error_code"], code,
            "{query}: {answer}"
        );
    }
    assert_eq!(admin.get("/stats").await["unknown"]["mex|1"], 1);
}

#[tokio::test]
async fn following_and_muting_reach_the_other_devices() {
    let (_sandbox, admin) = network().await;
    let channel = channel_of(&admin, READER).await;
    let mut client = online(&admin, SHOP).await;
    let other = linked(&admin, SHOP).await;
    let mut watcher = other.log_in(&admin).await;
    watcher.activate().await;
    let joined = mex(
        &mut client,
        join_newsletter::DOC_ID,
        json!({ "newsletter_id": channel }),
    )
    .await;
    assert_eq!(
        joined["data"]["xwa2_newsletter_join_v2"]["viewer_metadata"]["role"],
        "subscriber"
    );
    let muted =
        json!({ "input": { "newsletter_id": channel, "type": "MUTE_FOLLOWER_ACTIVITY", "value": "ON" } });
    mex(&mut client, update_newsletter_user_setting::DOC_ID, muted).await;
    mex(
        &mut client,
        leave_newsletter::DOC_ID,
        json!({ "newsletter_id": channel }),
    )
    .await;
    for (operation, field) in [
        ("NotificationNewsletterJoin", "xwa2_notify_newsletter_on_join"),
        (
            "NotificationNewsletterUserSettingChange",
            "xwa2_notify_newsletter_on_mute_change",
        ),
        ("NotificationNewsletterLeave", "xwa2_notify_newsletter_on_leave"),
    ] {
        let news = watcher.expect("news", |node| attr(node, "type") == "mex").await;
        let update = child(&news, "update");
        assert_eq!(attr(update, "op_name"), operation);
        let content: Value = serde_json::from_slice(&bytes(update)).unwrap();
        assert_eq!(content["data"][field]["id"], channel);
    }
    let shown = admin.get(&format!("/channels/{channel}")).await;
    assert_eq!(shown["followers"], json!([READER]));
}

#[tokio::test]
async fn posts_reach_followers_and_wait_for_those_who_are_away() {
    let (_sandbox, admin) = network().await;
    let channel = channel_of(&admin, SHOP).await;
    let mut author = online(&admin, SHOP).await;
    let reader = linked(&admin, READER).await;
    admin
        .request(
            Method::PUT,
            &format!("/phones/{READER}/channels/{channel}"),
            String::new(),
        )
        .await;
    author.send(post(&channel, "P1", "hello").build()).await;
    let acked = ack(&mut author, "P1").await;
    assert_eq!(
        (attr(&acked, "error"), attr(&acked, "server_id")),
        (String::new(), "100".to_owned())
    );

    let mut client = reader.log_in(&admin).await;
    let waited = client.activate().await;
    let message = waited
        .iter()
        .find(|node| is_message(node, "P1"))
        .expect("the post");
    assert_eq!(attr(message, "from"), channel);
    assert_eq!(attr(message, "server_id"), "100");
    assert_eq!(text_of(message), "hello");
    let confirm = NodeBuilder::new("ack")
        .attr("class", "message")
        .attr("id", "P1")
        .attr("to", channel.as_str())
        .build();
    client.send(confirm).await;
    client.request("get", "w:p", vec![]).await;
    let account = admin.get(&format!("/accounts/{READER}")).await;
    assert_eq!(account["devices"][0]["pending"], 0);
    let seen = admin.get(&format!("/phones/{READER}/inbox?wait=10")).await;
    assert_eq!(seen["entries"][0]["text"], "hello");
    assert_eq!(seen["entries"][0]["from"], channel);

    author
        .send(post(&channel, "P1", "hello again").attr("edit", "3").build())
        .await;
    ack(&mut author, "P1").await;
    let edited = client.expect("the edit", |node| attr(node, "edit") == "3").await;
    assert_eq!(text_of(&edited), "hello again");
    author
        .send(post(&channel, "P1", "").attr("edit", "8").build())
        .await;
    ack(&mut author, "P1").await;
    let revoked = client
        .expect("the revocation", |node| attr(node, "edit") == "8")
        .await;
    assert_eq!(attr(&revoked, "id"), "P1");
    assert_eq!(
        admin.get(&format!("/channels/{channel}")).await["posts"],
        json!([])
    );
}

#[tokio::test]
async fn only_admins_post() {
    let (_sandbox, admin) = network().await;
    let channel = channel_of(&admin, READER).await;
    let mut client = online(&admin, SHOP).await;
    client.send(post(&channel, "P1", "mine now").build()).await;
    assert_eq!(attr(&ack(&mut client, "P1").await, "error"), "403");
    client
        .send(post("120363000000000001@newsletter", "P2", "nobody").build())
        .await;
    assert_eq!(attr(&ack(&mut client, "P2").await, "error"), "404");
    let path = format!("/phones/{SHOP}/channels/{channel}/posts");
    let refused = admin.refused(&path, json!({ "text": "mine" }).to_string()).await;
    assert_eq!(refused, StatusCode::CONFLICT);
}

#[tokio::test]
async fn reactions_and_views_are_counted_and_shown_live() {
    let (_sandbox, admin) = network().await;
    let channel = channel_of(&admin, READER).await;
    let posted = admin
        .post(
            &format!("/phones/{READER}/channels/{channel}/posts"),
            json!({ "text": "hello" }),
        )
        .await;
    let server_id = posted["serverId"].as_u64().unwrap();
    let mut client = online(&admin, SHOP).await;
    mex(
        &mut client,
        join_newsletter::DOC_ID,
        json!({ "newsletter_id": channel }),
    )
    .await;
    let mut ask = async |id: &str, kind: &'static str, child: Node| {
        let iq = NodeBuilder::new("iq")
            .attr("id", id.to_owned())
            .attr("type", kind)
            .attr("xmlns", "newsletter")
            .attr("to", channel.as_str())
            .children([child])
            .build();
        client.send(iq).await;
        client.expect("a reply", |node| attr(node, "id") == id).await
    };
    let live = ask("live", "set", NodeBuilder::new("live_updates").build()).await;
    assert_eq!(attr(child(&live, "live_updates"), "duration"), "300");

    let react = NodeBuilder::new("message")
        .attr("to", channel.as_str())
        .attr("id", "R1")
        .attr("type", "reaction")
        .attr("server_id", server_id)
        .children([NodeBuilder::new("reaction").attr("code", "+1").build()])
        .build();
    client.send(react).await;
    let counters = client
        .expect("the counters", |node| attr(node, "type") == "newsletter")
        .await;
    let counted = child(child(child(&counters, "live_updates"), "messages"), "message");
    let reaction = child(child(counted, "reactions"), "reaction");
    assert_eq!(
        (attr(reaction, "code"), attr(reaction, "count")),
        ("+1".to_owned(), "1".to_owned())
    );

    let seen = NodeBuilder::new("item").attr("server_id", server_id).build();
    let view = NodeBuilder::new("receipt")
        .attr("to", channel.as_str())
        .attr("id", "V1")
        .attr("type", "view")
        .children([NodeBuilder::new("list").children([seen]).build()])
        .build();
    client.send(view).await;
    let mut ask = async |id: &str, child: Node| {
        let iq = NodeBuilder::new("iq")
            .attr("id", id.to_owned())
            .attr("type", "get")
            .attr("xmlns", "newsletter")
            .attr("to", channel.as_str())
            .children([child])
            .build();
        client.send(iq).await;
        client.expect("a reply", |node| attr(node, "id") == id).await
    };
    let page = ask("page", NodeBuilder::new("messages").attr("count", "10").build()).await;
    let message = child(child(&page, "messages"), "message");
    assert_eq!(attr(message, "server_id"), server_id.to_string());
    assert_eq!(attr(child(message, "views_count"), "count"), "1");
    assert_eq!(text_of(message), "hello");
    let before = NodeBuilder::new("messages")
        .attr("count", "10")
        .attr("before", server_id);
    let page = ask("before", before.build()).await;
    assert!(child(&page, "messages").get_optional_child("message").is_none());
    let own = ask("own", NodeBuilder::new("my_addons").attr("limit", "10").build()).await;
    let message = child(child(child(&own, "my_addons"), "messages"), "message");
    assert_eq!(attr(child(message, "reaction"), "code"), "+1");

    let path = format!("/phones/{SHOP}/channels/{channel}/reactions");
    admin
        .post(&path, json!({ "serverId": server_id, "reaction": null }))
        .await;
    let shown = admin.get(&format!("/channels/{channel}")).await;
    assert_eq!(
        (&shown["posts"][0]["reactions"], &shown["posts"][0]["views"]),
        (&json!({}), &json!(1))
    );
}
