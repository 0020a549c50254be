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
    pub kinds: Vec<(Option<KindFilter>, u64)>,
    pub chats: Vec<ChatCount>,
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
    pub async fn messages(
        &self,
        caller: &Caller,
        session: Option<&SessionId>,
        period: Period,
    ) -> Result<Counted, Error> {
        let sessions = match session {
            Some(id) => vec![self.sessions.require(caller, id, Capability::Read).await?],
            None if caller.may(Capability::Read) => self.sessions.seen(caller).await?,
            None => {
                return Err(Error::Forbidden {
                    capability: Capability::Read,
                });
            }
        };
        let ids: Vec<SessionId> = sessions.iter().map(|session| session.id.clone()).collect();
        let Period { since, stretch } = period;
        let mut series = BTreeMap::new();
        let mut by_session: BTreeMap<SessionId, Traffic> = BTreeMap::new();
        for counted in self.store.message_counts(&ids, since, stretch).await? {
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
            kinds: self.store.message_kinds(&ids, since).await?,
            chats: self.store.busiest_chats(&ids, since, CHATS).await?,
        })
    }
}
