//! One queued write: the closure to run inside the transaction, and whom to tell how it went.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use crate::{Error, Tx};

/// What a transaction came to, for each write in it.
pub(crate) type Outcome = Result<(), Arc<sqlx::Error>>;

/// A write with its type of result erased.
pub(crate) trait Job: Send {
    /// Runs the write and keeps its result; says whether it may be committed.
    fn run<'t, 'g: 't>(&'t mut self, tx: &'t mut Tx<'g>) -> BoxFuture<'t, bool>;

    /// Tells the one who queued it, after the transaction has ended.
    fn settle(self: Box<Self>, outcome: &Outcome);
}

pub(crate) struct Write<T, F, R> {
    work: Option<F>,
    /// The work's own result; none when the transaction failed before its turn.
    result: Option<Result<T, Error>>,
    reply: R,
}

/// Where a write's result goes.
pub(crate) trait Reply<T>: Send {
    fn send(self, result: Result<T, Error>);
}

impl<T: Send> Reply<T> for oneshot::Sender<Result<T, Error>> {
    fn send(self, result: Result<T, Error>) {
        // Whoever stopped waiting does not want to know.
        drop(Self::send(self, result));
    }
}

/// For writes that nobody waits for: failures go to the log.
pub(crate) struct LogFailure;

impl<T> Reply<T> for LogFailure {
    fn send(self, result: Result<T, Error>) {
        if let Err(error) = result {
            tracing::error!(error = &error as &dyn std::error::Error, "a queued write failed");
        }
    }
}

impl<T, F, R> Write<T, F, R> {
    pub(crate) fn new(work: F, reply: R) -> Self {
        Self {
            work: Some(work),
            result: None,
            reply,
        }
    }
}

impl<T, F, R> Job for Write<T, F, R>
where
    T: Send,
    F: for<'t, 'g> FnOnce(&'t mut Tx<'g>) -> BoxFuture<'t, Result<T, Error>> + Send,
    R: Reply<T>,
{
    fn run<'t, 'g: 't>(&'t mut self, tx: &'t mut Tx<'g>) -> BoxFuture<'t, bool> {
        Box::pin(async move {
            let Some(work) = self.work.take() else {
                return false;
            };
            let run = AssertUnwindSafe(async { work(tx).await }).catch_unwind().await;
            // The payload has been printed by the panic hook.
            let result = match run.unwrap_or(Err(Error::Panicked)) {
                Ok(_) if tx.state.failed => Err(Error::IgnoredFailure),
                result => result,
            };
            let keep = result.is_ok();
            self.result = Some(result);
            keep
        })
    }

    fn settle(self: Box<Self>, outcome: &Outcome) {
        let result = match (self.result, outcome) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(Error::Commit(Arc::clone(error))),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => unreachable!("a transaction commits after all of its writes have run"),
        };
        self.reply.send(result);
    }
}
