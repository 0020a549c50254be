//! The emulated network, in this process or another.

mod admin;
pub mod cast;
mod network;

pub use admin::{Account, Admin, Pairing};
pub use network::Sandbox;
