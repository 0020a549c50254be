//! Driving accepted sends to their end, exactly once as far as any recipient can tell.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wagon_domain::event::EventBody;
use wagon_domain::message::{Chat, Party, Quote};
use wagon_domain::outbox::{OutboxEntry, OutboxStatus, SendFailure};
use wagon_domain::{Clock, IdSource, Jid, MessageId, MessageStatus, OutboxId, SessionId, Timestamp};
use wagon_engine::{Ack, Engine, SendError, Submission};
use wagon_store::{Accepted, NewEvent, NewMessage, Store};

use crate::error::{Error, Missing};

/// How often an open send is tried on one connection.
const ATTEMPTS: usize = 3;

/// Hands accepted sends to the engine and records what came of them.
#[derive(Clone)]
pub(crate) struct Outbox {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    engine: Arc<dyn Engine>,
    clock: Arc<dyn Clock>,
    ids: IdSource,
    tasks: TaskTracker,
    /// Sends that this process is driving now. Whoever asks for one of them again waits with the
    /// first instead of sending beside it.
    under_way: Mutex<HashMap<OutboxId, watch::Receiver<Option<Outcome>>>>,
}

/// The entry as it stands after the attempt, or why it could not even be recorded.
type Outcome = Result<OutboxEntry, Arc<Error>>;

