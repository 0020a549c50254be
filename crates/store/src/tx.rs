use std::sync::Arc;

use crate::Error;
use crate::aliases::KnownAliases;
use crate::conn::Conn;
use crate::crypto::Cipher;
use crate::events::Log;
use crate::people::KnownPeople;
use crate::sql::{Query, Record};
use crate::webhooks::FanOut;

/// A write in progress. Its operations live in the module of their aggregate; all of them commit
/// together, or none does.
pub struct Tx<'g> {
    pub(crate) conn: &'g mut Conn,
    pub(crate) state: &'g mut State,
}

/// What the writer keeps between writes.
pub(crate) struct State {
    pub(crate) cipher: Arc<Cipher>,
    pub(crate) log: Log,
    pub(crate) fan_out: FanOut,
    pub(crate) aliases: KnownAliases,
    pub(crate) people: KnownPeople,
    /// A statement of the current write failed.
    pub(crate) failed: bool,
}

impl Tx<'_> {
    pub(crate) async fn execute(&mut self, query: Query) -> Result<u64, Error> {
        let done = query.execute(self.conn).await;
        self.note(done)
    }

    pub(crate) async fn execute_all(&mut self, queries: Vec<Query>) -> Result<u64, Error> {
        let done = Query::execute_all(queries, self.conn).await;
        self.note(done)
    }

    pub(crate) async fn fetch_all<T: Record>(&mut self, query: Query) -> Result<Vec<T>, Error> {
        let rows = query.fetch_all(self.conn).await;
        self.note(rows)
    }

    pub(crate) async fn fetch_optional<T: Record>(&mut self, query: Query) -> Result<Option<T>, Error> {
        let row = query.fetch_optional(self.conn).await;
        self.note(row)
    }

    pub(crate) async fn fetch_one<T: Record>(&mut self, query: Query) -> Result<T, Error> {
        let row = query.fetch_one(self.conn).await;
        self.note(row)
    }

    /// Postgres refuses everything after a failed statement and turns the commit into a rollback
    /// without an error, so a write that goes on regardless must not count as done.
    fn note<T>(&mut self, result: sqlx::Result<T>) -> Result<T, Error> {
        self.state.failed |= result.is_err();
        Ok(result?)
    }
}
