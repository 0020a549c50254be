//! The results of polls, told when they end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use wagon_domain::content::Poll;
use wagon_domain::event::EventBody;
use wagon_domain::poll::Recap;
use wagon_domain::{Clock, Content};
use wagon_store::{EndingPoll, NewEvent, Store};

use crate::error::Error;

/// Polls that are read at once.
const BATCH: u32 = 50;
/// The longest sleep: a clock that is set forward is noticed after it.
const LONGEST: Duration = Duration::from_mins(10);
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Sleeps until the next poll ends. Rows are what it goes by, so no end is missed over a restart.
pub(crate) struct Recaps {
    store: Store,
    clock: Arc<dyn Clock>,
    stored: NewPolls,
}

/// Told whenever a poll with an end was stored.
#[derive(Clone, Default)]
pub(crate) struct NewPolls(Arc<Notify>);

impl NewPolls {
    /// To be called after the commit.
    pub(crate) fn stored<'a>(&self, contents: impl IntoIterator<Item = &'a Content>) {
        let ends = |content: &Content| matches!(content, Content::Poll(Poll { ends_at: Some(_), .. }));
        if contents.into_iter().any(ends) {
            self.0.notify_one();
        }
    }
}

impl Recaps {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>, stored: NewPolls) -> Self {
        Self { store, clock, stored }
    }

    pub(crate) async fn tell_on(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let wait = self.tell().await.unwrap_or_else(|error| {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "results of polls were not told"
                );
                Some(AFTER_FAILURE)
            });
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.stored.0.notified() => {}
                () = tokio::time::sleep(wait.unwrap_or(LONGEST).min(LONGEST)), if wait.is_some() => {}
            }
        }
    }

    /// Tells what is due; says how long until the next one, if there is any.
    async fn tell(&self) -> Result<Option<Duration>, Error> {
        loop {
            let now = self.clock.now();
            let ended = self.store.ended_polls(now, BATCH).await?;
            if ended.is_empty() {
                let next = self.store.next_poll_end().await?;
                return Ok(next.map(|end| end.since(now)));
            }
            for poll in ended {
                self.tell_one(poll).await?;
            }
        }
    }

    async fn tell_one(&self, ended: EndingPoll) -> Result<(), Error> {
        let message = self
            .store
            .message(&ended.session, Some(&ended.chat), &ended.poll)
            .await?;
        let session = self.store.session(&ended.session).await?;
        let now = self.clock.now();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let ballots = tx.ballots(&ended.session, &ended.chat, &ended.poll).await?;
                    // Of a poll that is gone there is nothing to tell.
                    if tx.take_ended_poll(&ended).await?
                        && let Some(session) = session
                        && let Some(Content::Poll(poll)) = message.map(|message| message.content)
                    {
                        let recap = Recap::of(ended.poll, ended.chat, &poll, ended.ends_at, ballots);
                        tx.append_event(NewEvent {
                            org: session.org,
                            session: ended.session,
                            body: EventBody::PollRecap(Box::new(recap)),
                            timestamp: now,
                        })
                        .await?;
                    }
                    Ok(())
                })
            })
            .await?;
        Ok(())
    }
}
