use sqlx::FromRow;
use wagon_domain::group::{GroupMember, StoredMember};
use wagon_domain::message::Party;
use wagon_domain::{Jid, SessionId, Timestamp};

use crate::row::Row;
use crate::sql::{Query, sql};
use crate::{Error, Store, Tx};

#[derive(FromRow)]
struct MemberRow {
    id: i64,
    phone_jid: Option<String>,
    lid: Option<String>,
    role: String,
    first_seen_at: i64,
    last_seen_at: i64,
}

impl TryFrom<MemberRow> for StoredMember {
    type Error = Error;

    fn try_from(row: MemberRow) -> Result<Self, Error> {
        let id = row.id.to_string();
        let at = Row::of("session_group_members", &id);
        let party = Party {
            jid: at.parse_optional("phone_jid", row.phone_jid.as_deref())?,
            lid: at.parse_optional("lid", row.lid.as_deref())?,
            name: None,
        };
        Ok(Self {
            row: row.id,
            member: GroupMember {
                party,
                role: at.parse("role", &row.role)?,
            },
            first_seen_at: Timestamp::from_millis(row.first_seen_at),
            last_seen_at: Timestamp::from_millis(row.last_seen_at),
        })
    }
}

fn members_of(session: &SessionId, group: &Jid) -> Query {
    sql("SELECT * FROM session_group_members WHERE session_id = $1 AND group_jid = $2 ORDER BY id")
        .bind(session)
        .bind(group)
}

/// Binds session, group and both addresses of a person as the first four parameters.
fn about(text: &'static str, session: &SessionId, group: &Jid, party: &Party) -> Query {
    sql(text)
        .bind(session)
        .bind(group)
        .bind(party.jid.as_ref().map(ToString::to_string))
        .bind(party.lid.as_ref().map(ToString::to_string))
}

impl Tx<'_> {
    pub async fn group_members(
        &mut self,
        session: &SessionId,
        group: &Jid,
    ) -> Result<Vec<GroupMember>, Error> {
        let rows = self.fetch_all::<MemberRow>(members_of(session, group)).await?;
        rows.into_iter()
            .map(|row| Ok(StoredMember::try_from(row)?.member))
            .collect()
    }

    /// Adds a member, or gives one a role and the address that was missing. Either address finds them.
    pub async fn put_group_member(
        &mut self,
        session: &SessionId,
        group: &Jid,
        member: &GroupMember,
        now: Timestamp,
    ) -> Result<(), Error> {
        let update = about(
            "UPDATE session_group_members
             SET phone_jid = COALESCE($3, phone_jid), lid = COALESCE($4, lid), role = $5, last_seen_at = $6
             WHERE session_id = $1 AND group_jid = $2 AND (phone_jid = $3 OR lid = $4)",
            session,
            group,
            &member.party,
        )
        .bind(member.role.as_str())
        .bind(now);
        if self.execute(update).await? > 0 {
            return Ok(());
        }
        let insert = about(
            "INSERT INTO session_group_members
                (session_id, group_jid, phone_jid, lid, role, first_seen_at, last_seen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6)",
            session,
            group,
            &member.party,
        )
        .bind(member.role.as_str())
        .bind(now);
        self.execute(insert).await?;
        Ok(())
    }

    pub async fn remove_group_member(
        &mut self,
        session: &SessionId,
        group: &Jid,
        party: &Party,
    ) -> Result<(), Error> {
        let query = about(
            "DELETE FROM session_group_members
             WHERE session_id = $1 AND group_jid = $2 AND (phone_jid = $3 OR lid = $4)",
            session,
            group,
            party,
        );
        self.execute(query).await?;
        Ok(())
    }

    /// A member has written.
    pub async fn saw_group_member(
        &mut self,
        session: &SessionId,
        group: &Jid,
        party: &Party,
        at: Timestamp,
    ) -> Result<(), Error> {
        let query = about(
            "UPDATE session_group_members SET last_seen_at = $5
             WHERE session_id = $1 AND group_jid = $2 AND (phone_jid = $3 OR lid = $4) AND last_seen_at < $5",
            session,
            group,
            party,
        )
        .bind(at);
        self.execute(query).await?;
        Ok(())
    }
}

impl Store {
    /// The members of a group, in the order they became known.
    pub async fn group_members(&self, session: &SessionId, group: &Jid) -> Result<Vec<StoredMember>, Error> {
        let rows = self.fetch_all::<MemberRow>(members_of(session, group)).await?;
        rows.into_iter().map(StoredMember::try_from).collect()
    }
}
