//! A connection to either database, and the control of transactions on it.

use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite};

/// A connection to either database.
pub(crate) enum Conn {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Conn {
    /// Starts a transaction of the writer, with a savepoint if `several` writes will share it.
    ///
    /// Writers in other processes wait until it ends. So events become visible in the order of
    /// their ids, and a reader with a cursor misses none.
    pub(crate) async fn begin(&mut self, several: bool) -> sqlx::Result<()> {
        self.control(match (&self, several) {
            (Self::Sqlite(_), false) => "BEGIN IMMEDIATE",
            (Self::Sqlite(_), true) => "BEGIN IMMEDIATE; SAVEPOINT job",
            (Self::Postgres(_), false) => "BEGIN; SELECT pg_advisory_xact_lock(512970878062)",
            (Self::Postgres(_), true) => "BEGIN; SELECT pg_advisory_xact_lock(512970878062); SAVEPOINT job",
        })
        .await
    }

    /// Runs statements that control the transaction, all in one exchange with the database.
    pub(crate) async fn control(&mut self, text: &'static str) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(conn) => sqlx::raw_sql(text).execute(&mut **conn).await.map(drop),
            Self::Postgres(conn) => sqlx::raw_sql(text).execute(&mut **conn).await.map(drop),
        }
    }
}
