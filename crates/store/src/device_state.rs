//! The WhatsApp engine's keys and counters: encrypted values under (session, kind, id).
//!
//! What the kinds are and what their values mean is the engine's business. `alt` is a second name
//! to find a row by; `num` is a plain number next to it, such as an expiry or a flag. Ids sort as
//! texts, byte by byte.

use std::collections::HashMap;
use std::fmt::Write;

use sqlx::FromRow;
use wagon_domain::SessionId;

use crate::crypto::Cipher;
use crate::sql::{Query, Sql, sql, with_lists};
use crate::value::list;
use crate::{Error, Store, Tx};

/// One entry; in the database its value is encrypted.
#[derive(Clone, PartialEq, Eq)]
pub struct StateRow {
    pub id: String,
    pub alt: Option<String>,
    pub num: i64,
    pub value: Vec<u8>,
}

/// Without the value: it is a secret.
impl std::fmt::Debug for StateRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StateRow")
            .field("alt", &self.alt.is_some())
            .field("num", &self.num)
            .finish_non_exhaustive()
    }
}

#[derive(FromRow)]
struct EncryptedRow {
    id: String,
    alt: Option<String>,
    num: i64,
    value: Vec<u8>,
}

impl EncryptedRow {
    fn decrypt(self, cipher: &Cipher, session: &SessionId, kind: &str) -> Result<StateRow, Error> {
        let value = cipher
            .decrypt(&context(session, kind, &self.id), &self.value)
            .map_err(|reason| Error::Decrypt {
                kind: kind.to_owned(),
                reason,
            })?;
        Ok(StateRow {
            id: self.id,
            alt: self.alt,
            num: self.num,
            value,
        })
    }
}

fn context(session: &SessionId, kind: &str, id: &str) -> Vec<u8> {
    format!("{session}|{kind}|{id}").into_bytes()
}

/// Rows per statement, largest first: few sizes make few statements to prepare.
const BATCHES: [usize; 4] = [64, 16, 4, 1];

fn upsert(rows: usize) -> Sql {
    let mut text = String::from("INSERT INTO device_state (session_id, kind, id, alt, num, value) VALUES ");
    for row in 0..rows {
        let first = 3 + 4 * row;
        let comma = if row == 0 { "" } else { ", " };
        write!(
            text,
            "{comma}($1, $2, ${}, ${}, ${}, ${})",
            first,
            first + 1,
            first + 2,
            first + 3
        )
        .expect("writing to a string does not fail");
    }
    text.push_str(
        " ON CONFLICT (session_id, kind, id) DO UPDATE SET
            alt = excluded.alt, num = excluded.num, value = excluded.value",
    );
    Sql::Built(text)
}

impl Tx<'_> {
    /// Inserts or replaces rows. Of several with the same id the last one counts.
    pub async fn put_state(
        &mut self,
        session: &SessionId,
        kind: &str,
        rows: &[StateRow],
    ) -> Result<(), Error> {
        // One statement must not touch a row twice.
        let last: HashMap<&str, usize> = rows
            .iter()
            .enumerate()
            .map(|(at, row)| (row.id.as_str(), at))
            .collect();
        let rows: Vec<&StateRow> = rows
            .iter()
            .enumerate()
            .filter(|(at, row)| last[row.id.as_str()] == *at)
            .map(|(_, row)| row)
            .collect();
        let mut rest = rows.as_slice();
        while !rest.is_empty() {
            let size = BATCHES.into_iter().find(|size| *size <= rest.len()).unwrap_or(1);
            let (batch, later) = rest.split_at(size);
            let mut query = sql(upsert(size)).bind(session).bind(kind);
            for row in batch {
                let value = self
                    .state
                    .cipher
                    .encrypt(&context(session, kind, &row.id), &row.value);
                query = query
                    .bind(row.id.as_str())
                    .bind(row.alt.as_deref())
                    .bind(row.num)
                    .bind(value);
            }
            self.execute(query).await?;
            rest = later;
        }
        Ok(())
    }

    pub async fn delete_state<T: AsRef<str> + Sync>(
        &mut self,
        session: &SessionId,
        kind: &str,
        ids: &[T],
    ) -> Result<u64, Error> {
        let query = sql(with_lists!(
            "DELETE FROM device_state WHERE session_id = $1 AND kind = $2 AND id IN " list "$3" ""
        ));
        self.execute(query.bind(session).bind(kind).bind(list(ids))).await
    }

    pub async fn delete_state_by_alt<T: AsRef<str> + Sync>(
        &mut self,
        session: &SessionId,
        kind: &str,
        alts: &[T],
    ) -> Result<u64, Error> {
        let query = sql(with_lists!(
            "DELETE FROM device_state WHERE session_id = $1 AND kind = $2 AND alt IN " list "$3" ""
        ));
        self.execute(query.bind(session).bind(kind).bind(list(alts)))
            .await
    }

    pub async fn delete_state_prefix(
        &mut self,
        session: &SessionId,
        kind: &str,
        prefix: &str,
    ) -> Result<u64, Error> {
        let query =
            sql("DELETE FROM device_state WHERE session_id = $1 AND kind = $2 AND id >= $3 AND id < $4");
        self.execute(bind_prefix(query.bind(session).bind(kind), prefix))
            .await
    }

    /// Removes the rows that have a number, if it is below `cutoff`; zero and less mean none.
    pub async fn delete_state_older(
        &mut self,
        session: &SessionId,
        kind: &str,
        cutoff: i64,
    ) -> Result<u64, Error> {
        let query =
            sql("DELETE FROM device_state WHERE session_id = $1 AND kind = $2 AND num > 0 AND num < $3");
        self.execute(query.bind(session).bind(kind).bind(cutoff)).await
    }

    /// Removes all rows of one kind.
    pub async fn clear_state(&mut self, session: &SessionId, kind: &str) -> Result<u64, Error> {
        let query = sql("DELETE FROM device_state WHERE session_id = $1 AND kind = $2");
        self.execute(query.bind(session).bind(kind)).await
    }

    /// Forgets the device: afterwards the session can only be linked anew.
    pub async fn clear_device_state(&mut self, session: &SessionId) -> Result<u64, Error> {
        self.execute(sql("DELETE FROM device_state WHERE session_id = $1").bind(session))
            .await
    }
}

