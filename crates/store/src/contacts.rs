//! People. Whoever is known by two addresses is one row.

use sqlx::FromRow;
use wagon_domain::contact::{Contact, Names, SharedGroup};
use wagon_domain::{Jid, SessionId, Timestamp};

use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Store, Tx};

/// Columns of a [`ContactRow`]; the contacts are `c`.
macro_rules! select_contacts {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.session_id, c.jid, c.lid, c.push_name, c.full_name, c.first_name,
                c.business_name, c.first_seen_at, c.updated_at,
                CASE WHEN EXISTS (SELECT id FROM chats WHERE chats.session_id = c.session_id
                    AND (chats.jid = c.jid OR chats.jid = c.lid)) THEN 1 ELSE 0 END AS dm
             FROM contacts AS c WHERE c.session_id = $1 ",
            $rest
        )
    };
}

/// Which contacts to list.
#[derive(Debug, Clone, Default)]
pub struct ContactFilter {
    /// Only those with (or without) a chat of their own.
    pub dm: Option<bool>,
    /// Only those seen in this group.
    pub group: Option<Jid>,
    /// Only those whose name or number has this in it.
    pub text: Option<String>,
    /// How many to pass over.
    pub offset: u32,
}

/// A person of whom something is learnt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learnt {
    pub jid: Option<Jid>,
    pub lid: Option<Jid>,
    pub names: Names,
}

#[derive(FromRow)]
struct ContactRow {
    id: i64,
    session_id: String,
    jid: Option<String>,
    lid: Option<String>,
    push_name: Option<String>,
    full_name: Option<String>,
    first_name: Option<String>,
    business_name: Option<String>,
    first_seen_at: i64,
    updated_at: i64,
    dm: i32,
}

impl TryFrom<ContactRow> for Contact {
    type Error = Error;

