//! What tests of the whole product are made of: a sandbox network, witnesses that join it, the gateway as a child
//! process, clients for its API, and waiting for conditions.
//!
//! Helpers panic with what they saw last. A test has nothing better to do with a broken environment, and a message that
//! shows the state is worth more than an error passed upwards.

mod baileys;
mod bucket;
pub mod contract;
mod env;
mod gateway;
mod http;
mod journal;
mod openwa;
mod openwa_sdk;
mod postgres;
mod process;
mod proxy;
mod receiver;
mod sandbox;
mod socket;
mod v1;
mod wait;

pub use baileys::Baileys;
pub use bucket::Bucket;
pub use env::has_postgres;
pub use gateway::{Gateway, GatewayBuilder, MASTER_KEY};
pub use http::Answer;
pub use journal::Journal;
pub use openwa::OpenWa;
pub use openwa_sdk::OpenWaSdk;
pub use postgres::TestDatabase;
pub use proxy::{Proxy, ProxyProtocol};
pub use receiver::{Answering, Receiver};
pub use sandbox::{Account, Admin, Pairing, Sandbox, SandboxProcess, cast};
pub use socket::EventSocket;
pub use v1::{EventStream, V1};
pub use wagon_sandbox::{Config, StateLocation};
pub use wait::{DEADLINE, wait_until};
