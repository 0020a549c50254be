use sqlx::FromRow;
use wagon_domain::group::StoredGroup;
use wagon_domain::{Jid, SessionId, Timestamp};

use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Store};

#[derive(FromRow)]
struct GroupRow {
    id: i64,
    jid: String,
    subject: Option<String>,
    description: Option<String>,
    owner_jid: Option<String>,
    announce: bool,
    locked: bool,
    members: i64,
    created_wa: Option<i64>,
    first_seen_at: i64,
    updated_at: i64,
}

impl TryFrom<GroupRow> for StoredGroup {
    type Error = Error;

    fn try_from(row: GroupRow) -> Result<Self, Error> {
        let id = row.id.to_string();
        let at = Row::of("session_groups", &id);
        Ok(Self {
            row: row.id,
            jid: at.parse("jid", &row.jid)?,
            subject: row.subject,
            description: row.description,
            owner: at.parse_optional("owner_jid", row.owner_jid.as_deref())?,
            announce: row.announce,
            locked: row.locked,
            members: row.members,
            created_at: row.created_wa.map(Timestamp::from_millis),
            first_seen_at: Timestamp::from_millis(row.first_seen_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}

impl Store {
    /// The groups a session is in, in the order they became known.
    pub async fn groups(&self, session: &SessionId) -> Result<Vec<StoredGroup>, Error> {
        let query = sql("SELECT g.*, (SELECT COUNT(*) FROM session_group_members m
                WHERE m.session_id = g.session_id AND m.group_jid = g.jid) AS members
             FROM session_groups g WHERE g.session_id = $1 AND g.joined ORDER BY g.id")
        .bind(session);
        let rows = self.fetch_all::<GroupRow>(query).await?;
        rows.into_iter().map(StoredGroup::try_from).collect()
    }

    /// A group the session is in.
    pub async fn group(&self, session: &SessionId, group: &Jid) -> Result<Option<StoredGroup>, Error> {
        let query = sql("SELECT g.*, (SELECT COUNT(*) FROM session_group_members m
                WHERE m.session_id = g.session_id AND m.group_jid = g.jid) AS members
             FROM session_groups g WHERE g.session_id = $1 AND g.jid = $2 AND g.joined")
        .bind(session)
        .bind(group);
        let row = self.fetch_optional::<GroupRow>(query).await?;
        row.map(StoredGroup::try_from).transpose()
    }
}