    fn try_from(row: ContactRow) -> Result<Self, Error> {
        let id = row.id.to_string();
        let at = Row::of("contacts", &id);
        Ok(Self {
            row: row.id,
            session: at.parse("session_id", &row.session_id)?,
            jid: at.parse_optional("jid", row.jid.as_deref())?,
            lid: at.parse_optional("lid", row.lid.as_deref())?,
            names: Names {
                push: row.push_name,
                full: row.full_name,
                first: row.first_name,
                business: row.business_name,
            },
            dm: row.dm != 0,
            first_seen_at: Timestamp::from_millis(row.first_seen_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}

#[derive(FromRow)]
struct GroupRow {
    jid: String,
    name: Option<String>,
    last_seen: i64,
}

impl Tx<'_> {
    /// Notes a person. Rows under either address become one, and so do the chats; the older row stays.
    /// Says whether a name that was known by then has changed.
    pub async fn learn_contact(
        &mut self,
        session: &SessionId,
        learnt: &Learnt,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let jid = learnt.jid.as_ref().map(Jid::bare);
        let lid = learnt.lid.as_ref().map(Jid::bare);
        if jid.is_none() && lid.is_none() || self.state.people.contains(session, learnt) {
            return Ok(false);
        }
        let query = sql("SELECT id, push_name, full_name FROM contacts
             WHERE session_id = $1 AND (jid = $2 OR lid = $3) ORDER BY id LIMIT 2")
        .bind(session)
        .bind(jid.as_ref())
        .bind(lid.as_ref());
        let rows: Vec<(i64, Option<String>, Option<String>)> = self.fetch_all(query).await?;
        let renamed =
            |old: &Option<String>, new: &Option<String>| old.is_some() && new.is_some() && old != new;
        let changed = rows
            .iter()
            .any(|(_, push, full)| renamed(push, &learnt.names.push) || renamed(full, &learnt.names.full));
        match rows[..] {
            [] => {
                self.insert_contact(session, jid.as_ref(), lid.as_ref(), &learnt.names, now)
                    .await?;
            }
            [(kept, ..)] => {
                self.update_contact(kept, jid.as_ref(), lid.as_ref(), &learnt.names, now)
                    .await?;
            }
            [(kept, ..), (other, ..), ..] => {
                self.join_contacts(kept, other).await?;
                self.update_contact(kept, jid.as_ref(), lid.as_ref(), &learnt.names, now)
                    .await?;
            }
        }
        if let (Some(jid), Some(lid)) = (&jid, &lid) {
            self.join_chats(session, lid, jid).await?;
        }
        self.state.people.insert(session, learnt);
        Ok(changed)
    }

    /// A person is not saved under a name any more.
    pub async fn forget_saved_name(
        &mut self,
        session: &SessionId,
        who: &Jid,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.state.people.clear();
        let query = sql(
            "UPDATE contacts SET full_name = NULL, first_name = NULL, updated_at = $3
             WHERE session_id = $1 AND (jid = $2 OR lid = $2)",
        )
        .bind(session)
        .bind(who)
        .bind(now);
        self.execute(query).await.map(drop)
    }

    async fn insert_contact(
        &mut self,
        session: &SessionId,
        jid: Option<&Jid>,
        lid: Option<&Jid>,
        names: &Names,
        now: Timestamp,
    ) -> Result<(), Error> {
        let query = sql(
            "INSERT INTO contacts (session_id, jid, lid, phone, push_name, full_name, first_name,
                business_name, first_seen_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
        )
        .bind(session)
        .bind(jid)
        .bind(lid)
        .bind(jid.map(Jid::user))
        .bind(names.push.as_deref())
        .bind(names.full.as_deref())
        .bind(names.first.as_deref())
        .bind(names.business.as_deref())
        .bind(now);
        self.execute(query).await.map(drop)
    }

    async fn update_contact(
        &mut self,
        row: i64,
        jid: Option<&Jid>,
        lid: Option<&Jid>,
        names: &Names,
        now: Timestamp,
    ) -> Result<(), Error> {
        let query = sql(
            "UPDATE contacts SET jid = COALESCE($2, jid), lid = COALESCE($3, lid),
                phone = COALESCE($4, phone), push_name = COALESCE($5, push_name),
                full_name = COALESCE($6, full_name), first_name = COALESCE($7, first_name),
                business_name = COALESCE($8, business_name), updated_at = $9
             WHERE id = $1",
        )
        .bind(row)
        .bind(jid)
        .bind(lid)
        .bind(jid.map(Jid::user))
        .bind(names.push.as_deref())
        .bind(names.full.as_deref())
        .bind(names.first.as_deref())
        .bind(names.business.as_deref())
        .bind(now);
        self.execute(query).await.map(drop)
    }

    /// What only the other row knows goes over to the one that is kept.
    async fn join_contacts(&mut self, kept: i64, other: i64) -> Result<(), Error> {
        let names = sql("UPDATE contacts SET
                push_name = COALESCE(push_name, (SELECT push_name FROM contacts WHERE id = $2)),
                full_name = COALESCE(full_name, (SELECT full_name FROM contacts WHERE id = $2)),
                first_name = COALESCE(first_name, (SELECT first_name FROM contacts WHERE id = $2)),
                business_name = COALESCE(business_name, (SELECT business_name FROM contacts WHERE id = $2))
             WHERE id = $1")
        .bind(kept)
        .bind(other);
        self.execute(names).await?;
        let gone = sql("DELETE FROM contacts WHERE id = $1").bind(other);
        self.execute(gone).await.map(drop)
    }

    async fn join_chats(&mut self, session: &SessionId, lid: &Jid, jid: &Jid) -> Result<(), Error> {
        let query = sql("SELECT jid FROM chats WHERE session_id = $1 AND jid = $2")
            .bind(session)
            .bind(lid);
        if self.fetch_optional::<(String,)>(query).await?.is_some() {
            self.merge_chat(session, lid, jid).await?;
        }
        let alias = sql("UPDATE chats SET alias = $3 WHERE session_id = $1 AND jid = $2 AND alias IS NULL")
            .bind(session)
            .bind(jid)
            .bind(lid);
        self.execute(alias).await.map(drop)
    }
}

impl Store {
    /// Contacts in the order they became known. `after` is the last one's row of the page before.
    pub async fn contacts(
        &self,
        session: &SessionId,
        filter: &ContactFilter,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Contact>, Error> {
        let text = filter.text.as_deref();
        let query = sql(select_contacts!(
            "AND c.id > $2
                AND ($3 IS NULL OR $3 = CASE WHEN EXISTS (SELECT id FROM chats
                    WHERE chats.session_id = c.session_id AND (chats.jid = c.jid OR chats.jid = c.lid))
                    THEN 'dm' ELSE 'group' END)
                AND ($4 IS NULL
                    OR c.jid IN (SELECT sender_jid FROM messages WHERE session_id = $1 AND chat_jid = $4)
                    OR c.lid IN (SELECT sender_lid FROM messages WHERE session_id = $1 AND chat_jid = $4))
                AND ($5 IS NULL OR lower(c.push_name) LIKE lower($5) ESCAPE '\\'
                    OR lower(c.full_name) LIKE lower($5) ESCAPE '\\'
                    OR lower(c.business_name) LIKE lower($5) ESCAPE '\\'
                    OR c.phone LIKE $6 ESCAPE '\\')
             ORDER BY c.id LIMIT $7 OFFSET $8"
        ))
        .bind(session)
        .bind(after.unwrap_or(0))
        .bind(filter.dm.map(|dm| if dm { "dm" } else { "group" }))
        .bind(filter.group.as_ref())
        .bind(text.map(containing))
        .bind(text.map(|text| containing(text.trim_start_matches('+'))))
        .bind(limit)
        .bind(filter.offset);
        self.fetch_all::<ContactRow>(query)
            .await?
            .into_iter()
            .map(Contact::try_from)
            .collect()
    }

    /// A person by either address.
    pub async fn contact(&self, session: &SessionId, who: &Jid) -> Result<Option<Contact>, Error> {
        let query = sql(select_contacts!(
            "AND (c.jid = $2 OR c.lid = $2) ORDER BY c.id LIMIT 1"
        ))
        .bind(session)
        .bind(who);
        self.fetch_optional::<ContactRow>(query)
            .await?
            .map(Contact::try_from)
            .transpose()
    }

    /// The groups in which a person has written, the latest first.
    pub async fn shared_groups(&self, contact: &Contact) -> Result<Vec<SharedGroup>, Error> {
        let query = sql(
            "SELECT m.chat_jid AS jid, MAX(chats.name) AS name, MAX(m.wa_time) AS last_seen
             FROM messages AS m LEFT JOIN chats
                ON chats.session_id = m.session_id AND chats.jid = m.chat_jid
             WHERE m.session_id = $1 AND m.chat_jid LIKE '%@g.us' AND (m.sender_jid = $2 OR m.sender_lid = $3)
             GROUP BY m.chat_jid ORDER BY last_seen DESC, m.chat_jid",
        )
        .bind(&contact.session)
        .bind(contact.jid.as_ref())
        .bind(contact.lid.as_ref());
        self.fetch_all::<GroupRow>(query)
            .await?
            .into_iter()
            .map(|row| {
                Ok(SharedGroup {
                    jid: Row::of("messages", &row.jid).parse("chat_jid", &row.jid)?,
                    name: row.name,
                    last_seen: Timestamp::from_millis(row.last_seen),
                })
            })
            .collect()
    }
}

/// The pattern for texts with `text` in them, in which nothing is a wildcard.
pub(crate) fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_in_a_search_are_plain_characters() {
        assert_eq!(containing("5%_\\"), "%5\\%\\_\\\\%");
    }
}
