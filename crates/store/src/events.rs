//! The event log: append-only, in one order, read with a cursor.

use std::collections::HashSet;
use std::sync::Arc;

use sqlx::FromRow;
use tokio::sync::broadcast;
use ulid::Ulid;
use wagon_domain::{Clock, Event, EventBody, EventId, EventKind, IdSource, OrgId, SessionId, Timestamp};

use crate::conn::Conn;
use crate::row::{Row, json};
use crate::sql::{Sql, sql, with_lists};
use crate::value::{Value, list};
use crate::{Error, Store, Tx};

/// An event to append; its id is given by its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    pub org: OrgId,
    pub session: SessionId,
    pub body: EventBody,
    pub timestamp: Timestamp,
}

/// Which events to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFilter {
    /// `None`: of every organisation.
    pub org: Option<OrgId>,
    /// `None`: of every session.
    pub sessions: Option<Vec<SessionId>>,
    /// `None`: of every kind.
    pub kinds: Option<Vec<EventKind>>,
}

/// The log's writing end: gives ids and announces what was committed.
pub(crate) struct Log {
    clock: Arc<dyn Clock>,
    ids: IdSource,
    last: Ulid,
    /// Whether `last` is known to be the newest id in the log during this transaction.
    current: bool,
    pending: Vec<Arc<Event>>,
    live: broadcast::Sender<Arc<Event>>,
}

impl Log {
    pub(crate) fn new(clock: Arc<dyn Clock>, live: broadcast::Sender<Arc<Event>>) -> Self {
        let (ids, last) = (IdSource::default(), Ulid::nil());
        Self {
            clock,
            ids,
            last,
            current: false,
            pending: Vec::new(),
            live,
        }
    }

    /// A transaction begins: another process may have appended since the last one.
    pub(crate) fn begin(&mut self) {
        self.current = false;
    }

    /// Continues after the newest stored event, so that ids increase even if the clock was set
    /// back or runs behind that of another process.
    pub(crate) async fn next_id(&mut self, conn: &mut Conn) -> Result<EventId, Error> {
        if !self.current {
            let newest = newest_id(conn).await?;
            if newest > self.last {
                self.ids = IdSource::after(newest);
            }
            self.current = true;
        }
        self.last = self.ids.next(self.clock.now(), &mut rand::rng());
        Ok(EventId::from_ulid(self.last))
    }

    /// How many events the open transaction has appended.
    pub(crate) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Forgets the open transaction's events from `start` on: they were rolled back.
    pub(crate) fn discard(&mut self, start: usize) {
        self.pending.truncate(start);
    }

    /// Writes the open transaction's events, all with one statement. Those of a session that was
    /// deleted meanwhile go the way of everything else it had.
    pub(crate) async fn append(&mut self, conn: &mut Conn) -> sqlx::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let rows: Vec<serde_json::Value> = self
            .pending
            .iter()
            .map(|event| {
                serde_json::json!([
                    event.id.as_str(),
                    event.org.as_str(),
                    event.session.as_str(),
                    event.body.kind().as_str(),
                    json(&event.body),
                    event.timestamp.as_millis(),
                ])
            })
            .collect();
        let query = sql(Sql::Per {
            sqlite: "INSERT INTO events (id, organization_id, session_id, kind, body, created_at)
                SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
                FROM json_each($1) WHERE (value ->> 2) IN (SELECT id FROM sessions) RETURNING id",
            postgres: "INSERT INTO events (id, organization_id, session_id, kind, body, created_at)
                SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, (value ->> 5)::bigint
                FROM json_array_elements($1::json) WHERE (value ->> 2) IN (SELECT id FROM sessions) RETURNING id",
        })
        .bind(serde_json::Value::Array(rows).to_string());
        let written: Vec<(String,)> = query.fetch_all(conn).await?;
        if written.len() < self.pending.len() {
            let written: HashSet<String> = written.into_iter().map(|(id,)| id).collect();
            self.pending.retain(|event| written.contains(event.id.as_str()));
        }
        Ok(())
    }

    /// The events that the open transaction has written.
    pub(crate) fn written(&self) -> impl Iterator<Item = &Event> {
        self.pending.iter().map(Arc::as_ref)
    }

    /// Announces the events of the transaction that has just committed.
    pub(crate) fn publish(&mut self) {
        for event in self.pending.drain(..) {
            // Nobody may be listening.
            drop(self.live.send(event));
        }
    }
}

async fn newest_id(conn: &mut Conn) -> Result<Ulid, Error> {
    let newest: Option<(String,)> = sql("SELECT id FROM events ORDER BY id DESC LIMIT 1")
        .fetch_optional(conn)
        .await?;
    let Some((id,)) = newest else {
        return Ok(Ulid::nil());
    };
    let ulid = id
        .strip_prefix(EventId::PREFIX)
        .and_then(|ulid| Ulid::from_string(ulid).ok());
    ulid.ok_or_else(|| Row::of("events", &id).corrupt("id"))
}

