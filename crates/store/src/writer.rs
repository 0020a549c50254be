//! The one writer: takes every write that waits, runs them in one transaction, commits once.
//!
//! With `synchronous=FULL` a commit costs a flush to disk, so sharing it is what makes many small
//! durable writes fast. Nothing is delayed to fill a group: while one commits, the next one queues.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::Error;
use crate::conn::Conn;
use crate::connect::Pool;
use crate::job::{Job, Outcome};
use crate::tx::{State, Tx};

/// Writes that may share one transaction.
const MAX_GROUP: usize = 256;

pub(crate) struct Writer {
    pub(crate) queue: mpsc::Receiver<Box<dyn Job>>,
    pub(crate) pool: Pool,
    /// None after a failure, until the next group connects again.
    pub(crate) conn: Option<Conn>,
    /// Whether every connection has to claim the database first.
    pub(crate) exclusive: bool,
    pub(crate) state: State,
    /// Ends the writer once the queue is empty.
    pub(crate) closing: CancellationToken,
}

impl Writer {
    pub(crate) async fn run(mut self) {
        let mut group = Vec::with_capacity(MAX_GROUP);
        loop {
            let taken = tokio::select! {
                biased;
                () = self.closing.cancelled(), if !self.queue.is_closed() => {
                    self.queue.close();
                    continue;
                }
                taken = self.queue.recv_many(&mut group, MAX_GROUP) => taken,
            };
            if taken == 0 {
                break;
            }
            self.write(&mut group).await;
        }
    }

    async fn write(&mut self, group: &mut Vec<Box<dyn Job>>) {
        #[expect(clippy::cast_precision_loss, reason = "queue lengths are small")]
        {
            metrics::gauge!("wagon_store_queue_depth").set(self.queue.len() as f64);
            metrics::histogram!("wagon_store_group_size").record(group.len() as f64);
        }
        let started = Instant::now();
        let outcome: Outcome = self.transact(group).await.map_err(Arc::new);
        metrics::histogram!("wagon_store_commit_seconds").record(started.elapsed());

        if outcome.is_ok() {
            self.state.log.publish();
            self.state.fan_out.publish();
        } else {
            self.state.log.discard(0);
            self.state.aliases.clear();
            self.state.people.clear();
        }
        for job in group.drain(..) {
            job.settle(&outcome);
        }
    }

    /// Runs a group in one transaction. Each write has a savepoint, so that one that fails takes
    /// nothing of the others with it; a write that is alone needs none. A connection on which the
    /// transaction itself failed is dropped, which closes it: whatever state it is in, a new one
    /// is in none.
    async fn transact(&mut self, group: &mut [Box<dyn Job>]) -> sqlx::Result<()> {
        let several = group.len() > 1;
        let mut conn = self.begin(several).await?;
        self.state.log.begin();

        let last = group.len() - 1;
        let mut rolled_back = false;
        for (index, job) in group.iter_mut().enumerate() {
            let events = self.state.log.pending();
            self.state.failed = false;
            let mut tx = Tx {
                conn: &mut conn,
                state: &mut self.state,
            };
            let keep = job.run(&mut tx).await;
            if !keep {
                self.state.log.discard(events);
                self.state.aliases.clear();
                self.state.people.clear();
            }
            match (several, keep) {
                (true, true) if index < last => conn.control("RELEASE job; SAVEPOINT job").await?,
                (true, false) => conn.control("ROLLBACK TO job").await?,
                (_, true) => {}
                (false, false) => {
                    conn.control("ROLLBACK").await?;
                    rolled_back = true;
                }
            }
        }
        if !rolled_back {
            let State { log, fan_out, .. } = &mut self.state;
            log.append(&mut conn).await?;
            fan_out.deliver(&mut conn, log.written()).await?;
            conn.control("COMMIT").await?;
        }
        self.conn = Some(conn);
        Ok(())
    }

    /// Begins on the kept connection, or on a new one when that has died meanwhile: nothing has
    /// run yet, so a second try repeats nothing.
    async fn begin(&mut self, several: bool) -> sqlx::Result<Conn> {
        if let Some(mut conn) = self.conn.take() {
            match conn.begin(several).await {
                Ok(()) => return Ok(conn),
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the writer connects again"
                    );
                }
            }
        }
        let mut conn = self.pool.acquire_own().await?;
        if self.exclusive && !conn.claim().await? {
            return Err(sqlx::Error::Configuration(Box::new(Error::Claimed)));
        }
        conn.begin(several).await?;
        Ok(conn)
    }
}
