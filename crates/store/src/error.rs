use std::path::PathBuf;
use std::sync::Arc;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// The transaction that this write shared with others did not commit.
    #[error("the transaction of this write failed")]
    Commit(#[source] Arc<sqlx::Error>),
    #[error("the database could not be brought to this version's schema")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("the database file {} could not be created", path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// A stored row contradicts our types.
    #[error("row {id} of table {table} has an invalid {column}")]
    Corrupt {
        table: &'static str,
        column: &'static str,
        id: String,
    },
    #[error("stored {kind} does not decrypt: {reason}")]
    Decrypt {
        kind: String,
        reason: crate::crypto::Undecryptable,
    },
    #[error("the database is encrypted with another key than the one in {key}")]
    WrongKey { key: String },
    #[error("another gateway uses this database; two would log the same devices in and throw each other out")]
    Claimed,
    /// The write panicked; nothing of it was kept.
    #[error("the write panicked")]
    Panicked,
    /// The write went on after one of its statements had failed; nothing of it was kept.
    #[error("the write ignored a failed statement")]
    IgnoredFailure,
    #[error("the store is closed")]
    Closed,
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolClosed => Self::Closed,
            error => Self::Database(error),
        }
    }
}
