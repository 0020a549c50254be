//! Acknowledge after commit: the library's durability hook, answered by the inbox.

use std::sync::Arc;

use async_trait::async_trait;
use wacore::types::events::InboundMessage;
use wagon_crash_point::Step;
use wagon_domain::SessionId;
use wagon_engine::Inbox;
use wagon_store::Store;
use whatsapp_rust::{Client, InboundDurabilityHook};

use crate::translate::{self, Reader};

pub(crate) struct Hook {
    pub(crate) session: SessionId,
    pub(crate) inbox: Arc<dyn Inbox>,
    /// Holds the polls and events that are answered.
    pub(crate) store: Store,
}

#[async_trait]
impl InboundDurabilityHook for Hook {
    async fn on_messages(&self, client: Arc<Client>, batch: &[InboundMessage]) -> anyhow::Result<()> {
        wagon_crash_point::pass(Step::ReceiveDecrypted);
        let reader = Reader {
            client: &client,
            store: &self.store,
            session: &self.session,
        };
        let mut messages = Vec::with_capacity(batch.len());
        for item in batch {
            messages.extend(translate::inbound(&reader, item).await);
        }
        if !messages.is_empty() {
            self.inbox.messages(&self.session, messages).await?;
        }
        Ok(())
    }
}
