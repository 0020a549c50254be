//! How far back the log is whole. Retention and the deletion of sessions take events out of it, and
//! whoever follows from before that has to be told.

use std::collections::BTreeMap;

use sqlx::FromRow;
use ulid::Ulid;
use wagon_domain::{EventId, OrgId, SessionId, Timestamp};

use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Store, Tx};

/// Up to where events of an organisation are missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Horizon {
    /// The last one that retention deleted.
    pub pruned_until: Option<EventId>,
    /// The last one of a session that was deleted.
    pub deleted_until: Option<EventId>,
}

#[derive(FromRow)]
struct HorizonRow {
    organization_id: String,
    pruned_until: String,
    deleted_until: String,
}

impl Tx<'_> {
    /// Removes up to `limit` of the oldest events that were appended before `time`; says how many.
    /// What a webhook that is on still has to be told stays.
    pub async fn delete_events_before(&mut self, time: Timestamp, limit: u32) -> Result<u64, Error> {
        // Ids begin with the time of appending, and there is an index on them.
        let bound = Ulid::from_parts(u64::try_from(time.as_millis()).unwrap_or(0), 0);
        let query = sql("DELETE FROM events WHERE id IN (SELECT e.id FROM events AS e
                WHERE e.id < $1 AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS d
                    JOIN webhooks AS w ON w.id = d.webhook_id
                    WHERE d.event_id = e.id AND d.status IN ('pending', 'failed') AND w.active)
                ORDER BY e.id LIMIT $2)
             RETURNING organization_id, id")
        .bind(&EventId::from_ulid(bound))
        .bind(limit);
        let deleted: Vec<(String, String)> = self.fetch_all(query).await?;
        let mut last: BTreeMap<&str, &str> = BTreeMap::new();
        for (org, id) in &deleted {
            let last = last.entry(org).or_default();
            *last = (*last).max(id);
        }
        for (org, id) in last {
            self.raise_horizon(org, id, "").await?;
        }
        Ok(deleted.len() as u64)
    }

    /// The session's events are about to go with it.
    pub(crate) async fn note_deleted_events(&mut self, session: &SessionId) -> Result<(), Error> {
        let query =
            sql("SELECT organization_id, id FROM events WHERE session_id = $1 ORDER BY id DESC LIMIT 1")
                .bind(session);
        let last: Option<(String, String)> = self.fetch_optional(query).await?;
        match last {
            Some((org, id)) => self.raise_horizon(&org, "", &id).await,
            None => Ok(()),
        }
    }

    async fn raise_horizon(&mut self, org: &str, pruned: &str, deleted: &str) -> Result<(), Error> {
        let query = sql(
            "INSERT INTO log_horizons (organization_id, pruned_until, deleted_until)
             VALUES ($1, $2, $3) ON CONFLICT (organization_id) DO UPDATE SET
                pruned_until = CASE WHEN excluded.pruned_until > log_horizons.pruned_until
                    THEN excluded.pruned_until ELSE log_horizons.pruned_until END,
                deleted_until = CASE WHEN excluded.deleted_until > log_horizons.deleted_until
                    THEN excluded.deleted_until ELSE log_horizons.deleted_until END",
        )
        .bind(org)
        .bind(pruned)
        .bind(deleted);
        self.execute(query).await.map(drop)
    }
}

impl Store {
    pub async fn log_horizon(&self, org: &OrgId) -> Result<Horizon, Error> {
        let query = sql("SELECT * FROM log_horizons WHERE organization_id = $1").bind(org);
        let row: Option<HorizonRow> = self.fetch_optional(query).await?;
        let Some(row) = row else {
            return Ok(Horizon::default());
        };
        let at = Row::of("log_horizons", &row.organization_id);
        let given = |text: &'_ str| (!text.is_empty()).then(|| text.to_owned());
        Ok(Horizon {
            pruned_until: at.parse_optional("pruned_until", given(&row.pruned_until).as_deref())?,
            deleted_until: at.parse_optional("deleted_until", given(&row.deleted_until).as_deref())?,
        })
    }

    /// Whether the organisation's log has this event.
    pub async fn has_event(&self, org: &OrgId, id: &EventId) -> Result<bool, Error> {
        let query = sql("SELECT id FROM events WHERE id = $1 AND organization_id = $2")
            .bind(id)
            .bind(org);
        Ok(self.fetch_optional::<(String,)>(query).await?.is_some())
    }
}
