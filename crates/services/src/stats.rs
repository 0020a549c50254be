//! How much goes through.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use wagon_domain::{Caller, Capability, Clock, Session, SessionId, Timestamp};
use wagon_store::{ChatCount, KindFilter, MessageCount, Store};

use crate::error::Error;
use crate::sessions::Sessions;

const DAY: Duration = Duration::from_hours(24);
const HOUR: Duration = Duration::from_hours(1);
/// How many of the busiest chats are named.
const CHATS: u32 = 10;

/// Counts messages.
#[derive(Clone)]
pub struct Stats {
    store: Store,
    sessions: Sessions,
    clock: Arc<dyn Clock>,
}

/// Messages both ways.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Those that failed too.
    pub sent: u64,
    pub received: u64,
    pub failed: u64,
}

/// Messages since a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub since: Timestamp,
    /// The length of the stretches that they are counted in.
    pub stretch: Duration,
}

/// What was counted.
#[derive(Debug, Clone)]
pub struct Counted {
    /// By when each stretch begins.
    pub series: BTreeMap<Timestamp, Traffic>,
    pub sessions: Vec<(Session, Traffic)>,
}

impl Traffic {
    fn add(&mut self, counted: &MessageCount) {
        let side = if counted.from_me {
            &mut self.sent
        } else {
            &mut self.received
        };
        *side += counted.count;
        if counted.failed {
            self.failed += counted.count;
        }
    }
}

impl Counted {
    /// Over the whole period.
    pub fn total(&self) -> Traffic {
        let mut total = Traffic::default();
        for traffic in self.series.values() {
            total.sent += traffic.sent;
            total.received += traffic.received;
            total.failed += traffic.failed;
        }
        total
    }
}

impl Stats {
    pub(crate) fn new(store: Store, sessions: Sessions, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            sessions,
            clock,
        }
    }

    /// From the beginning, by days.
    pub fn ever(&self) -> Period {
        Period {
            since: Timestamp::default(),
            stretch: DAY,
        }
    }

    /// The last day, by hours.
    pub fn last_day(&self) -> Period {
        Period {
            since: self.clock.now() - DAY,
            stretch: HOUR,
        }
    }

    /// So many days, by days.
    pub fn last_days(&self, days: u32) -> Period {
        Period {
            since: self.clock.now() - DAY * days,
            stretch: DAY,
        }
    }

    /// When the day began that it is in UTC.
    pub fn today(&self) -> Timestamp {
        let now = self.clock.now().as_millis();
        let day = i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_millis(now - now.rem_euclid(day))
    }

    /// The messages of one session, or of all that the caller sees.
    pub async fn traffic(
        &self,
        caller: &Caller,
        session: Option<&SessionId>,
        period: Period,
    ) -> Result<Counted, Error> {
        let sessions = self.seen(caller, session).await?;
        let Period { since, stretch } = period;
        let mut series = BTreeMap::new();
        let mut by_session: BTreeMap<SessionId, Traffic> = BTreeMap::new();
        for counted in self.store.message_counts(&ids(&sessions), since, stretch).await? {
            let at: &mut Traffic = series.entry(counted.since).or_default();
            at.add(&counted);
            by_session
                .entry(counted.session.clone())
                .or_default()
                .add(&counted);
        }
        let with_traffic = |session: Session| {
            let traffic = by_session.get(&session.id).copied().unwrap_or_default();
            (session, traffic)
        };
        Ok(Counted {
            series,
            sessions: sessions.into_iter().map(with_traffic).collect(),
        })
    }

    /// How many of those there are of each kind; `None` is what has no word.
    pub async fn kinds(
        &self,
        caller: &Caller,
        session: Option<&SessionId>,
        period: Period,
    ) -> Result<Vec<(Option<KindFilter>, u64)>, Error> {
        let sessions = ids(&self.seen(caller, session).await?);
        Ok(self.store.message_kinds(&sessions, period.since).await?)
    }

    /// The chats with most of them.
    pub async fn busiest(
        &self,
        caller: &Caller,
        session: Option<&SessionId>,
        period: Period,
    ) -> Result<Vec<ChatCount>, Error> {
        let sessions = ids(&self.seen(caller, session).await?);
        Ok(self.store.busiest_chats(&sessions, period.since, CHATS).await?)
    }

    async fn seen(&self, caller: &Caller, session: Option<&SessionId>) -> Result<Vec<Session>, Error> {
        let capability = Capability::Read;
        match session {
            Some(id) => Ok(vec![self.sessions.require(caller, id, capability).await?]),
            None if caller.may(capability) => self.sessions.seen(caller).await,
            None => Err(Error::Forbidden { capability }),
        }
    }
}

fn ids(sessions: &[Session]) -> Vec<SessionId> {
    sessions.iter().map(|session| session.id.clone()).collect()
}
