use std::collections::HashSet;

use wagon_domain::{Jid, MessageStatus, SessionId, WaMessageId};

use crate::sql::{sql, with_lists};
use crate::value::list;
use crate::{Error, Tx};

impl Tx<'_> {
    /// Moves the account's own messages in a chat (JID or alias) forward and tells which of them
    /// moved. Receipts come late, twice and out of order: none moves a message back, or out of
    /// failure.
    pub async fn advance_status(
        &mut self,
        session: &SessionId,
        chat: &Jid,
        ids: &[WaMessageId],
        status: MessageStatus,
    ) -> Result<Vec<WaMessageId>, Error> {
        let earlier = MessageStatus::ALL
            .into_iter()
            .filter(|before| before.rank() < status.rank());
        let query = sql(with_lists!(
            "UPDATE messages SET status = $3
             WHERE session_id = $1 AND chat_jid = COALESCE(
                (SELECT jid FROM chats WHERE session_id = $1 AND alias = $2 ORDER BY id DESC LIMIT 1), $2)
                AND from_me AND wa_id IN " list "$4" " AND status IN " list "$5" " RETURNING wa_id"
        ))
        .bind(session)
        .bind(chat)
        .bind(status.as_str())
        .bind(list(ids.iter().map(WaMessageId::as_str)))
        .bind(list(earlier.map(MessageStatus::as_str)));
        let moved: Vec<(String,)> = self.fetch_all(query).await?;
        let moved: HashSet<String> = moved.into_iter().map(|(wa_id,)| wa_id).collect();
        Ok(ids
            .iter()
            .filter(|id| moved.contains(id.as_str()))
            .cloned()
            .collect())
    }
}
