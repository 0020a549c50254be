use sqlx::FromRow;
use wagon_domain::outbox::Hold;
use wagon_domain::{SessionId, Timestamp};

use crate::row::{Row, json};
use crate::sql::sql;
use crate::{Error, Store, Tx};

#[derive(FromRow)]
struct HoldRow {
    session_id: String,
    cause: String,
    until: i64,
    strikes: i64,
}

impl TryFrom<HoldRow> for Hold {
    type Error = Error;

    fn try_from(row: HoldRow) -> Result<Self, Error> {
        let at = Row::of("send_holds", &row.session_id);
        Ok(Self {
            cause: at.json("cause", &row.cause)?,
            until: Timestamp::from_millis(row.until),
            strikes: row.strikes.try_into().map_err(|_| at.corrupt("strikes"))?,
        })
    }
}

impl Tx<'_> {
    /// Says whether that is news.
    pub async fn put_hold(&mut self, session: &SessionId, hold: &Hold) -> Result<bool, Error> {
        let query = sql(
            "INSERT INTO send_holds (session_id, cause, until, strikes) VALUES ($1, $2, $3, $4)
             ON CONFLICT (session_id) DO UPDATE SET
                cause = excluded.cause, until = excluded.until, strikes = excluded.strikes
             WHERE send_holds.until <> excluded.until",
        )
        .bind(session)
        .bind(json(&hold.cause))
        .bind(hold.until)
        .bind(hold.strikes);
        Ok(self.execute(query).await? > 0)
    }

    pub async fn remove_hold(&mut self, session: &SessionId) -> Result<(), Error> {
        let query = sql("DELETE FROM send_holds WHERE session_id = $1").bind(session);
        self.execute(query).await.map(drop)
    }
}

impl Store {
    /// The pause that WhatsApp's limits put on a session's sends last; it may be over.
    pub async fn hold(&self, session: &SessionId) -> Result<Option<Hold>, Error> {
        let query = sql("SELECT * FROM send_holds WHERE session_id = $1").bind(session);
        self.fetch_optional::<HoldRow>(query)
            .await?
            .map(Hold::try_from)
            .transpose()
    }
}
