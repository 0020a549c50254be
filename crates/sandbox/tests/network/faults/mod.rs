//! What faults look like to a client, one file per kind of thing they strike.

mod answers;
mod connections;
mod control;
mod keys;
mod logins;
mod media;
mod stanzas;

use serde_json::Value;
use wacore_binary::Jid;

use crate::support::{Admin, Client, Device};

const SHOP: &str = "15550000100";

/// The number on the admin API of a new fault.
async fn fault(admin: &Admin, fault: Value) -> u64 {
    let view = admin.post("/faults", fault).await;
    view["id"].as_u64().expect("an id")
}

/// How often a fault has struck.
async fn hits(admin: &Admin, id: u64) -> u64 {
    let view = admin.get(&format!("/faults/{id}")).await;
    view["hits"].as_u64().expect("hits")
}

/// Sends a text to the echo phone.
async fn say(device: &mut Device, client: &mut Client, id: &str, text: &str) {
    let echo = Jid::pn("15550000001");
    device
        .send(client, &echo, std::slice::from_ref(&echo), id, text)
        .await;
}
