use wagon_domain::{Jid, SessionId};

use crate::sql::sql;
use crate::{Error, Tx};

impl Tx<'_> {
    /// Moves a chat that was stored under a person's LID to the phone JID that became known: its
    /// messages, its name, its counters, its labels. Does nothing if there is no chat under the LID.
    pub async fn merge_chat(
        &mut self,
        session: &SessionId,
        from_lid: &Jid,
        to_pn: &Jid,
    ) -> Result<(), Error> {
        // In a chat of two, id and direction say whether it is the same message.
        let repeats = sql(
            "DELETE FROM messages WHERE session_id = $1 AND chat_jid = $2 AND EXISTS (
                SELECT id FROM messages AS kept WHERE kept.session_id = $1 AND kept.chat_jid = $3
                    AND kept.wa_id = messages.wa_id AND kept.from_me = messages.from_me)",
        );
        let messages = sql("UPDATE messages SET chat_jid = $3,
                sender_key = CASE WHEN sender_key = $2 THEN $3 ELSE sender_key END,
                sender_jid = CASE WHEN sender_lid = $2 THEN $3 ELSE sender_jid END
             WHERE session_id = $1 AND chat_jid = $2");
        let votes = sql("UPDATE poll_votes SET chat_jid = $3 WHERE session_id = $1 AND chat_jid = $2
                AND NOT EXISTS (SELECT voter FROM poll_votes AS kept WHERE kept.session_id = $1
                    AND kept.chat_jid = $3 AND kept.poll_id = poll_votes.poll_id AND kept.voter = poll_votes.voter)");
        let recaps = sql(
            "UPDATE poll_recaps SET chat_jid = $3 WHERE session_id = $1 AND chat_jid = $2
                AND NOT EXISTS (SELECT poll_id FROM poll_recaps AS kept WHERE kept.session_id = $1
                    AND kept.chat_jid = $3 AND kept.poll_id = poll_recaps.poll_id)",
        );
        // Its id stays; unless there is a chat under the phone JID too, which then takes it in.
        let moved = sql(
            "UPDATE chats SET jid = $3, alias = $2 WHERE session_id = $1 AND jid = $2
                AND NOT EXISTS (SELECT id FROM chats AS kept WHERE kept.session_id = $1 AND kept.jid = $3)",
        );
        let chat = sql("INSERT INTO chats
                (session_id, jid, alias, name, last_message_at, unread, archived, pinned, muted_until)
             SELECT session_id, $3, $2, name, last_message_at, unread, archived, pinned, muted_until
             FROM chats WHERE session_id = $1 AND jid = $2
             ON CONFLICT (session_id, jid) DO UPDATE SET
                alias = excluded.alias,
                name = COALESCE(chats.name, excluded.name),
                last_message_at = CASE WHEN chats.last_message_at > excluded.last_message_at
                    OR excluded.last_message_at IS NULL THEN chats.last_message_at ELSE excluded.last_message_at END,
                unread = chats.unread + excluded.unread,
                pinned = chats.pinned OR excluded.pinned,
                archived = chats.archived AND excluded.archived,
                muted_until = COALESCE(chats.muted_until, excluded.muted_until)");
        let labels = sql("INSERT INTO chat_labels (session_id, label_id, chat_jid)
             SELECT session_id, label_id, $3 FROM chat_labels WHERE session_id = $1 AND chat_jid = $2
             ON CONFLICT (session_id, label_id, chat_jid) DO NOTHING");
        for query in [repeats, messages, votes, recaps, labels, moved, chat] {
            self.execute(query.bind(session).bind(from_lid).bind(to_pn))
                .await?;
        }
        for old in [
            sql("DELETE FROM chat_labels WHERE session_id = $1 AND chat_jid = $2"),
            sql("DELETE FROM chats WHERE session_id = $1 AND jid = $2"),
        ] {
            self.execute(old.bind(session).bind(from_lid)).await?;
        }
        Ok(())
    }
}
