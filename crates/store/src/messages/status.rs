use std::collections::HashMap;

use wagon_domain::{Jid, MessageStatus, OutboxId, SessionId, WaMessageId};

use crate::row::Row;
use crate::sql::{sql, with_lists};
use crate::value::list;
use crate::{Error, Tx};

/// A message that moved forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub id: WaMessageId,
    /// The send that made it, when it was one of Wagon's own.
    pub outbox: Option<OutboxId>,
    /// It was pending, so nobody has been told yet that WhatsApp took it.
    pub was_pending: bool,
}

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
    ) -> Result<Vec<Moved>, Error> {
        let earlier = |before: &MessageStatus| before.rank() < status.rank();
        let (pending, told) = MessageStatus::ALL
            .into_iter()
            .filter(earlier)
            .partition::<Vec<_>, _>(|before| *before == MessageStatus::Pending);
        let mut moved = self.move_from(&told, session, chat, ids, status).await?;
        // Few receipts come before the acknowledgement of what they are about.
        if moved.len() < ids.len() {
            let late = self.move_from(&pending, session, chat, ids, status).await?;
            moved.extend(late.into_iter().map(|moved| Moved {
                was_pending: true,
                ..moved
            }));
        }
        Ok(moved)
    }

    async fn move_from(
        &mut self,
        earlier: &[MessageStatus],
        session: &SessionId,
        chat: &Jid,
        ids: &[WaMessageId],
        status: MessageStatus,
    ) -> Result<Vec<Moved>, Error> {
        let query = sql(with_lists!(
            "UPDATE messages SET status = $3
             WHERE session_id = $1 AND chat_jid = COALESCE(
                (SELECT jid FROM chats WHERE session_id = $1 AND alias = $2 ORDER BY id DESC LIMIT 1), $2)
                AND from_me AND wa_id IN " list "$4" " AND status IN " list "$5" " RETURNING wa_id, outbox_id"
        ))
        .bind(session)
        .bind(chat)
        .bind(status.as_str())
        .bind(list(ids.iter().map(WaMessageId::as_str)))
        .bind(list(earlier.iter().map(|status| status.as_str())));
        let moved: Vec<(String, Option<String>)> = self.fetch_all(query).await?;
        let mut moved: HashMap<String, Option<String>> = moved.into_iter().collect();
        ids.iter()
            .filter_map(|id| {
                let outbox = moved.remove(id.as_str())?;
                let outbox = Row::of("messages", id.as_str()).parse_optional("outbox_id", outbox.as_deref());
                Some(outbox.map(|outbox| Moved {
                    id: id.clone(),
                    outbox,
                    was_pending: false,
                }))
            })
            .collect()
    }
}
