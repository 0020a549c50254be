//! WhatsApp's protocol buffers to and from domain words.

mod address;
mod attachment;
mod change;
mod content;
mod group;
mod history;
mod inbound;
mod media;
mod outgoing;
mod response;
mod wire;

pub(crate) use address::{chat_of, own_device, to_domain, to_wa};
pub(crate) use attachment::{album_item, attachment, media_type};
pub(crate) use change::Reader;
pub(crate) use content::content;
pub(crate) use group::{group_change, group_info, join_request, known_party};
pub(crate) use history::history;
pub(crate) use inbound::inbound;
pub(crate) use outgoing::{
    album, button_click, contacts, edit, key, location, pin, poll, poll_vote, put_in_context, reaction,
    revoke, text,
};
pub(crate) use wire::{Kept, keep};
