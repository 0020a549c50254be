//! WhatsApp's protocol buffers to and from domain words.

mod address;
mod content;
mod inbound;
mod media;
mod outgoing;

pub(crate) use address::{chat_of, own_device, to_domain, to_wa};
pub(crate) use inbound::inbound;
pub(crate) use outgoing::message;
