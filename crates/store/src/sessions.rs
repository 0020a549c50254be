//! Sessions: the linked numbers and their states.

use sqlx::FromRow;
use wagon_domain::session::{SessionSettings, StatusReason};
use wagon_domain::{Jid, OrgId, Session, SessionId, SessionStatus, Timestamp};

use crate::row::{Row, json};
use crate::sql::{sql, with_lists};
use crate::value::list;
use crate::{Error, Store, Tx};

#[derive(FromRow)]
struct SessionRow {
    id: String,
    organization_id: String,
    label: Option<String>,
    status: String,
    status_reason: Option<String>,
    jid: Option<String>,
    lid: Option<String>,
    auto_read: bool,
    presence_typing: bool,
    rate_per_min: i64,
    rate_per_hour: i64,
    last_connected_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<SessionRow> for Session {
    type Error = Error;

    fn try_from(row: SessionRow) -> Result<Self, Error> {
        let at = Row::of("sessions", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            org: at.parse("organization_id", &row.organization_id)?,
            label: row.label,
            status: at.parse("status", &row.status)?,
            reason: at.json_optional("status_reason", row.status_reason.as_deref())?,
            jid: at.parse_optional("jid", row.jid.as_deref())?,
            lid: at.parse_optional("lid", row.lid.as_deref())?,
            settings: SessionSettings {
                auto_read: row.auto_read,
                presence_typing: row.presence_typing,
                rate_per_min: row
                    .rate_per_min
                    .try_into()
                    .map_err(|_| at.corrupt("rate_per_min"))?,
                rate_per_hour: row
                    .rate_per_hour
                    .try_into()
                    .map_err(|_| at.corrupt("rate_per_hour"))?,
            },
            last_connected_at: row.last_connected_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}

fn all(rows: Vec<SessionRow>) -> Result<Vec<Session>, Error> {
    rows.into_iter().map(Session::try_from).collect()
}

impl Tx<'_> {
    pub async fn insert_session(&mut self, session: &Session) -> Result<(), Error> {
        let query = sql("INSERT INTO sessions (id, organization_id, label, status, status_reason, jid, lid,
                auto_read, presence_typing, rate_per_min, rate_per_hour, last_connected_at, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)")
        .bind(&session.id)
        .bind(&session.org)
        .bind(session.label.as_deref())
        .bind(session.status.as_str())
        .bind(session.reason.as_ref().map(json))
        .bind(session.jid.as_ref())
        .bind(session.lid.as_ref())
        .bind(session.settings.auto_read)
        .bind(session.settings.presence_typing)
        .bind(i64::from(session.settings.rate_per_min))
        .bind(i64::from(session.settings.rate_per_hour))
        .bind(session.last_connected_at)
        .bind(session.created_at)
        .bind(session.updated_at);
        self.execute(query).await.map(drop)
    }

    /// Says whether this is news: the same state for the same reason changes nothing.
    pub async fn set_session_status(
        &mut self,
        id: &SessionId,
        status: SessionStatus,
        reason: Option<&StatusReason>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let query = sql(
            "UPDATE sessions SET status = $2, status_reason = $3, updated_at = $4,
                last_connected_at = CASE WHEN $5 THEN $4 ELSE last_connected_at END
             WHERE id = $1 AND (status <> $2 OR status_reason IS DISTINCT FROM $3)",
        )
        .bind(id)
        .bind(status.as_str())
        .bind(reason.map(json))
        .bind(now)
        .bind(status == SessionStatus::Working);
        Ok(self.execute(query).await? > 0)
    }

    /// Stores which device this session is; says whether the session exists.
    pub async fn link_session(
        &mut self,
        id: &SessionId,
        jid: &Jid,
        lid: Option<&Jid>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let query = sql("UPDATE sessions SET jid = $2, lid = $3, updated_at = $4 WHERE id = $1")
            .bind(id)
            .bind(jid)
            .bind(lid)
            .bind(now);
        Ok(self.execute(query).await? > 0)
    }

    /// Says whether the session exists.
    pub async fn set_session_label(
        &mut self,
        id: &SessionId,
        label: Option<&str>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let query = sql("UPDATE sessions SET label = $2, updated_at = $3 WHERE id = $1")
            .bind(id)
            .bind(label)
            .bind(now);
        Ok(self.execute(query).await? > 0)
    }

    /// Says whether the session exists.
    pub async fn update_session_settings(
        &mut self,
        id: &SessionId,
        settings: &SessionSettings,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let query = sql(
            "UPDATE sessions SET auto_read = $2, presence_typing = $3, rate_per_min = $4,
                rate_per_hour = $5, updated_at = $6
             WHERE id = $1",
        )
        .bind(id)
        .bind(settings.auto_read)
        .bind(settings.presence_typing)
        .bind(i64::from(settings.rate_per_min))
        .bind(i64::from(settings.rate_per_hour))
        .bind(now);
        Ok(self.execute(query).await? > 0)
    }

    /// Whether a session of the organisation has this label.
    pub async fn session_label_taken(&mut self, org: &OrgId, label: &str) -> Result<bool, Error> {
        let query = sql("SELECT id FROM sessions WHERE organization_id = $1 AND label = $2 LIMIT 1")
            .bind(org)
            .bind(label);
        Ok(self.fetch_optional::<(String,)>(query).await?.is_some())
    }

    /// Removes the session and everything of it, its events included; says whether it existed.
    pub async fn delete_session(&mut self, id: &SessionId) -> Result<bool, Error> {
        self.state.aliases.clear();
        self.state.people.clear();
        self.note_deleted_events(id).await?;
        // The tables that refer to it cascade.
        Ok(self
            .execute(sql("DELETE FROM sessions WHERE id = $1").bind(id))
            .await?
            > 0)
    }
}

impl Store {
    pub async fn session(&self, id: &SessionId) -> Result<Option<Session>, Error> {
        let query = sql("SELECT * FROM sessions WHERE id = $1").bind(id);
        self.fetch_optional::<SessionRow>(query)
            .await?
            .map(Session::try_from)
            .transpose()
    }

    /// The organisation's first session with this label.
    pub async fn session_by_label(&self, org: &OrgId, label: &str) -> Result<Option<Session>, Error> {
        let query = sql("SELECT * FROM sessions WHERE organization_id = $1 AND label = $2
             ORDER BY created_at, id LIMIT 1")
        .bind(org)
        .bind(label);
        self.fetch_optional::<SessionRow>(query)
            .await?
            .map(Session::try_from)
            .transpose()
    }

    /// The sessions of an organisation, newest first.
    pub async fn sessions(&self, org: &OrgId) -> Result<Vec<Session>, Error> {
        let query =
            sql("SELECT * FROM sessions WHERE organization_id = $1 ORDER BY created_at DESC, id DESC")
                .bind(org);
        all(self.fetch_all(query).await?)
    }

    /// The sessions of every organisation, oldest first.
    pub async fn all_sessions(&self) -> Result<Vec<Session>, Error> {
        all(self
            .fetch_all(sql("SELECT * FROM sessions ORDER BY created_at, id"))
            .await?)
    }

    /// The linked sessions that connect again after a restart, oldest first.
    pub async fn sessions_to_resume(&self) -> Result<Vec<Session>, Error> {
        let resuming = SessionStatus::ALL.into_iter().filter(|status| status.resumes());
        let query = sql(with_lists!(
            "SELECT * FROM sessions WHERE jid IS NOT NULL AND status IN " list "$1" " ORDER BY created_at, id"
        ))
        .bind(list(resuming.map(SessionStatus::as_str)));
        all(self.fetch_all(query).await?)
    }
}
