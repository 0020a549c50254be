//! Following the event log.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior};
use ulid::Ulid;
use wagon_domain::{Caller, Capability, Event, EventId, EventKind, Jid, Message, SessionId, WaMessageId};
use wagon_store::{EventFilter, Horizon, Store};

use crate::error::Error;
use crate::identity::Access;
use crate::sessions::Sessions;
use crate::tickets::Tickets;

const PAGE: u32 = 200;
/// How long a stream may outlive the credential that opened it.
const KEY_CHECK: Duration = Duration::from_secs(15);

#[derive(Clone)]
pub struct Events {
    store: Store,
    sessions: Sessions,
    access: Access,
    tickets: Tickets,
}

/// Which part of the log to follow.
#[derive(Debug, Clone)]
pub struct Subscribe {
    /// What happens in all organisations from now on, for those who run the gateway.
    pub firehose: bool,
    pub session: Option<SessionId>,
    /// `None`: all kinds.
    pub kinds: Option<Vec<EventKind>>,
    /// The last event the subscriber has; `None` begins with what happens next.
    pub since: Option<EventId>,
}

/// Something of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Event(Arc<Event>),
    /// Events were deleted that the subscriber has not had.
    Gap(Gap),
}

/// A part of the log that is not whole any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    pub reason: GapReason,
    /// The last event the subscriber has.
    pub since: EventId,
    /// From here on nothing is missing.
    pub until: EventId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapReason {
    /// Older than the gateway keeps them.
    Pruned,
    /// They went with their session.
    SessionDeleted,
}

impl GapReason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pruned => "pruned",
            Self::SessionDeleted => "session_deleted",
        }
    }
}

/// A part of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage {
    pub events: Vec<Event>,
    pub gap: Option<Gap>,
}

impl Events {
    pub(crate) fn new(store: Store, sessions: Sessions, access: Access, tickets: Tickets) -> Self {
        Self {
            store,
            sessions,
            access,
            tickets,
        }
    }

    /// The log after `since`, then whatever is added to it, without gap or repeat.
    pub async fn subscribe(&self, caller: &Caller, request: Subscribe) -> Result<EventStream, Error> {
        self.authorize(caller, &request).await?;
        self.open(caller.clone(), request).await
    }

    /// A single-use ticket for this subscription.
    pub async fn ticket(&self, caller: &Caller, request: Subscribe) -> Result<String, Error> {
        self.authorize(caller, &request).await?;
        self.tickets.issue(caller.clone(), request)
    }

    /// The subscription behind a ticket; none when it is unknown, used or too old.
    pub async fn redeem(&self, ticket: &str) -> Result<Option<EventStream>, Error> {
        match self.tickets.redeem(ticket) {
            Some((caller, request)) => Ok(Some(self.open(caller, request).await?)),
            None => Ok(None),
        }
    }

    /// A part of the log: what came after `since`, at most `limit` events.
    pub async fn page(&self, caller: &Caller, request: Subscribe, limit: u32) -> Result<EventPage, Error> {
        self.authorize(caller, &request).await?;
        let filter = filter(caller, &request);
        let events = self.store.events(&filter, request.since.as_ref(), limit).await?;
        let gap = match &request.since {
            None => None,
            Some(since) => gap(&self.store, &filter, since).await?,
        };
        Ok(EventPage { events, gap })
    }

    /// The stored message that an event of a subscription is about.
    pub async fn message(
        &self,
        event: &Event,
        chat: &Jid,
        id: &WaMessageId,
    ) -> Result<Option<Message>, Error> {
        Ok(self.store.message(&event.session, Some(chat), id).await?)
    }

    async fn authorize(&self, caller: &Caller, request: &Subscribe) -> Result<(), Error> {
        if request.firehose && !caller.super_admin {
            return Err(Error::SuperAdminRequired);
        }
        let capability = Capability::Events;
        if let Some(session) = &request.session {
            self.sessions.resolve(caller, session).await?;
        }
        if !caller.may(capability) {
            return Err(Error::Forbidden { capability });
        }
        match &request.since {
            Some(since) => self.check_position(caller, since).await,
            None => Ok(()),
        }
    }

    /// An id that was never given out is a mistake, and reading on from it would hide that. One that is
    /// not there any more is a place in the log like any other.
    async fn check_position(&self, caller: &Caller, since: &EventId) -> Result<(), Error> {
        if *since == EventId::from_ulid(Ulid::nil()) || self.store.has_event(&caller.org, since).await? {
            return Ok(());
        }
        let Horizon {
            pruned_until,
            deleted_until,
        } = self.store.log_horizon(&caller.org).await?;
        if pruned_until
            .max(deleted_until)
            .is_some_and(|until| *since <= until)
        {
            return Ok(());
        }
        Err(Error::Invalid {
            field: "since",
            message: "since: unknown event id".to_owned(),
        })
    }

