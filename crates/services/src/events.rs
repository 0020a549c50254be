//! Following the event log.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior};
use wagon_domain::{Caller, Capability, Event, EventId, EventKind, SessionId};
use wagon_store::{EventFilter, Store};

use crate::error::Error;
use crate::keys::Keys;
use crate::sessions::Sessions;
use crate::tickets::Tickets;

const PAGE: u32 = 200;
/// How long a stream may outlive the key that opened it.
const KEY_CHECK: Duration = Duration::from_secs(15);

#[derive(Clone)]
pub struct Events {
    store: Store,
    sessions: Sessions,
    keys: Keys,
    tickets: Tickets,
}

/// Which part of the log to follow.
#[derive(Debug, Clone)]
pub struct Subscribe {
    pub session: Option<SessionId>,
    /// `None`: all kinds.
    pub kinds: Option<Vec<EventKind>>,
    /// The last event the subscriber has; `None` begins with what happens next.
    pub since: Option<EventId>,
}

impl Events {
    pub(crate) fn new(store: Store, sessions: Sessions, keys: Keys, tickets: Tickets) -> Self {
        Self {
            store,
            sessions,
            keys,
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

    async fn authorize(&self, caller: &Caller, request: &Subscribe) -> Result<(), Error> {
        let capability = Capability::Events;
        if let Some(session) = &request.session {
            self.sessions.resolve(caller, session).await?;
        }
        if caller.may(capability) {
            Ok(())
        } else {
            Err(Error::Forbidden { capability })
        }
    }

    async fn open(&self, caller: Caller, request: Subscribe) -> Result<EventStream, Error> {
        // Listening begins before the end of the log is looked up, so nothing falls in between.
        let live = self.store.subscribe();
        let replaying = request.since.is_some();
        let cursor = match request.since {
            Some(since) => Some(since),
            None => self.store.newest_event(&caller.org).await?,
        };
        let sessions = match request.session {
            Some(session) => Some(vec![session]),
            None => caller.sessions.clone(),
        };
        let mut key_check = tokio::time::interval(KEY_CHECK);
        key_check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        key_check.reset();
        Ok(EventStream {
            store: self.store.clone(),
            keys: self.keys.clone(),
            filter: EventFilter {
                org: caller.org.clone(),
                sessions,
                kinds: request.kinds,
            },
            caller,
            cursor,
            replaying,
            page: VecDeque::new(),
            live,
            key_check,
        })
    }
}

/// An open subscription. The log itself is the buffer: a slow reader is merely behind.
pub struct EventStream {
    store: Store,
    keys: Keys,
    caller: Caller,
    filter: EventFilter,
    /// The last event handed out or skipped.
    cursor: Option<EventId>,
    /// Reading from the store, because the live tail does not reach back to the cursor.
    replaying: bool,
    page: VecDeque<Event>,
    live: broadcast::Receiver<Arc<Event>>,
    key_check: Interval,
}

impl EventStream {
    /// The next event. `None` when the gateway shuts down or the key was revoked; an error ends
    /// the stream too. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Arc<Event>, Error>> {
        loop {
            if let Some(event) = self.page.pop_front() {
                self.cursor = Some(event.id.clone());
                return Some(Ok(Arc::new(event)));
            }
            if self.replaying {
                match self.store.events(&self.filter, self.cursor.as_ref(), PAGE).await {
                    Ok(page) => {
                        self.replaying = page.len() == PAGE as usize;
                        self.page = page.into();
                    }
                    Err(error) => return Some(Err(error.into())),
                }
                continue;
            }
            tokio::select! {
                received = self.live.recv() => match received {
                    Ok(event) => {
                        let repeat = self.cursor.as_ref().is_some_and(|cursor| event.id <= *cursor);
                        if !repeat && matches(&self.filter, &event) {
                            self.cursor = Some(event.id.clone());
                            return Some(Ok(event));
                        }
                    }
                    // Fell behind the live tail: the store has what was missed.
                    Err(RecvError::Lagged(_)) => self.replaying = true,
                    Err(RecvError::Closed) => return None,
                },
                _ = self.key_check.tick() => match self.keys.stands(&self.caller).await {
                    Ok(true) => {}
                    Ok(false) => return None,
                    Err(error) => return Some(Err(error)),
                },
            }
        }
    }
}

fn matches(filter: &EventFilter, event: &Event) -> bool {
    filter.org == event.org
        && filter
            .sessions
            .as_ref()
            .is_none_or(|sessions| sessions.contains(&event.session))
        && filter
            .kinds
            .as_ref()
            .is_none_or(|kinds| kinds.contains(&event.body.kind()))
}
