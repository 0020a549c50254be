//! Whom a direct message is encrypted for.
//!
//! When the library cannot learn of a recipient's devices it encrypts for the main one alone. Such
//! a message is acknowledged like any other, and the linked devices never see it. So nothing is
//! sent before the lists are known, and what went out while one was thrown away goes out again.

use wacore_binary::{Jid, Server};
use wagon_engine::SendError;
use whatsapp_rust::Client;

use crate::backend::DeviceBackend;
use crate::send;

/// The device lists that a send relies on.
pub(crate) struct Recipients<'a> {
    backend: &'a DeviceBackend,
    dropped: u64,
}

impl<'a> Recipients<'a> {
    /// Has the devices of `to` and our own known: from memory, or else from WhatsApp.
    pub(crate) async fn know(
        client: &Client,
        backend: &'a DeviceBackend,
        to: &Jid,
    ) -> Result<Self, SendError> {
        if matches!(to.server, Server::Pn | Server::Lid) {
            let users: Vec<Jid> = [Some(to.clone()), client.pn()].into_iter().flatten().collect();
            let known = client.signal().get_user_devices(&users).await;
            known.map_err(|error| send::undone(client, error))?;
        }
        let dropped = backend.device_lists_dropped();
        Ok(Self { backend, dropped })
    }

    /// Whether they were known all the time.
    pub(crate) fn stayed(&self) -> bool {
        self.backend.device_lists_dropped() == self.dropped
    }
}
