use wagon_domain::{Jid, MessageStatus, SessionId, Timestamp, WaMessageId};

use crate::sql::{Query, sql};
use crate::{Error, Tx};

pub(crate) fn sent_query(session: &SessionId, chat: &Jid, wa_id: &WaMessageId, sent_at: Timestamp) -> Query {
    sql("UPDATE messages SET status = 'sent', wa_time = $4
         WHERE session_id = $1 AND wa_id = $3 AND from_me AND status IN ('pending', 'failed')
            AND chat_jid = COALESCE(
            (SELECT jid FROM chats WHERE session_id = $1 AND alias = $2 ORDER BY id DESC LIMIT 1), $2)")
    .bind(session)
    .bind(chat)
    .bind(wa_id)
    .bind(sent_at)
}

impl Tx<'_> {
    /// WhatsApp took the account's own message at `sent_at`; says whether that is news. A receipt
    /// that was faster has moved the message further already.
    pub async fn message_sent(
        &mut self,
        session: &SessionId,
        chat: &Jid,
        wa_id: &WaMessageId,
        sent_at: Timestamp,
    ) -> Result<bool, Error> {
        Ok(self.execute(sent_query(session, chat, wa_id, sent_at)).await? > 0)
    }

    /// The account's own message did not go out; says whether it was still pending.
    pub async fn message_failed(
        &mut self,
        session: &SessionId,
        chat: &Jid,
        wa_id: &WaMessageId,
    ) -> Result<bool, Error> {
        let (from, to) = (MessageStatus::Pending, MessageStatus::Failed);
        self.move_own(session, chat, wa_id, from, to).await
    }

    /// The account's own message, which had failed, is tried again; says whether it had.
    pub async fn message_pending(
        &mut self,
        session: &SessionId,
        chat: &Jid,
        wa_id: &WaMessageId,
    ) -> Result<bool, Error> {
        let (from, to) = (MessageStatus::Failed, MessageStatus::Pending);
        self.move_own(session, chat, wa_id, from, to).await
    }

    async fn move_own(
        &mut self,
        session: &SessionId,
        chat: &Jid,
        wa_id: &WaMessageId,
        from: MessageStatus,
        to: MessageStatus,
    ) -> Result<bool, Error> {
        let query = sql("UPDATE messages SET status = $5
             WHERE session_id = $1 AND wa_id = $3 AND from_me AND status = $4
                AND chat_jid = COALESCE(
                (SELECT jid FROM chats WHERE session_id = $1 AND alias = $2 ORDER BY id DESC LIMIT 1), $2)")
        .bind(session)
        .bind(chat)
        .bind(wa_id)
        .bind(from.as_str())
        .bind(to.as_str());
        Ok(self.execute(query).await? > 0)
    }
}