    async fn open(&self, caller: Caller, request: Subscribe) -> Result<EventStream, Error> {
        // Listening begins before the end of the log is looked up, so nothing falls in between.
        let live = self.store.subscribe();
        let replaying = request.since.is_some();
        let filter = filter(&caller, &request);
        let cursor = match request.since {
            Some(since) => Some(since),
            None => self.store.newest_event(filter.org.as_ref()).await?,
        };
        let mut key_check = tokio::time::interval(KEY_CHECK);
        key_check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        key_check.reset();
        Ok(EventStream {
            store: self.store.clone(),
            access: self.access.clone(),
            filter,
            caller,
            cursor,
            replaying,
            page: VecDeque::new(),
            gap_told: None,
            live,
            key_check,
        })
    }
}

/// An open subscription. The log itself is the buffer: a slow reader is merely behind.
pub struct EventStream {
    store: Store,
    access: Access,
    caller: Caller,
    filter: EventFilter,
    /// The last event handed out or skipped.
    cursor: Option<EventId>,
    /// Reading from the store, because the live tail does not reach back to the cursor.
    replaying: bool,
    page: VecDeque<Told>,
    /// Up to where a gap was told.
    gap_told: Option<EventId>,
    live: broadcast::Receiver<Arc<Event>>,
    key_check: Interval,
}

impl EventStream {
    /// What comes next. `None` when the gateway shuts down or the caller lost access; an error ends
    /// the stream too. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Told, Error>> {
        loop {
            if let Some(told) = self.page.pop_front() {
                if let Told::Event(event) = &told {
                    self.cursor = Some(event.id.clone());
                }
                return Some(Ok(told));
            }
            if self.replaying {
                match self.read().await {
                    Ok(()) => continue,
                    Err(error) => return Some(Err(error)),
                }
            }
            tokio::select! {
                received = self.live.recv() => match received {
                    Ok(event) => {
                        let repeat = self.cursor.as_ref().is_some_and(|cursor| event.id <= *cursor);
                        if !repeat && matches(&self.filter, &event) {
                            self.cursor = Some(event.id.clone());
                            return Some(Ok(Told::Event(event)));
                        }
                    }
                    // Fell behind the live tail: the store has what was missed.
                    Err(RecvError::Lagged(_)) => self.replaying = true,
                    Err(RecvError::Closed) => return None,
                },
                _ = self.key_check.tick() => match self.access.stands(&self.caller).await {
                    Ok(true) => {}
                    Ok(false) => return None,
                    Err(error) => return Some(Err(error)),
                },
            }
        }
    }

    /// Reads the next page after the cursor. What is missing before it is looked up afterwards, so that
    /// nothing can be deleted in between and not be noticed.
    async fn read(&mut self) -> Result<(), Error> {
        let events = self
            .store
            .events(&self.filter, self.cursor.as_ref(), PAGE)
            .await?;
        if let Some(cursor) = &self.cursor {
            let gap = gap(&self.store, &self.filter, cursor).await?;
            if let Some(gap) = gap.filter(|gap| self.gap_told.as_ref() < Some(&gap.until)) {
                self.gap_told = Some(gap.until.clone());
                self.page.push_back(Told::Gap(gap));
            }
        }
        self.replaying = events.len() == PAGE as usize;
        self.page
            .extend(events.into_iter().map(|event| Told::Event(Arc::new(event))));
        Ok(())
    }
}

fn filter(caller: &Caller, request: &Subscribe) -> EventFilter {
    EventFilter {
        org: (!request.firehose).then(|| caller.org.clone()),
        sessions: match &request.session {
            Some(session) => Some(vec![session.clone()]),
            None => caller.sessions.clone(),
        },
        kinds: request.kinds.clone(),
    }
}

/// What is missing for someone who has everything up to `since`. Whoever follows certain sessions does
/// not miss those that are gone.
async fn gap(store: &Store, filter: &EventFilter, since: &EventId) -> Result<Option<Gap>, Error> {
    // Whoever follows everything follows what comes, and has no place in the log to go on from.
    let Some(org) = &filter.org else {
        return Ok(None);
    };
    let horizon = store.log_horizon(org).await?;
    let missing = |until: Option<EventId>, reason| {
        let until = until.filter(|until| since < until)?;
        Some(Gap {
            reason,
            since: since.clone(),
            until,
        })
    };
    let pruned = missing(horizon.pruned_until, GapReason::Pruned);
    let deleted = match filter.sessions {
        None => missing(horizon.deleted_until, GapReason::SessionDeleted),
        Some(_) => None,
    };
    Ok(pruned.or(deleted))
}

fn matches(filter: &EventFilter, event: &Event) -> bool {
    filter.org.as_ref().is_none_or(|org| *org == event.org)
        && filter
            .sessions
            .as_ref()
            .is_none_or(|sessions| sessions.contains(&event.session))
        && filter
            .kinds
            .as_ref()
            .is_none_or(|kinds| kinds.contains(&event.body.kind()))
}
