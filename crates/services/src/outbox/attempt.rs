//! One attempt: hand the message over, then wait for WhatsApp's word on it.

use std::sync::Arc;

use wagon_domain::outbox::{OutboxEntry, OutboxStatus, SendFailure};
use wagon_engine::{Ack, Answer, SendError, Submission};

use super::Inner;
use super::lanes::{Job, Knowledge};
use crate::error::{Error, Missing};

/// What handing over came to.
enum Handed {
    /// It is written.
    Over(Answer),
    /// There is nothing to wait for.
    Settled(Box<OutboxEntry>),
}

impl Inner {
    /// Returns once the message is written, so that the next one of the chat may follow; the rest
    /// happens apart.
    pub(super) async fn hand_over(self: &Arc<Self>, mut job: Job) {
        match self.begin(&mut job.entry, job.knowledge).await {
            Ok(Handed::Over(answer)) => {
                let inner = Arc::clone(self);
                self.parts.tasks.spawn(async move {
                    let answer = answer.await;
                    let outcome = inner.conclude(job.entry.clone(), job.knowledge, answer).await;
                    job.end(outcome.map_err(Arc::new));
                });
            }
            Ok(Handed::Settled(entry)) => job.end(Ok(*entry)),
            Err(error) => job.end(Err(Arc::new(error))),
        }
    }

    async fn begin(&self, entry: &mut OutboxEntry, knowledge: Knowledge) -> Result<Handed, Error> {
        if knowledge == Knowledge::Stale {
            // Within the claim nobody else changes it, so what is read now holds.
            let current = self.parts.store.outbox_entry(&entry.org, &entry.id).await?;
            *entry = current.ok_or(Error::NotFound(Missing::Outbox))?;
            if entry.status != OutboxStatus::Sending {
                return Ok(Handed::Settled(Box::new(entry.clone())));
            }
        }
        let Some(media) = self.files(entry).await? else {
            tracing::error!(session.id = %entry.session, outbox.id = %entry.id, "the media of a send is gone");
            let failed = self.failed(entry.clone(), SendFailure::Unprepared).await?;
            return Ok(Handed::Settled(Box::new(failed)));
        };
        let submission = Submission {
            wa_id: entry.wa_id.clone(),
            to: entry.to.clone(),
            outgoing: entry.outgoing.clone(),
            quote: self.quote(entry).await?,
            media,
            source: self.source(entry).await?,
        };
        match self.parts.engine.send(&entry.session, submission).await {
            Ok(answer) => Ok(Handed::Over(answer)),
            Err(error) => {
                let settled = self.conclude(entry.clone(), knowledge, Err(error)).await?;
                Ok(Handed::Settled(Box::new(settled)))
            }
        }
    }

    async fn conclude(
        &self,
        entry: OutboxEntry,
        knowledge: Knowledge,
        answer: Result<Ack, SendError>,
    ) -> Result<OutboxEntry, Error> {
        match answer {
            Ok(ack) => self.sent(entry, ack).await,
            // Nobody waits for this one, and it is not to blame: it keeps its place.
            Err(SendError::Refused(SendFailure::RateLimited)) if knowledge != Knowledge::Fresh => {
                self.held(entry, SendFailure::RateLimited).await
            }
            Err(SendError::Refused(failure)) => self.failed(entry, failure).await,
            Err(SendError::Engine(source)) => {
                tracing::warn!(session.id = %entry.session, outbox.id = %entry.id, error = &*source as &dyn std::error::Error, "a send could not be prepared");
                self.failed(entry, SendFailure::Unprepared).await
            }
            // Still `Sending`: the next connection takes it up.
            Err(SendError::NotConnected | SendError::Unanswered) => Ok(entry),
        }
    }
}
