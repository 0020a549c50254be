//! The native dialect, mounted at `/api/v1`.
//!
//! A handler extracts, calls one service method and encodes; the modules are the resources, one file
//! per operation with its own `Request` and `View`. Refusals of every kind become the one error
//! envelope in `error`. What is absent: rules about sessions and messages, those are the services'.

mod admin;
mod audit;
mod auth;
mod calls;
mod channels;
mod chats;
mod contacts;
mod error;
mod events;
mod file;
mod groups;
mod keys;
mod me;
mod messages;
mod openapi;
mod organizations;
mod outbox;
mod page;
mod path;
mod presence;
mod profile;
mod router;
mod sessions;
mod state;
mod statuses;
mod ticket;
mod users;
mod webhooks;

pub use error::V1;
pub use events::{filter, render};
pub use router::{document, router};
pub use state::State;
