//! The emulated network, in this process or another.

mod admin;
pub mod cast;
mod groups;
mod network;
mod process;

pub use admin::{Account, Admin, Pairing};
pub use network::Sandbox;
pub use process::SandboxProcess;
