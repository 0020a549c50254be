use sqlx::FromRow;
use wagon_domain::group::GroupInfo;
use wagon_domain::{Jid, SessionId, Timestamp};

use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Tx};

/// What is stored of a group, also of one that the session is no longer in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownGroup {
    pub subject: Option<String>,
    pub description: Option<String>,
    pub owner: Option<Jid>,
    pub announce: bool,
    pub locked: bool,
    pub created_at: Option<Timestamp>,
    /// Whether the session is in it.
    pub joined: bool,
}

impl From<&GroupInfo> for KnownGroup {
    fn from(info: &GroupInfo) -> Self {
        Self {
            subject: Some(info.subject.clone()),
            description: info.description.clone(),
            owner: info.owner.clone(),
            announce: info.announce,
            locked: info.locked,
            created_at: info.created_at,
            joined: true,
        }
    }
}

#[derive(FromRow)]
struct GroupRow {
    id: i64,
    subject: Option<String>,
    description: Option<String>,
    owner_jid: Option<String>,
    announce: bool,
    locked: bool,
    joined: bool,
    created_wa: Option<i64>,
}

#[derive(FromRow)]
struct JidRow {
    id: i64,
    jid: String,
}

impl Tx<'_> {
    pub async fn known_group(
        &mut self,
        session: &SessionId,
        group: &Jid,
    ) -> Result<Option<KnownGroup>, Error> {
        let query = sql("SELECT * FROM session_groups WHERE session_id = $1 AND jid = $2")
            .bind(session)
            .bind(group);
        let Some(row) = self.fetch_optional::<GroupRow>(query).await? else {
            return Ok(None);
        };
        let id = row.id.to_string();
        Ok(Some(KnownGroup {
            owner: Row::of("session_groups", &id).parse_optional("owner_jid", row.owner_jid.as_deref())?,
            subject: row.subject,
            description: row.description,
            announce: row.announce,
            locked: row.locked,
            created_at: row.created_wa.map(Timestamp::from_millis),
            joined: row.joined,
        }))
    }

    pub async fn save_group(
        &mut self,
        session: &SessionId,
        group: &Jid,
        known: &KnownGroup,
        now: Timestamp,
    ) -> Result<(), Error> {
        let query = sql("INSERT INTO session_groups
                (session_id, jid, subject, description, owner_jid, announce, locked, joined, created_wa,
                 first_seen_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
             ON CONFLICT (session_id, jid) DO UPDATE SET
                subject = excluded.subject, description = excluded.description, owner_jid = excluded.owner_jid,
                announce = excluded.announce, locked = excluded.locked, joined = excluded.joined,
                created_wa = excluded.created_wa, updated_at = excluded.updated_at")
        .bind(session)
        .bind(group)
        .bind(known.subject.as_deref())
        .bind(known.description.as_deref())
        .bind(known.owner.as_ref().map(ToString::to_string))
        .bind(known.announce)
        .bind(known.locked)
        .bind(known.joined)
        .bind(known.created_at)
        .bind(now);
        self.execute(query).await?;
        Ok(())
    }

    /// The session is out of the group: nothing is known of its members any more.
    pub async fn leave_group(
        &mut self,
        session: &SessionId,
        group: &Jid,
        now: Timestamp,
    ) -> Result<(), Error> {
        let members = sql("DELETE FROM session_group_members WHERE session_id = $1 AND group_jid = $2")
            .bind(session)
            .bind(group);
        let left = sql(
            "UPDATE session_groups SET joined = FALSE, updated_at = $3 WHERE session_id = $1 AND jid = $2",
        )
        .bind(session)
        .bind(group)
        .bind(now);
        self.execute_all(vec![members, left]).await?;
        Ok(())
    }

    /// The groups the session is in.
    pub async fn joined_groups(&mut self, session: &SessionId) -> Result<Vec<Jid>, Error> {
        let query = sql("SELECT id, jid FROM session_groups WHERE session_id = $1 AND joined ORDER BY id")
            .bind(session);
        let rows = self.fetch_all::<JidRow>(query).await?;
        rows.iter()
            .map(|row| Row::of("session_groups", &row.id.to_string()).parse("jid", &row.jid))
            .collect()
    }

    /// Notes that all groups of a session have been listed; says whether that was the first time.
    pub async fn note_group_list(&mut self, session: &SessionId, now: Timestamp) -> Result<bool, Error> {
        let query = sql(
            "INSERT INTO session_group_lists (session_id, listed_at) VALUES ($1, $2)
             ON CONFLICT (session_id) DO NOTHING",
        )
        .bind(session)
        .bind(now);
        Ok(self.execute(query).await? > 0)
    }
}
