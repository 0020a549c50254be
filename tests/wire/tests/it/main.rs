//! The sandbox on the wire: what a client of other make sees of linking, talking, being away and being thrown out.

mod app_state;
mod connections;
mod devices;
mod groups;
mod keys;
mod messages;
mod offline;
mod pairing;
mod requests;
mod retries;
mod social;
