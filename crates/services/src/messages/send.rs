use std::time::Duration;

use wagon_domain::outbox::{OutboxEntry, OutboxStatus, SendFailure};
use wagon_domain::{Caller, Capability, OutboxId, Session, SessionId, SessionStatus, WaMessageId};
use wagon_store::Accepted;

use super::Messages;
use super::request::{Mode, Quoting, Ready, SendMessage, Sent};
use crate::error::{Conflict, Error, Missing};

/// How long a send waits for a session that is on its way up.
const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// How long a synchronous send waits for its outcome; past it, the answer is that it is open.
const OUTCOME_WAIT: Duration = Duration::from_secs(25);

impl Messages {
    /// Sends a message. It is stored, with its WhatsApp id, before it goes out, so no crash can
    /// make two of it.
    pub async fn send(
        &self,
        caller: &Caller,
        session: &SessionId,
        request: SendMessage,
    ) -> Result<Sent, Error> {
        let sessions = &self.parts.sessions;
        let session = sessions.require(caller, session, Capability::Send).await?;
        let request = request.ready(&session.id, &self.parts.outbound).await?;
        let mode = request.mode;
        if let Some(wanted) = &request.idempotency
            && let Some(earlier) = self.parts.store.send_by_key(&session.org, &wanted.key).await?
        {
            return self.replay(&session, earlier, request).await;
        }
        self.check_quote(&session.id, &request).await?;
        if mode == Mode::Sync {
            self.admit(&session).await?;
        }
        let entry = self.entry(&session, &request);
        // Shared, not copied: the send that lost a race needs them for its replay.
        let files = request.files.clone();
        match self.parts.outbox.accept(&entry, files).await {
            Ok(Accepted::New) => Ok(Sent {
                entry: self.go(entry).await?,
                replayed: false,
            }),
            Ok(Accepted::Existing(earlier)) => {
                self.dismiss(&session, mode);
                self.replay(&session, earlier, request).await
            }
            Err(error) => {
                self.dismiss(&session, mode);
                Err(error)
            }
        }
    }

    async fn check_quote(&self, session: &SessionId, request: &Ready) -> Result<(), Error> {
        let Some(quoted) = request
            .outgoing
            .reply_to()
            .filter(|_| request.quoting == Quoting::Stored)
        else {
            return Ok(());
        };
        let stored = self
            .parts
            .store
            .message(session, Some(&request.to), quoted)
            .await?;
        stored.map(drop).ok_or(Error::NotFound(Missing::Message))
    }

    /// Lets a synchronous send in, if it can go out now, and takes it out of the budget.
    pub(super) async fn admit(&self, session: &Session) -> Result<(), Error> {
        self.connected(session).await?;
        if let Some((cause, retry_after)) = self.parts.holds.current(&session.id).await? {
            return Err(Error::SendsHeld { cause, retry_after });
        }
        self.parts.budgets.take_one(&session.id, &session.settings).await
    }

    /// Undoes [`Messages::admit`]: nothing was sent.
    pub(super) fn dismiss(&self, session: &Session, mode: Mode) {
        if mode == Mode::Sync {
            self.parts.budgets.give_back(&session.id, &session.settings, 1);
        }
    }

    /// Waits a moment for a session that is on its way up: right after its code was scanned, a restart,
    /// or a broken connection.
    async fn connected(&self, session: &Session) -> Result<(), Error> {
        if self.parts.live.connected(&session.id) {
            return Ok(());
        }
        if !matches!(
            session.status,
            SessionStatus::Starting | SessionStatus::ScanQrCode
        ) {
            return Err(Error::NotConnected);
        }
        let mut state = self.parts.live.watch(&session.id);
        match tokio::time::timeout(CONNECT_WAIT, state.wait_for(|state| state.connected)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Error::NotConnected),
        }
    }

    /// Sets an accepted send going; a synchronous one is answered with its outcome.
    async fn go(&self, entry: OutboxEntry) -> Result<OutboxEntry, Error> {
        if entry.status == OutboxStatus::Queued {
            self.parts.outbox.wake(&entry.session);
            return Ok(entry);
        }
        let outcome = self.parts.outbox.dispatch(entry.clone());
        Self::outcome(entry, outcome).await
    }

    /// A refusal by WhatsApp is an error; an outcome that is still open is not.
    pub(super) async fn outcome(
        entry: OutboxEntry,
        outcome: impl Future<Output = Result<OutboxEntry, Error>>,
    ) -> Result<OutboxEntry, Error> {
        let entry = match tokio::time::timeout(OUTCOME_WAIT, outcome).await {
            Ok(outcome) => outcome?,
            Err(_) => entry,
        };
        match (entry.status, &entry.error) {
            (OutboxStatus::Failed, error) => Err(Error::SendFailed {
                failure: error.clone().unwrap_or(SendFailure::Unprepared),
                retry_after: entry.retry_at.map(|retry_at| retry_at.since(entry.updated_at)),
            }),
            _ => Ok(entry),
        }
    }

    /// The outcome of an earlier request with the same key: its result if it has one, the same send
    /// driven on if it has none, a new attempt with the same WhatsApp id if it failed.
    async fn replay(&self, session: &Session, earlier: OutboxEntry, request: Ready) -> Result<Sent, Error> {
        if earlier.idempotency != request.idempotency {
            return Err(Error::Conflict(Conflict::IdempotencyKeyReused));
        }
        match (earlier.status, request.mode) {
            (OutboxStatus::Sending, Mode::Sync) => {
                let outcome = self.parts.outbox.dispatch_again(earlier.clone());
                Ok(Sent {
                    entry: Self::outcome(earlier, outcome).await?,
                    replayed: true,
                })
            }
            (OutboxStatus::Queued | OutboxStatus::Sending | OutboxStatus::Sent, _) => Ok(Sent {
                entry: earlier,
                replayed: true,
            }),
            (OutboxStatus::Failed, _) => {
                let status = match request.mode {
                    Mode::Sync => {
                        self.admit(session).await?;
                        OutboxStatus::Sending
                    }
                    Mode::Async => OutboxStatus::Queued,
                };
                let entry = self
                    .parts
                    .outbox
                    .accept_again(earlier, status, request.files)
                    .await?;
                Ok(Sent {
                    entry: self.go_again(entry).await?,
                    replayed: false,
                })
            }
        }
    }

    /// The same for a send that others may have taken up meanwhile.
    async fn go_again(&self, entry: OutboxEntry) -> Result<OutboxEntry, Error> {
        if entry.status == OutboxStatus::Queued {
            return self.go(entry).await;
        }
        let outcome = self.parts.outbox.dispatch_again(entry.clone());
        Self::outcome(entry, outcome).await
    }

    fn entry(&self, session: &Session, request: &Ready) -> OutboxEntry {
        let now = self.parts.clock.now();
        let mut rng = rand::rng();
        let (status, dispatched_at) = match request.mode {
            Mode::Sync => (OutboxStatus::Sending, Some(now)),
            Mode::Async => (OutboxStatus::Queued, None),
        };
        OutboxEntry {
            id: OutboxId::from_ulid(self.ids.next(now, &mut rng)),
            org: session.org.clone(),
            session: session.id.clone(),
            idempotency: request.idempotency.clone(),
            wa_id: WaMessageId::generate(&mut rng),
            to: request.to.clone(),
            outgoing: request.outgoing.clone(),
            status,
            error: None,
            retry_at: None,
            dispatched_at,
            created_at: now,
            updated_at: now,
            sent_at: None,
        }
    }
}
