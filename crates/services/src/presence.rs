//! Who is there: what was last heard of people, and what the account shows them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use wagon_domain::presence::{Presence, Typing};
use wagon_domain::{Caller, Capability, Jid, SessionId, Timestamp};
use wagon_engine::Engine;
use wagon_store::Store;

use crate::error::Error;
use crate::sessions::Sessions;

/// How long a first question waits for WhatsApp's answer. Who hides their presence never answers.
const ANSWER_WAIT: Duration = Duration::from_millis(1500);
/// People of whom the latest word is kept.
const KEPT: usize = 50_000;

/// People of one group of whom the latest word is kept.
const KEPT_OF_A_CHAT: usize = 256;

/// A word, and when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    pub presence: Presence,
    pub at: Timestamp,
}

/// The latest word of everybody by chat, in memory: after a restart everybody is unknown.
pub(crate) struct Heard {
    latest: Mutex<HashMap<(SessionId, Jid), Vec<Observed>>>,
    changed: watch::Sender<()>,
}

impl Default for Heard {
    fn default() -> Self {
        Self {
            latest: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }
}

impl Heard {
    pub(crate) fn note(&self, session: &SessionId, presence: &Presence, at: Timestamp) {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if latest.len() >= KEPT {
            latest.clear();
        }
        let about = presence.chat.clone().unwrap_or_else(|| presence.from.clone());
        let words = latest.entry((session.clone(), about)).or_default();
        words.retain(|word| word.presence.from != presence.from);
        if words.len() >= KEPT_OF_A_CHAT {
            words.remove(0);
        }
        words.push(Observed {
            presence: presence.clone(),
            at,
        });
        drop(latest);
        self.changed.send_replace(());
    }

    /// The latest word of each person in a chat, the newest last.
    fn of(&self, session: &SessionId, chat: &Jid) -> Vec<Observed> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest
            .get(&(session.clone(), chat.clone()))
            .cloned()
            .unwrap_or_default()
    }
}

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
        let mut changed = self.heard.changed.subscribe();
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
