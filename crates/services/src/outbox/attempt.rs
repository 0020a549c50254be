//! One attempt: hand the message over, then wait for WhatsApp's word on it.

use std::sync::Arc;
use std::time::Duration;

use wagon_crash_point::Step;
use wagon_domain::SessionId;
use wagon_domain::outbox::{OutboxEntry, OutboxStatus, SendFailure};
use wagon_engine::{Ack, Answer, SendError, Submission};

use super::Inner;
use super::lanes::{Job, Knowledge};
use crate::error::{Error, Missing};

/// How long a send rests that was left unanswered; twice as long each time.
const FIRST_REST: Duration = Duration::from_secs(2);
const LONGEST_REST: Duration = Duration::from_mins(1);

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
                    let outcome = inner.see_through(&mut job, answer).await;
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
        // A repeat was typed before.
        if knowledge != Knowledge::Stale {
            self.type_out(entry).await?;
        }
        wagon_crash_point::pass(Step::SendBegun);
        match self.parts.engine.send(&entry.session, submission).await {
            Ok(answer) => {
                wagon_crash_point::pass(Step::SendWritten);
                Ok(Handed::Over(answer))
            }
            // What broke off is waited for like what was written, and repeated like it.
            Err(broken @ (SendError::NotConnected | SendError::Unanswered)) => {
                Ok(Handed::Over(Box::pin(std::future::ready(Err(broken)))))
            }
            Err(error) => {
                let settled = self.conclude(entry.clone(), knowledge, Err(error)).await?;
                Ok(Handed::Settled(Box::new(settled)))
            }
        }
    }

    /// Waits for the answer, and sends again as long as there is none on a connection that lives:
    /// nothing else would. What a broken connection left open is for the next one.
    async fn see_through(&self, job: &mut Job, mut answer: Answer) -> Result<OutboxEntry, Error> {
        let mut rest = FIRST_REST;
        let mut knowledge = job.knowledge;
        loop {
            let answered = answer.await;
            let entry = self.conclude(job.entry.clone(), knowledge, answered).await?;
            if entry.status != OutboxStatus::Sending || !self.connection_outlives(&entry.session, rest).await
            {
                return Ok(entry);
            }
            rest = (rest * 2).min(LONGEST_REST);
            knowledge = Knowledge::Stale;
            answer = match self.begin(&mut job.entry, Knowledge::Stale).await? {
                Handed::Over(answer) => answer,
                Handed::Settled(entry) => return Ok(*entry),
            };
        }
    }

    async fn connection_outlives(&self, session: &SessionId, rest: Duration) -> bool {
        let mut state = self.parts.live.watch(session);
        tokio::select! {
            () = self.parts.stop.cancelled() => false,
            _ = state.wait_for(|state| !state.connected) => false,
            () = tokio::time::sleep(rest) => true,
        }
    }

    async fn conclude(
        &self,
        entry: OutboxEntry,
        knowledge: Knowledge,
        answer: Result<Ack, SendError>,
    ) -> Result<OutboxEntry, Error> {
        match answer {
            Ok(ack) => {
                wagon_crash_point::pass(Step::SendAcknowledged);
                self.sent(entry, ack).await
            }
            // Nobody waits for this one, and it is not to blame: it keeps its place.
            Err(SendError::Refused(SendFailure::RateLimited)) if knowledge != Knowledge::Fresh => {
                self.held(entry, SendFailure::RateLimited).await
            }
            // WhatsApp has trouble of its own, and whoever was told of an open outcome may count on
            // the send.
            Err(SendError::Refused(SendFailure::Unavailable { .. })) if knowledge != Knowledge::Fresh => {
                Ok(entry)
            }
            Err(SendError::Refused(failure)) => self.failed(entry, failure).await,
            Err(SendError::Engine(source)) => {
                tracing::warn!(session.id = %entry.session, outbox.id = %entry.id, error = &*source as &dyn std::error::Error, "a send could not be prepared");
                self.failed(entry, SendFailure::Unprepared).await
            }
            // Still `Sending`.
            Err(SendError::NotConnected | SendError::Unanswered) => Ok(entry),
        }
    }
}
