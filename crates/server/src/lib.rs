//! The composition root: configuration, telemetry, and the life of the process.
//!
//! Everything is put together here and nothing is decided here: rules live in the services, the
//! wire in the dialects.

pub mod addresses;
pub mod app;
pub mod bootstrap;
pub mod cli;
pub mod config;
pub mod data_dir;
mod delivery;
mod http;
mod identity;
mod masking;
mod pairing_display;
mod people;
pub mod signals;
pub mod telemetry;
