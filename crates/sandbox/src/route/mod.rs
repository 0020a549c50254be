//! Carrying stanzas between devices. The rewriting of addresses happens here and nowhere else.

mod deliver;
mod devices;
mod message;
mod presence;
mod receipt;

use std::sync::Arc;

pub(crate) use devices::{announce_device, ask_for_keys, keys_uploaded, unlink};
pub(crate) use message::route as message;
pub(crate) use presence::{chatstate, presence, set_available};
pub(crate) use receipt::{ack, route as receipt};

use crate::state::Account;

/// The device a stanza comes from; 0 is the phone.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) account: Arc<Account>,
    pub(crate) device: u16,
}
