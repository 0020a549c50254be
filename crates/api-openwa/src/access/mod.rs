//! Who is calling, in the dialect's order of checks: key, address, session, role, chats.
//!
//! A route takes one of four extractors, each with the capability that it needs:
//!
//! | Extractor | Is for |
//! |---|---|
//! | [`AtSession`] | routes of one session |
//! | [`AtChat`] | routes of one session that name a chat: a key for some chats gets in, and the handler asks [`AtChat::admit`] |
//! | [`Permitted`] | routes of no session, whose answers are limited to what the caller sees |
//! | [`Unscoped`] | routes about everything, closed to keys that are limited to sessions or chats |

mod at_chat;
mod at_session;
mod caller;
mod family;

pub(crate) use at_chat::AtChat;
pub(crate) use at_session::AtSession;
pub(crate) use caller::{Permitted, Unscoped};
pub(crate) use family::Family;
