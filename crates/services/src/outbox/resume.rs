//! Going on where a broken connection, or the end of the process, interrupted.

use std::sync::Arc;

use tokio::sync::mpsc;
use wagon_domain::SessionId;
use wagon_domain::outbox::OutboxStatus;

use super::lanes::Knowledge;
use super::{Inner, Outbox};
use crate::error::Error;

/// How often an open send is tried on one connection.
const ATTEMPTS: usize = 3;

impl Outbox {
    /// Takes up the sends of each session that comes up: those whose outcome was open when the
    /// connection broke or the process died, then what is queued. They go out in the order they
    /// were accepted, with the ids they had, so whoever has one already does not see it twice.
    pub(crate) async fn resume_on(self, mut came_up: mpsc::UnboundedReceiver<SessionId>) {
        let parts = &self.inner.parts;
        loop {
            let session = tokio::select! {
                () = parts.stop.cancelled() => return,
                session = came_up.recv() => session,
            };
            let Some(session) = session else { return };
            let inner = Arc::clone(&self.inner);
            parts.tasks.spawn(async move {
                if let Err(error) = inner.resume(&session).await {
                    tracing::error!(session.id = %session, error = &error as &dyn std::error::Error, "open sends were not resumed");
                }
            });
        }
    }
}

impl Inner {
    async fn resume(self: &Arc<Self>, session: &SessionId) -> Result<(), Error> {
        let open = self.parts.store.unfinished_sends(session).await?;
        let mut waiting: Vec<_> = open
            .into_iter()
            .map(|entry| self.drive(entry, Knowledge::Stale))
            .collect();
        self.wake(session);
        for _ in 1..ATTEMPTS {
            let mut still_open = Vec::new();
            for outcome in waiting {
                // An attempt on the connection that broke may only end now, without an answer.
                match Outbox::outcome(outcome).await {
                    Ok(entry) if entry.status == OutboxStatus::Sending => still_open.push(entry),
                    Ok(_) => {}
                    Err(error) => return Err(error),
                }
            }
            if still_open.is_empty() || !self.parts.live.connected(session) {
                return Ok(());
            }
            waiting = still_open
                .into_iter()
                .map(|entry| self.drive(entry, Knowledge::Stale))
                .collect();
        }
        Ok(())
    }
}
