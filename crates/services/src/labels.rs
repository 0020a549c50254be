//! Labels: how the account sorts its chats, on all its devices.

use std::sync::Arc;

use wagon_domain::label::{Label, LabelChange};
use wagon_domain::{Caller, Capability, Jid, SessionId};
use wagon_engine::Engine;
use wagon_store::Store;

use crate::chats::ChatOverview;
use crate::error::{Conflict, Error, Missing};
use crate::sessions::Sessions;

const LONGEST_NAME: usize = 100;
const LONGEST_ID: usize = 64;
/// WhatsApp has so many colours.
const COLORS: i32 = 20;

#[derive(Clone)]
pub struct Labels {
    store: Store,
    sessions: Sessions,
    engine: Arc<dyn Engine>,
}

impl Labels {
    pub(crate) fn new(store: Store, sessions: Sessions, engine: Arc<dyn Engine>) -> Self {
        Self {
            store,
            sessions,
            engine,
        }
    }

    pub async fn list(&self, caller: &Caller, session: &SessionId) -> Result<Vec<Label>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.store.labels(session).await?)
    }

    pub async fn get(&self, caller: &Caller, session: &SessionId, id: &str) -> Result<Label, Error> {
        let labels = self.list(caller, session).await?;
        let found = labels.into_iter().find(|label| label.id == id);
        found.ok_or(Error::NotFound(Missing::Label))
    }

    /// Makes a label, or makes it anew.
    pub async fn set(&self, caller: &Caller, session: &SessionId, label: Label) -> Result<(), Error> {
        for (field, text, most) in [("id", &label.id, LONGEST_ID), ("name", &label.name, LONGEST_NAME)] {
            if !(1..=most).contains(&text.chars().count()) {
                return Err(invalid(
                    field,
                    format!("{field} must have 1 to {most} characters"),
                ));
            }
        }
        if !(0..COLORS).contains(&label.color) {
            return Err(invalid("color", format!("color must be 0 to {}", COLORS - 1)));
        }
        self.change(caller, session, LabelChange::Set(label)).await
    }

    pub async fn delete(&self, caller: &Caller, session: &SessionId, id: &str) -> Result<(), Error> {
        let label = self.get(caller, session, id).await?.id;
        self.change(caller, session, LabelChange::Deleted { label }).await
    }

    /// The labels on a chat.
    pub async fn of_chat(
        &self,
        caller: &Caller,
        session: &SessionId,
        chat: &Jid,
    ) -> Result<Vec<Label>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.store.labels_of(session, &chat.bare()).await?)
    }

    /// The chats that a label is on, as far as there is something in them.
    pub async fn chats(
        &self,
        caller: &Caller,
        session: &SessionId,
        id: &str,
    ) -> Result<Vec<ChatOverview>, Error> {
        self.get(caller, session, id).await?;
        let mut chats = Vec::new();
        for jid in self.store.labelled_chats(session, id).await? {
            if let Some(chat) = self.store.chat(session, &jid).await? {
                let latest = self.store.messages(session, &chat.jid, None, 1).await?;
                chats.push(ChatOverview {
                    latest: latest.into_iter().next(),
                    chat,
                });
            }
        }
        Ok(chats)
    }

    /// Puts a label on a chat, or takes it off.
    pub async fn put(
        &self,
        caller: &Caller,
        session: &SessionId,
        id: &str,
        chat: &Jid,
        on: bool,
    ) -> Result<(), Error> {
        let label = self.get(caller, session, id).await?.id;
        let stored = self.store.chat(session, &chat.bare()).await?;
        let chat = stored.map_or_else(|| chat.bare(), |stored| stored.jid);
        self.change(caller, session, LabelChange::Put { label, chat, on })
            .await
    }

    async fn change(&self, caller: &Caller, session: &SessionId, change: LabelChange) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        if !self.engine.has_labels(session).await? {
            return Err(Error::Conflict(Conflict::NotABusiness));
        }
        self.engine.change_labels(session, &change).await?;
        let session = session.clone();
        self.store
            .write(move |tx| Box::pin(async move { tx.change_labels(&session, &change).await }))
            .await?;
        Ok(())
    }
}

fn invalid(field: &'static str, message: String) -> Error {
    Error::Invalid { field, message }
}
