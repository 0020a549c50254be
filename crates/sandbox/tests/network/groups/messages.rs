use serde_json::json;
use wacore_binary::{Jid, builder::NodeBuilder};

use super::{ECHO, READER, SHOP, create, created_by, lid, member, seen};
use crate::support::{Admin, Client, attr, child, network, node, ready};

async fn say(admin: &Admin, pn: &str, group: &Jid, id: &str) {
    admin
        .post(
            &format!("/phones/{pn}/messages"),
            json!({"to": group.to_string(), "text": id, "id": id}),
        )
        .await;
}

async fn ack(client: &mut Client, id: &str) -> wacore_binary::Node {
    client
        .expect("the ack", |node| node.tag == "ack" && attr(node, "id") == id)
        .await
}

#[tokio::test]
async fn one_ciphertext_reaches_everybody_who_has_the_key() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let (mut other, mut other_client) = ready(&admin, READER).await;
    let group = create(&mut client, &[ECHO, READER]).await;
    let mut keys_to = vec![member(&admin, READER, other.jid.device).await];
    for pn in [ECHO, READER, SHOP] {
        keys_to.push(member(&admin, pn, 0).await);
    }
    device
        .send_group(&mut client, &group, &keys_to, "M1", "hello")
        .await;
    let first = ack(&mut client, "M1").await;
    assert_eq!(
        (attr(&first, "from"), attr(&first, "error")),
        (group.to_string(), String::new())
    );

    let message = other_client.expect_tag("message").await;
    assert_eq!(attr(&message, "from"), group.to_string());
    let (author, number) = (attr(&message, "participant"), attr(&message, "participant_pn"));
    assert_eq!(
        author,
        lid(&admin, SHOP)
            .await
            .replace("@lid", &format!(":{}@lid", device.jid.device))
    );
    assert_eq!(number, "15550000100@s.whatsapp.net");
    assert_eq!(attr(&message, "addressing_mode"), "lid");
    let kinds: Vec<_> = message
        .get_children_by_tag("enc")
        .map(|enc| attr(enc, "type"))
        .collect();
    assert_eq!(
        kinds.last().map(String::as_str),
        Some("skmsg"),
        "the key comes first: {kinds:?}"
    );
    assert_eq!(kinds.len(), 2);
    assert_eq!(other.open_group(&message).await, "hello");

    device.send_group(&mut client, &group, &[], "M2", "again").await;
    let message = other_client
        .expect("the second", |node| attr(node, "id") == "M2")
        .await;
    assert_eq!(message.get_children_by_tag("enc").count(), 1);
    assert_eq!(other.open_group(&message).await, "again");

    let entry = seen(&admin, READER, |entry| entry["id"] == "M2").await;
    assert_eq!(
        (&entry["text"], &entry["chat"]),
        (&json!("again"), &json!(group.to_string()))
    );
    assert_eq!(entry["from"], author);
    seen(&admin, SHOP, |entry| entry["id"] == "M2").await;
    // The echo phone has answered into the group, with its own key.
    let answer = client.expect("the echo", |node| node.tag == "message").await;
    assert_eq!(attr(&answer, "participant"), lid(&admin, ECHO).await);
    assert_eq!(device.open_group(&answer).await, "echo: hello");
}

#[tokio::test]
async fn receipts_name_the_reader() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let group = create(&mut client, &[READER]).await;
    let reader = member(&admin, READER, 0).await;
    device
        .send_group(&mut client, &group, &[reader], "M1", "hello")
        .await;
    for kind in ["", "read"] {
        let receipt = client
            .expect("a receipt", |node| {
                node.tag == "receipt" && attr(node, "type") == kind
            })
            .await;
        assert_eq!(
            (attr(&receipt, "from"), attr(&receipt, "id")),
            (group.to_string(), "M1".to_owned())
        );
        assert_eq!(attr(&receipt, "participant"), lid(&admin, READER).await);
        assert_eq!(
            attr(&receipt, "participant_pn"),
            format!("{READER}@s.whatsapp.net")
        );
    }
    say(&admin, READER, &group, "P1").await;
    let message = client.expect_tag("message").await;
    assert_eq!(device.open_group(&message).await, "P1");
    let receipt = NodeBuilder::new("receipt")
        .attr("to", &group)
        .attr("participant", attr(&message, "participant"))
        .attr("id", "P1")
        .build();
    client.send(receipt).await;
    client
        .expect("the ack", |node| {
            node.tag == "ack" && attr(node, "class") == "receipt"
        })
        .await;
    let entry = seen(&admin, READER, |entry| {
        entry["kind"] == "receipt" && entry["id"] == "P1"
    })
    .await;
    assert_eq!(
        (&entry["from"], &entry["chat"]),
        (&json!(lid(&admin, SHOP).await), &json!(group.to_string()))
    );
}

