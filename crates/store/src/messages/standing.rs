//! Which messages are still there.

use std::collections::HashSet;

use wagon_domain::MessageId;

use crate::row::Row;
use crate::sql::{sql, with_lists};
use crate::value::list;
use crate::{Error, Store};

impl Store {
    /// Those of the messages that are stored and not revoked.
    pub async fn standing_messages(&self, ids: &[MessageId]) -> Result<HashSet<MessageId>, Error> {
        let query = sql(with_lists!(
            "SELECT id FROM messages WHERE NOT deleted AND id IN " list "$1" ""
        ))
        .bind(list(ids.iter().map(MessageId::as_str)));
        let found = self.fetch_all::<(String,)>(query).await?;
        found
            .iter()
            .map(|(id,)| Row::of("messages", id).parse("id", id))
            .collect()
    }
}