/// The range of ids with this prefix. No id has the highest character, so it ends the range.
fn bind_prefix(query: Query, prefix: &str) -> Query {
    query.bind(prefix).bind(format!("{prefix}{}", char::MAX))
}

impl Store {
    pub async fn get_state(
        &self,
        session: &SessionId,
        kind: &str,
        id: &str,
    ) -> Result<Option<StateRow>, Error> {
        let query = sql(
            "SELECT id, alt, num, value FROM device_state WHERE session_id = $1 AND kind = $2 AND id = $3",
        )
        .bind(session)
        .bind(kind)
        .bind(id);
        let row: Option<EncryptedRow> = self.fetch_optional(query).await?;
        row.map(|row| row.decrypt(&self.cipher, session, kind))
            .transpose()
    }

    /// The rows that exist among `ids`, in the order of their ids.
    pub async fn get_state_many<T: AsRef<str> + Sync>(
        &self,
        session: &SessionId,
        kind: &str,
        ids: &[T],
    ) -> Result<Vec<StateRow>, Error> {
        let query = sql(with_lists!(
            "SELECT id, alt, num, value FROM device_state
             WHERE session_id = $1 AND kind = $2 AND id IN " list "$3" " ORDER BY id"
        ));
        self.state_rows(query.bind(session).bind(kind).bind(list(ids)), session, kind)
            .await
    }

    /// The row with this second name; of several, the first by id.
    pub async fn get_state_by_alt(
        &self,
        session: &SessionId,
        kind: &str,
        alt: &str,
    ) -> Result<Option<StateRow>, Error> {
        let query = sql("SELECT id, alt, num, value FROM device_state
             WHERE session_id = $1 AND kind = $2 AND alt = $3 ORDER BY id LIMIT 1")
        .bind(session)
        .bind(kind)
        .bind(alt);
        let row: Option<EncryptedRow> = self.fetch_optional(query).await?;
        row.map(|row| row.decrypt(&self.cipher, session, kind))
            .transpose()
    }

    /// All rows of one kind, in the order of their ids.
    pub async fn list_state(&self, session: &SessionId, kind: &str) -> Result<Vec<StateRow>, Error> {
        let query = sql(
            "SELECT id, alt, num, value FROM device_state WHERE session_id = $1 AND kind = $2 ORDER BY id",
        );
        self.state_rows(query.bind(session).bind(kind), session, kind)
            .await
    }

    /// The rows whose ids begin with `prefix`, in the order of their ids.
    pub async fn list_state_prefix(
        &self,
        session: &SessionId,
        kind: &str,
        prefix: &str,
    ) -> Result<Vec<StateRow>, Error> {
        let query = sql("SELECT id, alt, num, value FROM device_state
             WHERE session_id = $1 AND kind = $2 AND id >= $3 AND id < $4 ORDER BY id");
        self.state_rows(bind_prefix(query.bind(session).bind(kind), prefix), session, kind)
            .await
    }

    /// The last id of one kind in text order: numbers need leading zeros to be found by it.
    pub async fn max_state_id(&self, session: &SessionId, kind: &str) -> Result<Option<String>, Error> {
        let query = sql("SELECT MAX(id) FROM device_state WHERE session_id = $1 AND kind = $2");
        let (id,): (Option<String>,) = self.fetch_one(query.bind(session).bind(kind)).await?;
        Ok(id)
    }

    async fn state_rows(
        &self,
        query: Query,
        session: &SessionId,
        kind: &str,
    ) -> Result<Vec<StateRow>, Error> {
        let rows: Vec<EncryptedRow> = self.fetch_all(query).await?;
        rows.into_iter()
            .map(|row| row.decrypt(&self.cipher, session, kind))
            .collect()
    }
}