#[derive(FromRow)]
pub(crate) struct EventRow {
    id: String,
    organization_id: String,
    session_id: String,
    body: String,
    created_at: i64,
}

impl TryFrom<EventRow> for Event {
    type Error = Error;

    fn try_from(row: EventRow) -> Result<Self, Error> {
        let at = Row::of("events", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            org: at.parse("organization_id", &row.organization_id)?,
            session: at.parse("session_id", &row.session_id)?,
            timestamp: Timestamp::from_millis(row.created_at),
            body: at.json("body", &row.body)?,
        })
    }
}

impl Tx<'_> {
    /// Appends to the log, with the commit. Subscribers hear of it after that.
    pub async fn append_event(&mut self, event: NewEvent) -> Result<EventId, Error> {
        let id = self
            .state
            .log
            .next_id(self.conn)
            .await
            .inspect_err(|_| self.state.failed = true)?;
        let NewEvent {
            org,
            session,
            body,
            timestamp,
        } = event;
        self.state.log.pending.push(Arc::new(Event {
            id: id.clone(),
            org,
            session,
            timestamp,
            body,
        }));
        Ok(id)
    }
}

impl Store {
    /// Those of these events that are in the log.
    pub async fn events_by_id(&self, ids: &[EventId]) -> Result<Vec<Event>, Error> {
        let text = with_lists!("SELECT * FROM events WHERE id IN " list "$1" "");
        let query = sql(text).bind(list(ids.iter().map(EventId::as_str)));
        let rows: Vec<EventRow> = self.fetch_all(query).await?;
        rows.into_iter().map(Event::try_from).collect()
    }

    /// Events after the cursor, oldest first.
    pub async fn events(
        &self,
        filter: &EventFilter,
        after: Option<&EventId>,
        limit: u32,
    ) -> Result<Vec<Event>, Error> {
        let Some(sessions) = &filter.sessions else {
            return self.events_of(None, filter, after, limit).await;
        };
        // One index each: asked for together they would be read past everything else in the log.
        let mut events = Vec::new();
        for session in sessions {
            events.extend(self.events_of(Some(session), filter, after, limit).await?);
        }
        events.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(events)
    }

    async fn events_of(
        &self,
        session: Option<&SessionId>,
        filter: &EventFilter,
        after: Option<&EventId>,
        limit: u32,
    ) -> Result<Vec<Event>, Error> {
        let org = filter.org.as_ref();
        let kinds = filter
            .kinds
            .as_ref()
            .map(|kinds| list(kinds.iter().map(|kind| kind.as_str())));
        let text = if session.is_some() {
            with_lists!(
                "SELECT * FROM events WHERE session_id = $1 AND ($5 IS NULL OR organization_id = $5)
                    AND id > $2 AND ($3 IS NULL OR kind IN " list "$3" ") ORDER BY id LIMIT $4"
            )
        } else if filter.org.is_none() {
            with_lists!(
                "SELECT * FROM events WHERE $1 IS NULL AND id > $2
                    AND ($3 IS NULL OR kind IN " list "$3" ") ORDER BY id LIMIT $4"
            )
        } else {
            with_lists!(
                "SELECT * FROM events WHERE organization_id = $1 AND id > $2
                    AND ($3 IS NULL OR kind IN " list "$3" ") ORDER BY id LIMIT $4"
            )
        };
        let mut query = sql(text)
            .bind(session.map(SessionId::as_str).or(org.map(OrgId::as_str)))
            .bind(after.map_or("", EventId::as_str))
            .bind(kinds.unwrap_or(Value::Text(None)))
            .bind(limit);
        if session.is_some() {
            query = query.bind(org);
        }
        self.fetch_all::<EventRow>(query)
            .await?
            .into_iter()
            .map(Event::try_from)
            .collect()
    }

    /// The newest event of an organisation, or of all: the cursor of a reader who wants only what comes.
    pub async fn newest_event(&self, org: Option<&OrgId>) -> Result<Option<EventId>, Error> {
        let query = match org {
            Some(org) => {
                sql("SELECT id FROM events WHERE organization_id = $1 ORDER BY id DESC LIMIT 1").bind(org)
            }
            None => sql("SELECT id FROM events ORDER BY id DESC LIMIT 1"),
        };
        let newest: Option<(String,)> = self.fetch_optional(query).await?;
        newest
            .map(|(id,)| Row::of("events", &id).parse("id", &id))
            .transpose()
    }
}