#[tokio::test]
async fn a_group_message_waits_until_it_is_receipted() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let group = create(&mut client, &[READER]).await;
    drop(client);
    say(&admin, READER, &group, "W1").await;
    for round in 0..2 {
        let mut client = device.log_in(&admin).await;
        let waited = client.activate().await;
        let message = waited
            .iter()
            .find(|node| attr(node, "id") == "W1")
            .expect("the message");
        assert!(!attr(message, "offline").is_empty());
        if round == 1 {
            assert_eq!(device.open_group(message).await, "W1");
            let receipt = NodeBuilder::new("receipt")
                .attr("to", &group)
                .attr("participant", attr(message, "participant"))
                .attr("id", "W1");
            client.send(receipt.build()).await;
            ack(&mut client, "W1").await;
        }
    }
    let mut client = device.log_in(&admin).await;
    let waited = client.activate().await;
    assert!(waited.iter().all(|node| attr(node, "id") != "W1"), "{waited:?}");
}

#[tokio::test]
async fn only_those_who_may_write_do() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let theirs = created_by(&admin, READER, json!({"participants": [SHOP]})).await;
    let foreign = created_by(&admin, READER, json!({"participants": [ECHO]})).await;
    let (status, _) = admin
        .request(
            reqwest::Method::PATCH,
            &format!("/phones/{READER}/groups/{theirs}"),
            json!({"announcement": true}).to_string(),
        )
        .await;
    assert!(status.is_success());
    let nowhere = Jid::group("120363999999999999");
    for (group, id, error) in [
        (&theirs, "A", "403"),
        (&foreign, "B", "403"),
        (&nowhere, "C", "404"),
    ] {
        device.send_group(&mut client, group, &[], id, "hello").await;
        assert_eq!(attr(&ack(&mut client, id).await, "error"), error, "{id}");
    }
    let stale = NodeBuilder::new("message")
        .attr("to", &create(&mut client, &[]).await)
        .attr("id", "D")
        .attr("type", "text")
        .attr("addressing_mode", "pn")
        .build();
    client.send(stale).await;
    assert_eq!(attr(&ack(&mut client, "D").await, "error"), "421");
    let refused = admin
        .refused(
            &format!("/phones/{SHOP}/messages"),
            json!({"to": foreign.to_string(), "text": "hello"}).to_string(),
        )
        .await;
    assert_eq!(refused, 403, "phones keep to the same rules");
}

#[tokio::test]
async fn a_group_addressed_by_numbers_names_hidden_identities_beside_them() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let group = created_by(
        &admin,
        READER,
        json!({"participants": [SHOP], "addressing": "pn"}),
    )
    .await;
    let reply = client
        .group_request("get", &group.to_string(), node("query"))
        .await;
    let shown = child(&reply, "group");
    assert_eq!(attr(shown, "addressing_mode"), "pn");
    let first = child(shown, "participant");
    assert_eq!(
        (attr(first, "jid"), attr(first, "lid")),
        (format!("{READER}@s.whatsapp.net"), lid(&admin, READER).await)
    );
    say(&admin, READER, &group, "P1").await;
    let message = client.expect_tag("message").await;
    assert_eq!(attr(&message, "participant"), format!("{READER}@s.whatsapp.net"));
    assert_eq!(attr(&message, "participant_lid"), lid(&admin, READER).await);
    assert_eq!(device.open_group(&message).await, "P1");
}

#[tokio::test]
async fn a_hash_of_the_devices_tells_a_sender_what_it_has_missed() {
    let (_sandbox, admin) = network().await;
    let (device, mut client) = ready(&admin, SHOP).await;
    let group = create(&mut client, &[READER]).await;
    let jids: Vec<Jid> = [
        lid(&admin, READER).await,
        lid(&admin, SHOP).await,
        lid(&admin, SHOP)
            .await
            .replace("@lid", &format!(":{}@lid", device.jid.device)),
    ]
    .iter()
    .map(|jid| jid.parse().unwrap())
    .collect();
    let hash = wacore::messages::MessageUtils::participant_list_hash(&jids).unwrap();
    for (id, sent) in [("H1", hash.as_str()), ("H2", "2:outdated")] {
        let message = NodeBuilder::new("message")
            .attr("to", &group)
            .attr("id", id)
            .attr("type", "text")
            .attr("phash", sent)
            .build();
        client.send(message).await;
        assert_eq!(attr(&ack(&mut client, id).await, "phash"), hash, "{id}");
    }
}

