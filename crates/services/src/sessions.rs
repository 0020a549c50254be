//! Sessions: making them, linking them, starting and stopping them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use wagon_domain::audit::{Action, AuditEntry, Deed};
use wagon_domain::event::EventBody;
use wagon_domain::session::{SessionSettings, StatusReason};
use wagon_domain::{
    Caller, Capability, Clock, IdSource, Person, PhoneNumber, Session, SessionId, SessionStatus, Timestamp,
};
use wagon_engine::{Engine, PairError, PairingCode};
use wagon_store::{NewEvent, Store};

use crate::composition::Defaults;
use crate::error::{Conflict, Error, Missing};
use crate::identity::Ledger;
use crate::live::Live;

/// Between the starts of two sessions after a restart: WhatsApp would see them all log in at once.
const RESUME_STAGGER: Duration = Duration::from_millis(50);
/// How long a request for a QR code waits for the first one to arrive.
const QR_WAIT: Duration = Duration::from_secs(8);

#[derive(Clone)]
pub struct Sessions {
    store: Store,
    engine: Arc<dyn Engine>,
    clock: Arc<dyn Clock>,
    live: Arc<Live>,
    ids: Arc<IdSource>,
    ledger: Ledger,
    defaults: Defaults,
    /// Sessions whose sends are to be taken up.
    resume: mpsc::UnboundedSender<SessionId>,
}

/// A session to be made.
#[derive(Debug, Clone)]
pub struct CreateSession {
    pub label: Option<String>,
    /// Begin pairing right away.
    pub start: bool,
    pub auto_read: bool,
    pub presence_typing: bool,
}

/// Settings to change; `None` leaves one as it is.
#[derive(Debug, Clone, Default)]
pub struct UpdateSession {
    /// An empty one removes it.
    pub label: Option<String>,
    pub auto_read: Option<bool>,
    pub presence_typing: Option<bool>,
    /// Zero or less is unlimited; so for the next one.
    pub rate_per_min: Option<i32>,
    pub rate_per_hour: Option<i32>,
}

/// The QR code that is valid now.
#[derive(Clone, PartialEq, Eq)]
pub struct Qr {
    pub code: String,
    pub expires_at: Timestamp,
}

