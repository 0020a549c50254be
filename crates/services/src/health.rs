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

    pub async fn ready(&self) -> Result<(), NotReady> {
        self.store.ping().await.map_err(NotReady::Database)
    }
}