#[tokio::test]
async fn what_did_not_open_is_repeated_for_one_device() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let (_other, mut other_client) = ready(&admin, READER).await;
    let group = create(&mut client, &[READER]).await;

    // The phone has no key yet and asks for one.
    device.send_group(&mut client, &group, &[], "M1", "opaque").await;
    let retry = client
        .expect("a retry", |node| attr(node, "type") == "retry")
        .await;
    assert_eq!(
        (attr(&retry, "from"), attr(&retry, "id")),
        (group.to_string(), "M1".to_owned())
    );
    assert_eq!(attr(&retry, "participant"), lid(&admin, READER).await);
    let phone = member(&admin, READER, 0).await;
    device
        .repeat_group(&mut client, &group, &phone, "M1", "opaque")
        .await;
    seen(&admin, READER, |entry| {
        entry["id"] == "M1" && entry["text"] == "opaque"
    })
    .await;
    device
        .send_group(&mut client, &group, &[], "M2", "with the key")
        .await;
    seen(&admin, READER, |entry| entry["text"] == "with the key").await;

    // The other way round: a device asks the phone.
    say(&admin, READER, &group, "P1").await;
    let message = client.expect("a message", |node| attr(node, "id") == "P1").await;
    other_client
        .expect("its copy", |node| attr(node, "id") == "P1")
        .await;
    let receipt = NodeBuilder::new("receipt")
        .attr("to", &group)
        .attr("participant", attr(&message, "participant"))
        .attr("id", "P1")
        .attr("type", "retry")
        .children([NodeBuilder::new("retry")
            .attr("count", "1")
            .attr("id", "P1")
            .attr("v", "1")
            .build()]);
    client.send(receipt.build()).await;
    let again = client
        .expect("the repetition", |node| {
            node.tag == "message" && attr(node, "id") == "P1"
        })
        .await;
    assert_eq!(attr(child(&again, "enc"), "type"), "pkmsg");
    assert_eq!(device.open_group(&again).await, "P1");
    say(&admin, READER, &group, "P2").await;
    let message = client.expect("the next", |node| attr(node, "id") == "P2").await;
    assert_eq!(device.open_group(&message).await, "P2");
    let copy = other_client
        .expect("a message", |node| node.tag == "message")
        .await;
    assert_ne!(attr(&copy, "id"), "P1", "the repetition was for one device only");
}

#[tokio::test]
async fn whoever_leaves_cannot_read_on() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let (mut other, mut other_client) = ready(&admin, ECHO).await;
    let group = created_by(&admin, READER, json!({"participants": [SHOP, ECHO]})).await;
    let keys = |message: &wacore_binary::Node| message.get_children_by_tag("enc").count() - 1;
    say(&admin, READER, &group, "A").await;
    let message = client.expect("a message", |node| attr(node, "id") == "A").await;
    assert_eq!(
        (keys(&message), device.open_group(&message).await),
        (1, "A".to_owned())
    );
    let message = other_client
        .expect("a message", |node| attr(node, "id") == "A")
        .await;
    assert_eq!(other.open_group(&message).await, "A");
    admin
        .post(
            &format!("/phones/{READER}/groups/{group}/members"),
            json!({"action": "remove", "participants": [ECHO]}),
        )
        .await;
    say(&admin, READER, &group, "B").await;
    let message = client.expect("a message", |node| attr(node, "id") == "B").await;
    assert_eq!(
        (keys(&message), device.open_group(&message).await),
        (1, "B".to_owned()),
        "a new key"
    );
    // Everything for the removed device is there once it is asked about.
    other_client.request("get", "w:p", vec![]).await;
    let rest = other_client.group_news("remove").await;
    assert_eq!(attr(&rest, "from"), group.to_string());
    assert!(!other_client.has_seen(|node| attr(node, "id") == "B"));
}

#[tokio::test]
async fn typing_in_a_group_names_who_types() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let group = create(&mut client, &[READER]).await;
    admin
        .post(
            &format!("/phones/{READER}/chatstate"),
            json!({"to": group.to_string(), "state": "composing"}),
        )
        .await;
    let typing = client.expect_tag("chatstate").await;
    assert_eq!(
        (attr(&typing, "from"), attr(&typing, "participant")),
        (group.to_string(), lid(&admin, READER).await)
    );
    child(&typing, "composing");
}
