use serde_json::json;
use wacore_binary::{Node, builder::NodeBuilder};

use crate::support::{Admin, FIRST_WORDS, attr, linked, network, ready};

const SHOP: &str = "15550000100";

async fn write(admin: &Admin, id: &str) {
    admin
        .post(
            "/phones/15550000002/messages",
            json!({"to": SHOP, "text": id, "id": id}),
        )
        .await;
}

fn messages(nodes: &[Node]) -> Vec<(String, String)> {
    nodes
        .iter()
        .filter(|node| node.tag == "message" && attr(node, "category").is_empty())
        .map(|node| (attr(node, "id"), attr(node, "offline")))
        .collect()
}

fn ids(nodes: &[Node]) -> Vec<String> {
    messages(nodes).into_iter().map(|(id, _)| id).collect()
}

fn receipt(message: &Node) -> Node {
    NodeBuilder::new("receipt")
        .attr("to", attr(message, "from"))
        .attr("id", attr(message, "id"))
        .build()
}

#[tokio::test]
async fn messages_come_again_until_they_are_receipted() {
    let (_sandbox, admin) = network().await;
    let (device, mut client) = ready(&admin, SHOP).await;
    write(&admin, "LIVE").await;
    client
        .expect("a live message", |node| attr(node, "id") == "LIVE")
        .await;
    drop(client);
    for id in ["A", "B"] {
        write(&admin, id).await;
    }

    let mut client = device.log_in(&admin).await;
    let waited = client.activate().await;
    assert_eq!(
        ids(&waited),
        ["LIVE", "A", "B"],
        "written but not receipted, then those that came later"
    );
    let preview = waited
        .iter()
        .find_map(|node| node.get_optional_child("offline_preview"));
    let preview = preview.expect("a preview of what waited");
    assert_eq!(
        attr(preview, "message"),
        (3 + FIRST_WORDS).to_string(),
        "the phone's first words were never receipted either"
    );
    assert!(messages(&waited).iter().all(|(_, offline)| !offline.is_empty()));

    let received = waited.iter().find(|node| attr(node, "id") == "A").unwrap();
    client.send(receipt(received)).await;
    client
        .expect("the ack", |node| node.tag == "ack" && attr(node, "id") == "A")
        .await;
    drop(client);

    let mut client = device.log_in(&admin).await;
    let waited = client.activate().await;
    assert_eq!(
        ids(&waited),
        ["LIVE", "B"],
        "in order, without what was receipted"
    );
    let first = waited.iter().find(|node| attr(node, "id") == "LIVE").unwrap();
    let both = NodeBuilder::new("receipt")
        .attr("to", attr(first, "from"))
        .attr("id", "LIVE")
        .children([NodeBuilder::new("list")
            .children([NodeBuilder::new("item").attr("id", "B").build()])
            .build()])
        .build();
    client.send(both).await;
    client
        .expect("the ack", |node| node.tag == "ack" && attr(node, "id") == "LIVE")
        .await;
    drop(client);

    let mut client = device.log_in(&admin).await;
    assert_eq!(ids(&client.activate().await), Vec::<String>::new());
}

#[tokio::test]
async fn receipts_wait_for_a_device_until_it_acks_them() {
    let (_sandbox, admin) = network().await;
    let mut device = linked(&admin, SHOP).await;
    let mut client = device.log_in(&admin).await;
    let reader = wacore_binary::Jid::pn("15550000002");
    device
        .send(&mut client, &reader, std::slice::from_ref(&reader), "M1", "hello")
        .await;
    client
        .expect("the ack", |node| node.tag == "ack" && attr(node, "id") == "M1")
        .await;
    // The device has not asked for deliveries; the receipts are there once the phone has read.
    admin.get("/phones/15550000002/inbox?wait=10").await;
    let mut waited = Vec::new();
    drop(client);
    while waited.iter().filter(|node: &&Node| node.tag == "receipt").count() < 2 {
        let mut client = device.log_in(&admin).await;
        waited = client.activate().await;
    }
    let mut client = device.log_in(&admin).await;
    let waited = client.activate().await;
    for kind in ["", "read"] {
        let ack = NodeBuilder::new("ack")
            .attr("class", "receipt")
            .attr("id", "M1")
            .attr("to", "15550000002@s.whatsapp.net")
            .attr("type", kind)
            .build();
        client.send(ack).await;
    }
    assert_eq!(waited.iter().filter(|node| node.tag == "receipt").count(), 2);
    // A request after the acks: they have been taken in once it is answered.
    client.request("get", "w:p", vec![]).await;
    assert_eq!(
        admin.get("/accounts/15550000100").await["devices"][0]["pending"],
        0
    );
}
