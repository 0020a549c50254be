//! Whether the gateway can do its work.

use wagon_store::Store;

#[derive(Clone)]
pub struct Health {
    store: Store,
}

/// Why requests would fail now.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    #[error("the database does not answer")]
    Database(#[source] wagon_store::Error),
}

impl Health {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// The bytes of memory that the process holds, where the system tells.
    pub fn resident_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kilobytes * 1024)
    }

    pub async fn ready(&self) -> Result<(), NotReady> {
        self.store.ping().await.map_err(NotReady::Database)
    }
}
