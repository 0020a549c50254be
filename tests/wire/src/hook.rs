use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use whatsapp_rust::{InboundDurabilityHook, client::Client, types::durability_hook::InboundMessage};

/// Stands for the application's own storage: while it is out of order, nothing that arrives is acknowledged.
#[derive(Debug, Clone, Default)]
pub struct Commits {
    broken: Arc<AtomicBool>,
}

impl Commits {
    /// Storage that is out of order from the start.
    pub fn broken() -> Self {
        let commits = Self::default();
        commits.broken.store(true, Ordering::Release);
        commits
    }

    /// From now on messages are stored, and acknowledged.
    pub fn mend(&self) {
        self.broken.store(false, Ordering::Release);
    }
}

#[async_trait::async_trait]
impl InboundDurabilityHook for Commits {
    async fn on_messages(&self, _client: Arc<Client>, _batch: &[InboundMessage]) -> anyhow::Result<()> {
        anyhow::ensure!(!self.broken.load(Ordering::Acquire), "the disk is full");
        Ok(())
    }
}
