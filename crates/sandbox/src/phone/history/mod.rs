//! The conversations on a phone, and how it hands them to its linked devices.

mod answer;
mod book;
mod chunk;
mod transfer;

pub(super) use answer::answer;
pub(super) use book::{Book, Seen};
pub(crate) use book::{Past, Spoken};
pub(super) use transfer::send_peer;
pub(crate) use transfer::transfer;