/// The code links a device to an account, so it does not belong into debug output.
impl std::fmt::Debug for Qr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Qr")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl Sessions {
    pub(crate) fn new(
        store: Store,
        engine: Arc<dyn Engine>,
        clock: Arc<dyn Clock>,
        live: Arc<Live>,
        defaults: Defaults,
        resume: mpsc::UnboundedSender<SessionId>,
    ) -> Self {
        Self {
            store,
            engine,
            ledger: Ledger::new(Arc::clone(&clock)),
            clock,
            live,
            ids: Arc::default(),
            defaults,
            resume,
        }
    }

    /// The session, if it exists for this caller.
    pub async fn resolve(&self, caller: &Caller, id: &SessionId) -> Result<Session, Error> {
        let session = self.live.session(&self.store, id).await?;
        session
            .filter(|session| caller.sees(&session.org, id))
            .ok_or(Error::NotFound(Missing::Session))
    }

    /// The session, if it exists for this caller and the caller may do `capability` with it.
    pub async fn require(
        &self,
        caller: &Caller,
        id: &SessionId,
        capability: Capability,
    ) -> Result<Session, Error> {
        let session = self.resolve(caller, id).await?;
        if caller.may(capability) {
            Ok(session)
        } else {
            Err(Error::Forbidden { capability })
        }
    }

    /// The session of the caller's organisation with this id or, as nobody's id is a name, with this name.
    /// Whether the caller may know of it is not asked.
    pub async fn find(&self, caller: &Caller, id_or_name: &str) -> Result<Option<Session>, Error> {
        let session = match id_or_name.parse() {
            Ok(id) => self.live.session(&self.store, &id).await?,
            Err(_) => self.store.session_by_label(&caller.org, id_or_name).await?,
        };
        Ok(session.filter(|session| session.org == caller.org))
    }

    pub async fn create(&self, caller: &Caller, request: CreateSession) -> Result<Session, Error> {
        self.insert(caller, request, false).await
    }

    /// The same, with a label that no other session of the organisation has.
    pub async fn create_named(&self, caller: &Caller, request: CreateSession) -> Result<Session, Error> {
        self.insert(caller, request, true).await
    }

    async fn insert(&self, caller: &Caller, request: CreateSession, unique: bool) -> Result<Session, Error> {
        let capability = Capability::Manage;
        // A key that is limited to sessions cannot make one that it would not see.
        if !caller.may(capability) || caller.sessions.is_some() {
            return Err(Error::Forbidden { capability });
        }
        let now = self.clock.now();
        let session = Session {
            id: SessionId::from_ulid(self.ids.next(now, &mut rand::rng())),
            org: caller.org.clone(),
            label: request.label,
            status: SessionStatus::Stopped,
            reason: None,
            jid: None,
            lid: None,
            settings: SessionSettings {
                auto_read: request.auto_read,
                presence_typing: request.presence_typing,
                rate_per_min: self.defaults.rate_per_min,
                rate_per_hour: self.defaults.rate_per_hour,
            },
            last_connected_at: None,
            created_at: now,
            updated_at: now,
        };
        let (row, entry) = (
            session.clone(),
            self.noted(caller, Action::SessionCreate, &session.id),
        );
        let inserted = self.store.write(move |tx| {
            Box::pin(async move {
                let label = row.label.as_deref().filter(|_| unique);
                if let Some(label) = label
                    && tx.session_label_taken(&row.org, label).await?
                {
                    return Ok(false);
                }
                tx.insert_session(&row).await?;
                tx.record(&entry).await?;
                Ok(true)
            })
        });
        if !inserted.await? {
            return Err(Error::Conflict(Conflict::SessionNameTaken));
        }
        if request.start {
            self.bring_up(&session, None).await?;
            return self.resolve(caller, &session.id).await;
        }
        Ok(session)
    }

    /// The caller's sessions, newest first.
    pub async fn list(&self, caller: &Caller) -> Result<Vec<Session>, Error> {
        let capability = Capability::Manage;
        if !caller.may(capability) {
            return Err(Error::Forbidden { capability });
        }
        self.seen(caller).await
    }

    /// The sessions that the caller may know of, newest first.
    pub async fn seen(&self, caller: &Caller) -> Result<Vec<Session>, Error> {
        let mut sessions = self.store.sessions(&caller.org).await?;
        sessions.retain(|session| caller.sees(&session.org, &session.id));
        Ok(sessions)
    }

    /// Whether something runs for the session: a connection, attempts at one, or pairing.
    pub fn is_running(&self, id: &SessionId) -> bool {
        self.engine.is_running(id)
    }

    /// The name that others see next to the account's messages, while the session is connected.
    pub fn push_name(&self, id: &SessionId) -> Option<String> {
        self.engine.push_name(id)
    }

    /// The sessions of all organisations, for figures that whoever runs the gateway reads.
    pub async fn everyones(&self) -> Result<Vec<Session>, Error> {
        Ok(self.store.all_sessions().await?)
    }

    /// The sessions of all organisations, newest first.
    pub async fn list_all(&self, person: &Person) -> Result<Vec<Session>, Error> {
        if !person.super_admin {
            return Err(Error::SuperAdminRequired);
        }
        let mut sessions = self.store.all_sessions().await?;
        sessions.reverse();
        Ok(sessions)
    }

    pub async fn get(&self, caller: &Caller, id: &SessionId) -> Result<Session, Error> {
        self.require(caller, id, Capability::Manage).await
    }

    /// Changes settings. What waits for room in the budget goes by the new ones at once.
    pub async fn update(
        &self,
        caller: &Caller,
        id: &SessionId,
        change: UpdateSession,
    ) -> Result<Session, Error> {
        let before = self.require(caller, id, Capability::Manage).await?;
        let settings = SessionSettings {
            auto_read: change.auto_read.unwrap_or(before.settings.auto_read),
            presence_typing: change.presence_typing.unwrap_or(before.settings.presence_typing),
            rate_per_min: change.rate_per_min.unwrap_or(before.settings.rate_per_min),
            rate_per_hour: change.rate_per_hour.unwrap_or(before.settings.rate_per_hour),
        };
        let label = change.label.map_or(before.label, |label| {
            Some(label).filter(|label| !label.is_empty())
        });
        let (target, now) = (id.clone(), self.clock.now());
        let entry = self.noted(caller, Action::SessionUpdate, id);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.set_session_label(&target, label.as_deref(), now).await?;
                    tx.update_session_settings(&target, &settings, now).await?;
                    tx.record(&entry).await
                })
            })
            .await?;
        self.live.changed(id);
        if self.live.connected(id) {
            // The receiver only goes away at shutdown, when nothing is to be sent.
            let _ = self.resume.send(id.clone());
        }
        self.resolve(caller, id).await
    }

    /// Takes the session down and deletes everything of it. The phone keeps the linked device;
    /// log out first to remove that too.
    pub async fn delete(&self, caller: &Caller, id: &SessionId) -> Result<(), Error> {
        self.require(caller, id, Capability::Manage).await?;
        self.engine.stop(id).await;
        let (session, entry) = (id.clone(), self.noted(caller, Action::SessionDelete, id));
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.delete_session(&session).await?;
                    tx.record(&entry).await
                })
            })
            .await?;
        self.live.update(id, |state| state.connected = false);
        self.live.forget(id);
        Ok(())
    }

    pub async fn start(&self, caller: &Caller, id: &SessionId) -> Result<Session, Error> {
        let session = self.require(caller, id, Capability::Manage).await?;
        if !session.is_linked() {
            return Err(Error::NotLinked);
        }
        let entry = self.noted(caller, Action::SessionStart, id);
        self.bring_up(&session, Some(entry)).await?;
        self.resolve(caller, id).await
    }

    /// Starts a session that does not run: a linked one connects, another begins pairing.
    pub async fn launch(&self, caller: &Caller, id: &SessionId) -> Result<Session, Error> {
        let session = self.require(caller, id, Capability::Manage).await?;
        if self.engine.is_running(id) {
            return Err(Error::Conflict(match session.status {
                SessionStatus::Starting => Conflict::AlreadyStarting,
                _ => Conflict::AlreadyRunning,
            }));
        }
        let entry = self.noted(caller, Action::SessionStart, id);
        if session.is_linked() {
            self.bring_up(&session, Some(entry)).await?;
        } else {
            self.set_status(&session, SessionStatus::Starting, None, Some(entry))
                .await?;
            self.engine.start(id).await.map_err(Error::internal)?;
        }
        self.resolve(caller, id).await
    }

    pub async fn stop(&self, caller: &Caller, id: &SessionId) -> Result<Session, Error> {
        let session = self.require(caller, id, Capability::Manage).await?;
        let entry = self.noted(caller, Action::SessionStop, id);
        self.take_down(&session, entry).await?;
        self.resolve(caller, id).await
    }

    pub async fn restart(&self, caller: &Caller, id: &SessionId) -> Result<Session, Error> {
        let session = self.require(caller, id, Capability::Manage).await?;
        if !session.is_linked() {
            return Err(Error::NotLinked);
        }
        let entry = self.noted(caller, Action::SessionRestart, id);
        self.take_down(&session, entry).await?;
        self.bring_up(&session, None).await?;
        self.resolve(caller, id).await
    }

    /// Unlinks the device from the account, as far as the connection allows, and forgets its keys.
    pub async fn logout(&self, caller: &Caller, id: &SessionId) -> Result<Session, Error> {
        let session = self.require(caller, id, Capability::Manage).await?;
        self.engine.unlink(id).await;
        let target = session.id.clone();
        self.store
            .write(move |tx| Box::pin(async move { tx.clear_device_state(&target).await }))
            .await?;
        let entry = self.noted(caller, Action::SessionLogout, id);
        self.set_status(
            &session,
            SessionStatus::LoggedOut,
            Some(StatusReason::LoggedOut),
            Some(entry),
        )
        .await?;
        self.resolve(caller, id).await
    }

    /// The QR code to scan now. Begins pairing when the session is idle, and waits a moment for the
    /// first code.
    pub async fn qr(&self, caller: &Caller, id: &SessionId) -> Result<Qr, Error> {
        let session = self.require(caller, id, Capability::Manage).await?;
        self.begin_pairing(&session).await
    }

    /// A code to type on the phone instead of scanning. Begins pairing when the session is idle.
    pub async fn pairing_code(
        &self,
        caller: &Caller,
        id: &SessionId,
        phone: &PhoneNumber,
    ) -> Result<PairingCode, Error> {
        let session = self.require(caller, id, Capability::Manage).await?;
        self.begin_pairing(&session).await?;
        let code = self.engine.pairing_code(id, phone).await.map_err(|error| match error {
            PairError::NotPairing => Error::Conflict(Conflict::AlreadyRunning),
            PairError::CodeOutstanding => Error::Conflict(Conflict::PairingCodeOutstanding),
            PairError::Refused { reason } => Error::Pairing { reason },
            PairError::Unreachable(source) => {
                tracing::warn!(session.id = %id, error = &*source as &dyn std::error::Error, "no pairing code");
                Error::Pairing { reason: "the network did not answer".to_owned() }
            }
        })?;
        let event = NewEvent {
            org: session.org,
            session: session.id,
            body: EventBody::PairingCode {
                code: code.code.clone(),
                phone: phone.as_str().to_owned(),
                expires_at: code.expires_at,
            },
            timestamp: self.clock.now(),
        };
        let entry = self.noted(caller, Action::SessionPair, id);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.append_event(event).await?;
                    tx.record(&entry).await
                })
            })
            .await?;
        Ok(code)
    }

    /// Starts every linked session that was up when the process last ended.
    pub(crate) async fn resume(&self) -> Result<usize, Error> {
        let sessions = self.store.sessions_to_resume().await?;
        for (index, session) in sessions.iter().enumerate() {
            if index > 0 {
                tokio::time::sleep(RESUME_STAGGER).await;
            }
            self.bring_up(session, None).await?;
        }
        Ok(sessions.len())
    }

    async fn begin_pairing(&self, session: &Session) -> Result<Qr, Error> {
        if session.is_linked() {
            return Err(Error::Conflict(Conflict::AlreadyLinked));
        }
        let mut state = self.live.watch(&session.id);
        if let Some(qr) = self.current(state.borrow_and_update().qr.as_ref()) {
            return Ok(qr);
        }
        self.engine.start(&session.id).await.map_err(Error::internal)?;
        let shown = tokio::time::timeout(
            QR_WAIT,
            state.wait_for(|state| self.current(state.qr.as_ref()).is_some()),
        )
        .await;
        match shown {
            Ok(Ok(state)) => self
                .current(state.qr.as_ref())
                .ok_or(Error::NotFound(Missing::Qr)),
            Ok(Err(_)) | Err(_) => Err(Error::NotFound(Missing::Qr)),
        }
    }

    fn current(&self, qr: Option<&Qr>) -> Option<Qr> {
        qr.cloned().filter(|qr| qr.expires_at > self.clock.now())
    }

    async fn bring_up(&self, session: &Session, entry: Option<AuditEntry>) -> Result<(), Error> {
        if session.is_linked() && !self.live.connected(&session.id) {
            self.set_status(session, SessionStatus::Starting, None, entry)
                .await?;
        } else if let Some(entry) = entry {
            self.store
                .write(move |tx| Box::pin(async move { tx.record(&entry).await }))
                .await?;
        }
        self.engine.start(&session.id).await.map_err(Error::internal)
    }

    async fn take_down(&self, session: &Session, entry: AuditEntry) -> Result<(), Error> {
        self.engine.stop(&session.id).await;
        self.set_status(session, SessionStatus::Stopped, None, Some(entry))
            .await
    }

    fn noted(&self, caller: &Caller, action: Action, id: &SessionId) -> AuditEntry {
        self.ledger.entry(Deed::by_caller(caller, action).to(id))
    }

    async fn set_status(
        &self,
        session: &Session,
        status: SessionStatus,
        reason: Option<StatusReason>,
        entry: Option<AuditEntry>,
    ) -> Result<(), Error> {
        if status != SessionStatus::Working {
            self.live.update(&session.id, |state| {
                state.connected = false;
                state.qr = None;
            });
        }
        let (org, id, now) = (session.org.clone(), session.id.clone(), self.clock.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(entry) = entry {
                        tx.record(&entry).await?;
                    }
                    crate::intake::record_status(tx, &org, &id, status, reason, now).await
                })
            })
            .await?;
        self.live.changed(&session.id);
        Ok(())
    }
}
