//! What edits and revokes do to the messages they name.

use wagon_domain::content::{Content, Target};
use wagon_domain::message::Party;
use wagon_domain::{Jid, SessionId};

use crate::row::{Row, json};
use crate::sql::{Query, sql};
use crate::{Error, Tx};

/// Who changes a message.
#[derive(Debug, Clone, Copy)]
pub struct Editor<'a> {
    pub from_me: bool,
    pub sender: &'a Party,
}

/// The target of a change within its chat (JID or alias), if `$4` to `$6` wrote it.
macro_rules! authored {
    ($head:literal) => {
        concat!(
            $head,
            " WHERE session_id = $1 AND wa_id = $3 AND target IS NULL AND chat_jid = COALESCE(
                (SELECT jid FROM chats WHERE session_id = $1 AND alias = $2 ORDER BY id DESC LIMIT 1), $2)
              AND from_me = $4 AND (from_me OR sender_jid = $5 OR sender_lid = $6)"
        )
    };
}

impl Tx<'_> {
    /// Carries out an edit or a revoke on the stored message it names; says whether there was one.
    /// Other content changes nothing. Only its author edits a message; in groups, others may be
    /// allowed to delete it, and WhatsApp has checked that.
    pub async fn apply_change(
        &mut self,
        session: &SessionId,
        chat: &Jid,
        editor: Editor<'_>,
        content: &Content,
    ) -> Result<bool, Error> {
        match content {
            Content::Edit { target, text } => {
                let query = authored(
                    authored!("SELECT id, content FROM messages"),
                    session,
                    chat,
                    target,
                    editor,
                );
                let Some((id, stored)) = self.fetch_optional::<(String, String)>(query).await? else {
                    return Ok(false);
                };
                let content: Content = Row::of("messages", &id).json("content", &stored)?;
                let query = sql("UPDATE messages SET content = $2, edited = TRUE WHERE id = $1")
                    .bind(id)
                    .bind(json(&content.edited(text)));
                Ok(self.execute(query).await? > 0)
            }
            Content::Revoke { target } => {
                let author = Party {
                    jid: target.sender.clone(),
                    lid: target.sender.clone(),
                    name: None,
                };
                // In a chat of two nobody deletes what the other wrote.
                let author = if chat.is_person() {
                    editor
                } else {
                    Editor {
                        from_me: target.from_me,
                        sender: &author,
                    }
                };
                let query = authored(
                    authored!("SELECT id FROM messages"),
                    session,
                    chat,
                    target,
                    author,
                );
                let Some((id,)) = self.fetch_optional::<(String,)>(query).await? else {
                    return Ok(false);
                };
                let queries = vec![
                    sql("UPDATE messages SET deleted = TRUE WHERE id = $1").bind(id.clone()),
                    // Its media is not to be fetched any more.
                    sql("DELETE FROM message_wire WHERE message_id = $1").bind(id),
                ];
                self.execute_all(queries).await?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

fn authored(
    text: &'static str,
    session: &SessionId,
    chat: &Jid,
    target: &Target,
    editor: Editor<'_>,
) -> Query {
    sql(text)
        .bind(session)
        .bind(chat)
        .bind(&target.id)
        .bind(editor.from_me)
        .bind(editor.sender.jid.as_ref().map(Jid::bare).as_ref())
        .bind(editor.sender.lid.as_ref().map(Jid::bare).as_ref())
}
