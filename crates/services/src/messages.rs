//! Sending, and reading what was sent and received.

use std::sync::Arc;
use std::time::Duration;

use wagon_domain::outbox::{Idempotency, OutboxEntry, OutboxStatus, Outgoing};
use wagon_domain::{
    Caller, Capability, Clock, IdSource, Jid, Message, MessageId, OutboxId, Session, SessionId,
    SessionStatus, WaMessageId,
};
use wagon_store::{Accepted, Store};

use crate::budget::Budgets;
use crate::error::{Conflict, Error};
use crate::fingerprint;
use crate::live::Live;
use crate::outbox::Outbox;
use crate::sessions::Sessions;

const MAX_IDEMPOTENCY_KEY: usize = 255;
const CONNECT_WAIT: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Messages {
    store: Store,
    sessions: Sessions,
    outbox: Outbox,
    budgets: Budgets,
    clock: Arc<dyn Clock>,
    live: Arc<Live>,
    ids: Arc<IdSource>,
}

/// A message to be sent.
#[derive(Debug, Clone)]
pub struct SendMessage {
    pub to: Jid,
    pub outgoing: Outgoing,
    pub idempotency_key: Option<String>,
}

/// What became of a send. A status of `Sending` means that WhatsApp has not answered yet: the
/// message goes out (again, with the same id) until it has.
#[derive(Debug, Clone)]
pub struct Sent {
    pub entry: OutboxEntry,
    /// An earlier request with the same idempotency key did the work.
    pub replayed: bool,
}

impl Messages {
    pub(crate) fn new(
        store: Store,
        sessions: Sessions,
        outbox: Outbox,
        budgets: Budgets,
        clock: Arc<dyn Clock>,
        live: Arc<Live>,
    ) -> Self {
        Self {
            store,
            sessions,
            outbox,
            budgets,
            clock,
            live,
            ids: Arc::default(),
        }
    }

    /// Sends a message and waits for WhatsApp's acknowledgement. The message is stored, with its
    /// WhatsApp id, before it goes out, so no crash can make two of it.
    pub async fn send(
        &self,
        caller: &Caller,
        session: &SessionId,
        request: SendMessage,
    ) -> Result<Sent, Error> {
        let session = self.sessions.require(caller, session, Capability::Send).await?;
        let idempotency = validate(&session.id, &request)?;
        if let Some(wanted) = &idempotency
            && let Some(earlier) = self.store.send_by_key(&session.org, &wanted.key).await?
        {
            return self.replay(earlier, wanted).await;
        }
        self.connected(&session).await?;
        self.budgets.take(&session.id, &session.settings).await?;
        let entry = self.entry(&session, request, idempotency);
        match self.outbox.accept(&entry).await {
            Ok(Accepted::New) => Ok(Sent {
                entry: self.outbox.dispatch(entry).await?,
                replayed: false,
            }),
            Ok(Accepted::Existing(earlier)) => {
                self.budgets.give_back(&session.id);
                match &entry.idempotency {
                    Some(wanted) => self.replay(earlier, wanted).await,
                    None => Err(Error::internal("a send without a key met an earlier one")),
                }
            }
            Err(error) => {
                self.budgets.give_back(&session.id);
                Err(error)
            }
        }
    }

    /// Waits a moment for a session that is on its way up: right after its code was scanned, a restart,
    /// or a broken connection.
    async fn connected(&self, session: &Session) -> Result<(), Error> {
        if self.live.connected(&session.id) {
            return Ok(());
        }
        if !matches!(
            session.status,
            SessionStatus::Starting | SessionStatus::ScanQrCode
        ) {
            return Err(Error::NotConnected);
        }
        let mut state = self.live.watch(&session.id);
        match tokio::time::timeout(CONNECT_WAIT, state.wait_for(|state| state.connected)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Error::NotConnected),
        }
    }

    /// Stored messages of a chat, newest first. An unknown chat has none.
    pub async fn list(
        &self,
        caller: &Caller,
        session: &SessionId,
        chat: &Jid,
        before: Option<&MessageId>,
        limit: u32,
    ) -> Result<Vec<Message>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.store.messages(session, &chat.bare(), before, limit).await?)
    }

    /// The outcome of an earlier request with the same key: its result if it has one, the same send
    /// driven on if it has none, a new attempt with the same WhatsApp id if it failed.
    async fn replay(&self, earlier: OutboxEntry, wanted: &Idempotency) -> Result<Sent, Error> {
        if earlier
            .idempotency
            .as_ref()
            .is_none_or(|first| first.fingerprint != wanted.fingerprint)
        {
            return Err(Error::Conflict(Conflict::IdempotencyKeyReused));
        }
        match earlier.status {
            OutboxStatus::Sent => Ok(Sent {
                entry: earlier,
                replayed: true,
            }),
            OutboxStatus::Sending => Ok(Sent {
                entry: self.outbox.dispatch_again(earlier).await?,
                replayed: true,
            }),
            OutboxStatus::Failed => {
                if !self.live.connected(&earlier.session) {
                    return Err(Error::NotConnected);
                }
                let (id, now) = (earlier.id.clone(), self.clock.now());
                self.store
                    .write(move |tx| Box::pin(async move { tx.retry_send(&id, now).await }))
                    .await?;
                let entry = OutboxEntry {
                    status: OutboxStatus::Sending,
                    error: None,
                    ..earlier
                };
                Ok(Sent {
                    entry: self.outbox.dispatch_again(entry).await?,
                    replayed: false,
                })
            }
        }
    }

    fn entry(
        &self,
        session: &Session,
        request: SendMessage,
        idempotency: Option<Idempotency>,
    ) -> OutboxEntry {
        let now = self.clock.now();
        let mut rng = rand::rng();
        OutboxEntry {
            id: OutboxId::from_ulid(self.ids.next(now, &mut rng)),
            org: session.org.clone(),
            session: session.id.clone(),
            idempotency,
            wa_id: WaMessageId::generate(&mut rng),
            to: request.to.bare(),
            outgoing: request.outgoing,
            status: OutboxStatus::Sending,
            error: None,
            created_at: now,
            updated_at: now,
            sent_at: None,
        }
    }
}

fn validate(session: &SessionId, request: &SendMessage) -> Result<Option<Idempotency>, Error> {
    if let Outgoing::Text { text, .. } = &request.outgoing
        && text.is_empty()
    {
        return Err(Error::Invalid {
            field: "text",
            message: "text is required for type 'text'".to_owned(),
        });
    }
    let Some(key) = request.idempotency_key.clone() else {
        return Ok(None);
    };
    if key.is_empty() || key.chars().count() > MAX_IDEMPOTENCY_KEY {
        let message = format!("Idempotency-Key must have 1 to {MAX_IDEMPOTENCY_KEY} characters");
        return Err(Error::Invalid {
            field: "Idempotency-Key",
            message,
        });
    }
    let fingerprint = fingerprint::of(session, &request.to.bare(), &request.outgoing);
    Ok(Some(Idempotency { key, fingerprint }))
}
