//! From an event to its deliveries, inside the event's transaction.

use serde_json::json;
use tokio::sync::broadcast;
use wagon_domain::{Event, WebhookId};

use super::claim::Lane;
use crate::conn::Conn;
use crate::error::Error;
use crate::row::Row;
use crate::sql::{Sql, sql};

/// What whoever delivers has to look at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wake {
    /// There is something new in it.
    Lane(Lane),
    /// It was made, changed or deleted, or something in it is due at once.
    Webhook(WebhookId),
}

/// The writer's knowledge of webhooks.
pub(crate) struct FanOut {
    /// Whether there may be a webhook. While there is none, events cost no statement.
    any: bool,
    pending: Vec<Wake>,
    wakes: broadcast::Sender<Wake>,
}

impl FanOut {
    /// Looks whether there is a webhook. On Postgres another process may make one at any time.
    pub(crate) async fn open(conn: &mut Conn, wakes: broadcast::Sender<Wake>) -> sqlx::Result<Self> {
        let any = match conn {
            Conn::Postgres(_) => true,
            Conn::Sqlite(_) => {
                let found: Option<(String,)> = sql("SELECT id FROM webhooks LIMIT 1")
                    .fetch_optional(conn)
                    .await?;
                found.is_some()
            }
        };
        Ok(Self {
            any,
            pending: Vec::new(),
            wakes,
        })
    }

    pub(crate) fn hook_changed(&mut self, id: &WebhookId) {
        self.any = true;
        self.wake(Wake::Webhook(id.clone()));
    }

    /// Announces after the commit. Should that fail, whoever looks finds nothing new.
    pub(crate) fn wake(&mut self, wake: Wake) {
        self.pending.push(wake);
    }

    /// Makes the deliveries of events that are being written.
    pub(crate) async fn deliver<'a>(
        &mut self,
        conn: &mut Conn,
        events: impl Iterator<Item = &'a Event>,
    ) -> sqlx::Result<()> {
        if !self.any {
            return Ok(());
        }
        let rows: Vec<serde_json::Value> = events
            .map(|event| {
                json!([
                    event.id.as_str(),
                    event.org.as_str(),
                    event.session.as_str(),
                    event.body.kind().as_str(),
                    event.timestamp.as_millis(),
                ])
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        let query = sql(Sql::Per {
            sqlite: "INSERT INTO webhook_deliveries (id, webhook_id, event_id, session_id, position, status,
                    attempts, log, created_at, updated_at)
                SELECT 'dlv_' || substr(e.value ->> 0, 5) || '_' || substr(w.id, 4), w.id, e.value ->> 0,
                    e.value ->> 2, e.value ->> 0, 'pending', 0, '[]', e.value ->> 4, e.value ->> 4
                FROM json_each($1) AS e JOIN webhooks AS w ON w.organization_id = e.value ->> 1
                WHERE w.active AND (w.session_id IS NULL OR w.session_id = e.value ->> 2)
                    AND EXISTS (SELECT 1 FROM json_each(w.events) AS n WHERE n.value IN ('*', e.value ->> 3))
                RETURNING webhook_id, session_id",
            postgres: "INSERT INTO webhook_deliveries (id, webhook_id, event_id, session_id, position, status,
                    attempts, log, created_at, updated_at)
                SELECT 'dlv_' || substr(e.value ->> 0, 5) || '_' || substr(w.id, 4), w.id, e.value ->> 0,
                    e.value ->> 2, e.value ->> 0, 'pending', 0, '[]', (e.value ->> 4)::bigint, (e.value ->> 4)::bigint
                FROM json_array_elements($1::json) AS e JOIN webhooks AS w ON w.organization_id = e.value ->> 1
                WHERE w.active AND (w.session_id IS NULL OR w.session_id = e.value ->> 2)
                    AND EXISTS (SELECT 1 FROM json_array_elements_text(w.events::json) AS n (value)
                        WHERE n.value IN ('*', e.value ->> 3))
                RETURNING webhook_id, session_id",
        })
        .bind(serde_json::Value::Array(rows).to_string());
        let made: Vec<(String, String)> = query.fetch_all(conn).await?;
        for (webhook, session) in made {
            let wake =
                Wake::Lane(lane(&webhook, &session).map_err(|error| sqlx::Error::Decode(error.into()))?);
            if !self.pending.contains(&wake) {
                self.pending.push(wake);
            }
        }
        Ok(())
    }

    /// The transaction has committed.
    pub(crate) fn publish(&mut self) {
        for wake in self.pending.drain(..) {
            // Nobody may be delivering.
            drop(self.wakes.send(wake));
        }
    }
}

pub(super) fn lane(webhook: &str, session: &str) -> Result<Lane, Error> {
    let at = Row::of("webhook_deliveries", webhook);
    Ok(Lane {
        webhook: at.parse("webhook_id", webhook)?,
        session: at.parse("session_id", session)?,
    })
}
