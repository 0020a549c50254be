//! Who is there: what was last heard of people, and what the account shows them.

use std::sync::Arc;
use std::time::Duration;

use wagon_domain::presence::{Presence, Typing};
use wagon_domain::{Caller, Capability, Jid, SessionId};
use wagon_engine::Engine;
use wagon_store::Store;

use crate::error::Error;
use crate::heard::{Heard, Observed};
use crate::sessions::Sessions;

/// How long a first question waits for WhatsApp's answer. Who hides their presence never answers.
const ANSWER_WAIT: Duration = Duration::from_millis(1500);

#[derive(Clone)]
pub struct Presences {
    store: Store,
    sessions: Sessions,
    engine: Arc<dyn Engine>,
    heard: Arc<Heard>,
}

impl Presences {
    pub(crate) fn new(store: Store, sessions: Sessions, engine: Arc<dyn Engine>, heard: Arc<Heard>) -> Self {
        Self {
            store,
            sessions,
            engine,
            heard,
        }
    }

    /// The latest word of a chat, by either address. Asks WhatsApp to keep telling, and waits a moment
    /// for the first word.
    pub async fn get(
        &self,
        caller: &Caller,
        session: &SessionId,
        chat: &Jid,
    ) -> Result<(Jid, Option<Presence>), Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        let chat = self.canonical(session, chat).await?;
        let mut changed = self.heard.changes();
        if chat.is_person() {
            self.engine.watch_presence(session, &chat).await?;
        }
        let word = async {
            loop {
                if let Some(word) = self.heard.of(session, &chat).pop() {
                    return Some(word.presence);
                }
                // The sender lives as long as the services.
                changed.changed().await.ok()?;
            }
        };
        let word = tokio::time::timeout(ANSWER_WAIT, word).await.ok().flatten();
        Ok((chat, word))
    }

    /// Asks WhatsApp to keep telling of a chat, until the connection is renewed.
    pub async fn watch(&self, caller: &Caller, session: &SessionId, chat: &Jid) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let chat = self.canonical(session, chat).await?;
        Ok(self.engine.watch_presence(session, &chat).await?)
    }

    /// The latest word of each person in a chat as far as WhatsApp has told, without asking, and the
    /// address that words about the chat come under.
    pub async fn latest(
        &self,
        caller: &Caller,
        session: &SessionId,
        chat: &Jid,
    ) -> Result<(Jid, Vec<Observed>), Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        let chat = self.canonical(session, chat).await?;
        let words = self.heard.of(session, &chat);
        Ok((chat, words))
    }

    /// Shows a chat that the account's user is typing, or has stopped.
    pub async fn show(
        &self,
        caller: &Caller,
        session: &SessionId,
        chat: &Jid,
        typing: Typing,
    ) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        Ok(self.engine.show_typing(session, &chat.bare(), typing).await?)
    }

    /// The address that words about this chat come under.
    async fn canonical(&self, session: &SessionId, chat: &Jid) -> Result<Jid, Error> {
        let chat = chat.bare();
        if !chat.is_person() {
            return Ok(chat);
        }
        let known = self.store.contact(session, &chat).await?;
        Ok(known.and_then(|contact| contact.jid).unwrap_or(chat))
    }
}
