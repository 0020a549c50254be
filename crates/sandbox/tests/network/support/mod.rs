//! A scripted client: just enough of a linked device to hold the network to its word.

mod admin;
mod client;
mod device;
mod group;
mod noise;
#[path = "../../../src/phone/sender_keys.rs"]
#[expect(dead_code, reason = "shared with the phones, which use all of it")]
mod sender_keys;
#[path = "../../../src/phone/signal.rs"]
mod signal;
mod stanza;

pub(crate) use admin::Admin;
pub(crate) use client::{Client, HangUp};
pub(crate) use device::{Device, FIRST_WORDS, linked, ready, sign_pairing, welcomed};
pub(crate) use group::{error_code, node};
pub(crate) use noise::{Hello, connect};
pub(crate) use stanza::{attr, bytes, child, iq};

use wagon_sandbox::{Config, Sandbox};

/// A network in memory with the default cast, and its admin API.
pub(crate) async fn network() -> (Sandbox, Admin) {
    network_with(Config::default()).await
}

/// A network as configured, and its admin API.
pub(crate) async fn network_with(config: Config) -> (Sandbox, Admin) {
    let sandbox = Sandbox::start(config).await.expect("a free port");
    let admin = Admin::new(sandbox.addr());
    (sandbox, admin)
}
