//! Groups and communities, as a linked device sees them.

mod communities;
mod invites;
mod life;
mod members;
mod messages;
mod settings;

use serde_json::{Value, json};
use wacore_binary::{Jid, Node, builder::NodeBuilder};

use crate::support::{Admin, Client, attr, child};

pub(crate) const ECHO: &str = "15550000001";
pub(crate) const READER: &str = "15550000002";
pub(crate) const SHOP: &str = "15550000100";

/// Creates a group with some phones and answers its address.
async fn create(client: &mut Client, participants: &[&str]) -> Jid {
    let participants = participants.iter().map(|pn| participant(pn));
    let create = NodeBuilder::new("create")
        .attr("subject", "Trip")
        .children(participants)
        .build();
    let reply = client.group_request("set", "g.us", create).await;
    let group = Jid::group(attr(child(&reply, "group"), "id"));
    client.group_news("create").await;
    group
}

/// A group that a phone has created.
async fn created_by(admin: &Admin, pn: &str, fields: Value) -> Jid {
    let mut body = json!({"subject": "Theirs"});
    body.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    let answer = admin.post(&format!("/phones/{pn}/groups"), body).await;
    answer["group"]["jid"].as_str().unwrap().parse().unwrap()
}

fn participant(pn: &str) -> Node {
    NodeBuilder::new("participant").attr("jid", Jid::pn(pn)).build()
}

/// An action on members, such as `<add>`.
fn action(tag: &'static str, participants: &[&str]) -> Node {
    let participants = participants.iter().map(|pn| participant(pn));
    NodeBuilder::new(tag).children(participants).build()
}

async fn lid(admin: &Admin, pn: &str) -> String {
    let account = admin.get(&format!("/accounts/{pn}")).await;
    format!("{}@lid", account["lid"].as_str().unwrap())
}

/// The address that a group's stanzas use for a device.
async fn member(admin: &Admin, pn: &str, device: u16) -> Jid {
    let jid: Jid = lid(admin, pn).await.parse().unwrap();
    jid.with_device(device)
}

/// Waits until a phone has seen something that fits.
async fn seen(admin: &Admin, pn: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let mut next = json!(0);
    loop {
        let inbox = admin
            .get(&format!("/phones/{pn}/inbox?since={next}&wait=10"))
            .await;
        let entries = inbox["entries"].as_array().unwrap();
        assert!(!entries.is_empty(), "the phone has seen nothing that fits");
        if let Some(entry) = entries.iter().find(|entry| fits(entry)) {
            return entry.clone();
        }
        next = inbox["next"].clone();
    }
}

async fn roles(admin: &Admin, group: &Jid) -> Vec<(String, String)> {
    let shown = admin.get(&format!("/groups/{group}")).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let participants = shown["participants"].as_array().unwrap();
    participants
        .iter()
        .map(|participant| (text(&participant["pn"]), text(&participant["role"])))
        .collect()
}