impl Outbox {
    pub(crate) fn new(
        store: Store,
        engine: Arc<dyn Engine>,
        clock: Arc<dyn Clock>,
        tasks: TaskTracker,
    ) -> Self {
        let inner = Inner {
            store,
            engine,
            clock,
            ids: IdSource::default(),
            tasks,
            under_way: Mutex::default(),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Stores a send together with its message, which is pending from now on: receipts that come
    /// before the acknowledgement is recorded find it.
    pub(crate) async fn accept(&self, entry: &OutboxEntry) -> Result<Accepted, Error> {
        let quote = self.inner.quote(entry).await?;
        let message = self.inner.message(entry, quote);
        let row = entry.clone();
        let accepted = self
            .inner
            .store
            .write(move |tx| Box::pin(async move { tx.accept_message(&row, &message).await }))
            .await?;
        Ok(accepted)
    }

    /// Sends an entry that was accepted just now and waits for the outcome. The send goes on when the
    /// caller stops waiting. A refusal by WhatsApp is an error; an outcome that is still open is not.
    pub(crate) async fn dispatch(&self, entry: OutboxEntry) -> Result<OutboxEntry, Error> {
        Self::outcome(self.drive(entry, Knowledge::Fresh)).await
    }

    /// The same for an entry that was read some time ago and may have been dealt with since.
    pub(crate) async fn dispatch_again(&self, entry: OutboxEntry) -> Result<OutboxEntry, Error> {
        Self::outcome(self.drive(entry, Knowledge::Stale)).await
    }

    async fn outcome(mut outcome: watch::Receiver<Option<Outcome>>) -> Result<OutboxEntry, Error> {
        let outcome = match outcome.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone(),
            Err(_) => None,
        };
        match outcome {
            Some(Ok(entry)) => match entry.error {
                Some(failure) => Err(Error::SendFailed(failure)),
                None => Ok(entry),
            },
            Some(Err(error)) => Err(Error::Internal(Box::new(error))),
            None => Err(Error::Unavailable),
        }
    }

    /// Takes up the sends of each session that comes up: those whose outcome was open when the
    /// connection broke or the process died. They go out in the order they were accepted, with the
    /// ids they had, so whoever has one already does not see it twice.
    pub(crate) async fn resume_on(
        self,
        mut came_up: mpsc::UnboundedReceiver<SessionId>,
        stop: CancellationToken,
    ) {
        loop {
            let session = tokio::select! {
                () = stop.cancelled() => return,
                session = came_up.recv() => session,
            };
            let Some(session) = session else { return };
            let outbox = self.clone();
            self.inner.tasks.spawn(async move {
                if let Err(error) = outbox.resume(&session).await {
                    tracing::error!(session.id = %session, error = &error as &dyn std::error::Error, "open sends were not resumed");
                }
            });
        }
    }

    async fn resume(&self, session: &SessionId) -> Result<(), Error> {
        for entry in self.inner.store.unfinished_sends(session).await? {
            for _ in 0..ATTEMPTS {
                match self.dispatch_again(entry.clone()).await {
                    // An attempt on the connection that broke may only end now, without an answer.
                    Ok(entry) if entry.status == OutboxStatus::Sending => {}
                    // A refusal is recorded; the next entry may fare better.
                    Ok(_) | Err(Error::SendFailed(_)) => break,
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    fn drive(&self, entry: OutboxEntry, knowledge: Knowledge) -> watch::Receiver<Option<Outcome>> {
        let mut under_way = self.inner.lock();
        if let Some(running) = under_way.get(&entry.id) {
            return running.clone();
        }
        let (tell, outcome) = watch::channel(None);
        under_way.insert(entry.id.clone(), outcome.clone());
        let claim = Claim {
            inner: Arc::clone(&self.inner),
            id: entry.id.clone(),
        };
        self.inner.tasks.spawn(async move {
            let result = claim.inner.attempt(entry, knowledge).await.map_err(Arc::new);
            drop(claim);
            tell.send_replace(Some(result));
        });
        outcome
    }
}

/// How much a copy of an entry is worth.
#[derive(Clone, Copy)]
enum Knowledge {
    /// Written by whoever holds it; nobody else has seen it yet.
    Fresh,
    /// Another attempt may have ended in between.
    Stale,
}

/// The right to drive one entry, given back however the attempt ends.
struct Claim {
    inner: Arc<Inner>,
    id: OutboxId,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.inner.lock().remove(&self.id);
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, HashMap<OutboxId, watch::Receiver<Option<Outcome>>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn attempt(&self, mut entry: OutboxEntry, knowledge: Knowledge) -> Result<OutboxEntry, Error> {
        if matches!(knowledge, Knowledge::Stale) {
            // Within the claim nobody else changes it, so what is read now holds.
            entry = match self.store.outbox_entry(&entry.org, &entry.id).await? {
                Some(current) if current.status == OutboxStatus::Sending => current,
                Some(settled) => return Ok(settled),
                None => return Err(Error::NotFound(Missing::Outbox)),
            };
        }
        let quote = self.quote(&entry).await?;
        let submission = Submission {
            wa_id: entry.wa_id.clone(),
            to: entry.to.clone(),
            outgoing: entry.outgoing.clone(),
            quote,
            media: Vec::new(),
            source: None,
        };
        let answer = match self.engine.send(&entry.session, submission).await {
            Ok(answer) => answer.await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(Ack { timestamp, .. }) => self.sent(entry, timestamp).await,
            Err(SendError::Refused(failure)) => self.failed(entry, failure).await,
            Err(SendError::Engine(source)) => {
                tracing::warn!(session.id = %entry.session, outbox.id = %entry.id, error = &*source as &dyn std::error::Error, "a send could not be prepared");
                self.failed(entry, SendFailure::Unprepared).await
            }
            // Still `Sending`: the next connection takes it up.
            Err(SendError::NotConnected | SendError::Unanswered) => Ok(entry),
        }
    }

    /// The quoted message as stored; one that Wagon never saw is quoted by its id alone.
    async fn quote(&self, entry: &OutboxEntry) -> Result<Option<Quote>, Error> {
        let Some(id) = entry.outgoing.reply_to() else {
            return Ok(None);
        };
        let known = self.store.message(&entry.session, Some(&entry.to), id).await?;
        let Some(message) = known else {
            return Ok(Some(Quote {
                id: id.clone(),
                sender: None,
                text: None,
                from_me: false,
            }));
        };
        let sender = if message.from_me {
            self.store
                .session(&entry.session)
                .await?
                .and_then(|session| session.jid)
                .map(|jid| jid.bare())
        } else {
            message.sender.address().cloned()
        };
        let text = message.content.body().map(str::to_owned);
        Ok(Some(Quote {
            id: id.clone(),
            sender,
            text,
            from_me: message.from_me,
        }))
    }

    async fn sent(&self, mut entry: OutboxEntry, sent_at: Timestamp) -> Result<OutboxEntry, Error> {
        let now = self.clock.now();
        entry.status = OutboxStatus::Sent;
        entry.sent_at = Some(sent_at);
        entry.updated_at = now;
        let row = entry.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if tx.settle_send(&row, sent_at).await? {
                        tx.append_event(status_event(&row, MessageStatus::Sent, sent_at))
                            .await?;
                    }
                    Ok(())
                })
            })
            .await?;
        metrics::counter!("wagon_messages_sent_total", "outcome" => "sent").increment(1);
        Ok(entry)
    }

    async fn failed(&self, mut entry: OutboxEntry, failure: SendFailure) -> Result<OutboxEntry, Error> {
        let now = self.clock.now();
        entry.status = OutboxStatus::Failed;
        entry.error = Some(failure.clone());
        entry.updated_at = now;
        let row = entry.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.fail_send(&row.id, &failure, now).await?;
                    if tx.message_failed(&row.session, &row.to, &row.wa_id).await? {
                        tx.append_event(status_event(&row, MessageStatus::Failed, now))
                            .await?;
                    }
                    Ok(())
                })
            })
            .await?;
        metrics::counter!("wagon_messages_sent_total", "outcome" => "failed").increment(1);
        Ok(entry)
    }

    fn message(&self, entry: &OutboxEntry, quote: Option<Quote>) -> NewMessage {
        NewMessage {
            id: MessageId::from_ulid(self.ids.next(entry.created_at, &mut rand::rng())),
            session: entry.session.clone(),
            wa_id: entry.wa_id.clone(),
            chat: Chat {
                jid: entry.to.clone(),
                alias: None,
            },
            chat_name: None,
            sender: Party::default(),
            from_me: true,
            content: entry.outgoing.content(),
            quote,
            mentions: entry.outgoing.mentions().iter().map(Jid::bare).collect(),
            status: Some(MessageStatus::Pending),
            timestamp: entry.created_at,
            created_at: entry.created_at,
        }
    }
}

fn status_event(entry: &OutboxEntry, status: MessageStatus, timestamp: Timestamp) -> NewEvent {
    NewEvent {
        org: entry.org.clone(),
        session: entry.session.clone(),
        body: EventBody::MessageStatus {
            chat: entry.to.clone(),
            sender: None,
            ids: vec![entry.wa_id.clone()],
            status,
            timestamp,
            outbox: Some(entry.id.clone()),
        },
        timestamp: entry.updated_at,
    }
}
