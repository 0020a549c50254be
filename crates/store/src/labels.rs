//! Labels and the chats they are on.

use sqlx::FromRow;
use wagon_domain::label::{Label, LabelChange};
use wagon_domain::{Jid, SessionId};

use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Store, Tx};

#[derive(FromRow)]
struct LabelRow {
    id: String,
    name: String,
    color: i64,
}

impl TryFrom<LabelRow> for Label {
    type Error = Error;

    fn try_from(row: LabelRow) -> Result<Self, Error> {
        let color = i32::try_from(row.color).map_err(|_| Row::of("labels", &row.id).corrupt("color"))?;
        Ok(Self {
            id: row.id,
            name: row.name,
            color,
        })
    }
}

impl Tx<'_> {
    /// Makes a change of the account's labels. A deleted label is on no chat any more.
    pub async fn change_labels(&mut self, session: &SessionId, change: &LabelChange) -> Result<(), Error> {
        let query = match change {
            LabelChange::Set(label) => sql(
                "INSERT INTO labels (session_id, id, name, color) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (session_id, id) DO UPDATE SET name = excluded.name, color = excluded.color",
            )
            .bind(session)
            .bind(label.id.as_str())
            .bind(label.name.as_str())
            .bind(i64::from(label.color)),
            LabelChange::Deleted { label } => {
                let chats = sql("DELETE FROM chat_labels WHERE session_id = $1 AND label_id = $2")
                    .bind(session)
                    .bind(label.as_str());
                self.execute(chats).await?;
                sql("DELETE FROM labels WHERE session_id = $1 AND id = $2")
                    .bind(session)
                    .bind(label.as_str())
            }
            LabelChange::Put { label, chat, on } => {
                let statement = if *on {
                    "INSERT INTO chat_labels (session_id, label_id, chat_jid) VALUES ($1, $2, $3)
                     ON CONFLICT (session_id, label_id, chat_jid) DO NOTHING"
                } else {
                    "DELETE FROM chat_labels WHERE session_id = $1 AND label_id = $2 AND chat_jid = $3"
                };
                sql(statement).bind(session).bind(label.as_str()).bind(chat)
            }
        };
        self.execute(query).await.map(drop)
    }
}

impl Store {
    /// All labels of an account, by id.
    pub async fn labels(&self, session: &SessionId) -> Result<Vec<Label>, Error> {
        let query = sql("SELECT id, name, color FROM labels WHERE session_id = $1 ORDER BY id").bind(session);
        self.fetch_all::<LabelRow>(query)
            .await?
            .into_iter()
            .map(Label::try_from)
            .collect()
    }

    /// The labels on a chat, by either of its addresses.
    pub async fn labels_of(&self, session: &SessionId, chat: &Jid) -> Result<Vec<Label>, Error> {
        let query = sql(
            "SELECT l.id, l.name, l.color FROM labels AS l JOIN chat_labels AS c
                ON c.session_id = l.session_id AND c.label_id = l.id
             WHERE c.session_id = $1 AND c.chat_jid = COALESCE(
                (SELECT jid FROM chats WHERE session_id = $1 AND alias = $2 ORDER BY id DESC LIMIT 1), $2)
             ORDER BY l.id",
        )
        .bind(session)
        .bind(chat);
        self.fetch_all::<LabelRow>(query)
            .await?
            .into_iter()
            .map(Label::try_from)
            .collect()
    }

    /// The chats that a label is on.
    pub async fn labelled_chats(&self, session: &SessionId, label: &str) -> Result<Vec<Jid>, Error> {
        let query = sql("SELECT label_id, chat_jid FROM chat_labels
             WHERE session_id = $1 AND label_id = $2 ORDER BY chat_jid")
        .bind(session)
        .bind(label);
        let rows: Vec<(String, String)> = self.fetch_all(query).await?;
        rows.into_iter()
            .map(|(label, chat)| Row::of("chat_labels", &label).parse("chat_jid", &chat))
            .collect()
    }
}
