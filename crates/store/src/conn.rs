//! A connection to either database, and the control of transactions on it.

use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite};

/// How long another connection may keep the database: one that has just died needs a moment to be
/// noticed by the server.
const CLAIM_DEADLINE: Duration = Duration::from_secs(5);
const CLAIM_AGAIN: Duration = Duration::from_millis(200);

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

    /// Claims the database against other gateways for as long as the connection lives. Says whether it
    /// is free. A SQLite file lies in a folder that is locked already.
    pub(crate) async fn claim(&mut self) -> sqlx::Result<bool> {
        let Self::Postgres(conn) = self else {
            return Ok(true);
        };
        let deadline = Instant::now() + CLAIM_DEADLINE;
        loop {
            let query = sqlx::query_scalar("SELECT pg_try_advisory_lock(512970878063)");
            let is_free: bool = query.fetch_one(&mut **conn).await?;
            if is_free || Instant::now() >= deadline {
                return Ok(is_free);
            }
            tokio::time::sleep(CLAIM_AGAIN).await;
        }
    }

    /// Runs statements that control the transaction, all in one exchange with the database.
    pub(crate) async fn control(&mut self, text: &'static str) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(conn) => sqlx::raw_sql(text).execute(&mut **conn).await.map(drop),
            Self::Postgres(conn) => sqlx::raw_sql(text).execute(&mut **conn).await.map(drop),
        }
    }
}
