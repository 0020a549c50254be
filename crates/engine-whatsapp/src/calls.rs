//! Declining a call.

use async_trait::async_trait;
use wagon_domain::{Jid, SessionId};
use wagon_engine::{CallError, Calls};

use crate::call::{failed, wire_address};
use crate::engine::WhatsAppEngine;

#[async_trait]
impl Calls for WhatsAppEngine {
    async fn reject_call(&self, session: &SessionId, call: &str, from: &Jid) -> Result<(), CallError> {
        let client = self.client(session)?;
        let from = wire_address("from", from)?;
        client
            .voip()
            .reject_call(call, &from, &from)
            .await
            .map_err(failed)
    }
}
