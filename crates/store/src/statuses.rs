//! Whom own status updates were shown to.

use wagon_domain::{Jid, MessageId};

use crate::row::{Row, json};
use crate::sql::sql;
use crate::{Error, Store, Tx};

impl Tx<'_> {
    pub async fn insert_audience(&mut self, status: &MessageId, audience: &[Jid]) -> Result<(), Error> {
        let query = sql("INSERT INTO status_audiences (message_id, audience) VALUES ($1, $2)")
            .bind(status)
            .bind(json(&audience));
        self.execute(query).await.map(drop)
    }
}

impl Store {
    /// `None` for an update whose audience was never noted.
    pub async fn audience(&self, status: &MessageId) -> Result<Option<Vec<Jid>>, Error> {
        let query =
            sql("SELECT message_id, audience FROM status_audiences WHERE message_id = $1").bind(status);
        let row: Option<(String, String)> = self.fetch_optional(query).await?;
        row.map(|(id, audience)| Row::of("status_audiences", &id).json("audience", &audience))
            .transpose()
    }
}
