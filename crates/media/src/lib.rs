//! Media: what a file is, how it is made fit to be sent, and where its bytes are kept.
//!
//! Bytes come from strangers, so every decoder runs under limits of size and memory, and off the
//! async threads. Nothing here knows WhatsApp, HTTP or SQL.

mod data;
mod error;
mod https;
mod picture;
mod prepare;
mod sniff;
mod store;
mod timing;

pub use data::{Inline, InvalidData, decode};
pub use error::Unusable;
pub use picture::avatar;
pub use prepare::{MAX_SIZE, Prepared, Source, prepare};
pub use sniff::mimetype;
pub use store::{MediaKey, MediaStore, S3, StoreError, StoredMedia};
