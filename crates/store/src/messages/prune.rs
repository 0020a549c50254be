//! Retention.

use wagon_domain::Timestamp;

use crate::sql::sql;
use crate::{Error, Tx};

impl Tx<'_> {
    /// Removes up to `limit` messages that WhatsApp dates before `time`; says how many.
    pub async fn delete_messages_before(&mut self, time: Timestamp, limit: u32) -> Result<u64, Error> {
        let query =
            sql("DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE wa_time < $1 LIMIT $2)")
                .bind(time)
                .bind(limit);
        self.execute(query).await
    }
}
