//! Conversations, as stored.

use wagon_domain::message::StoredChat;
use wagon_domain::{Caller, Capability, Jid, SessionId};
use wagon_store::Store;

use crate::error::{Error, Missing};
use crate::sessions::Sessions;

#[derive(Clone)]
pub struct Chats {
    store: Store,
    sessions: Sessions,
}

impl Chats {
    pub(crate) fn new(store: Store, sessions: Sessions) -> Self {
        Self { store, sessions }
    }

    /// Chats with messages, the latest first. `after` is the last one's time and row of the page before.
    pub async fn list(
        &self,
        caller: &Caller,
        session: &SessionId,
        after: Option<(i64, i64)>,
        limit: u32,
    ) -> Result<Vec<StoredChat>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.store.chats(session, after, limit).await?)
    }

    /// One chat, by either of a person's addresses.
    pub async fn get(&self, caller: &Caller, session: &SessionId, chat: &Jid) -> Result<StoredChat, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        self.store
            .chat(session, &chat.bare())
            .await?
            .ok_or(Error::NotFound(Missing::Chat))
    }
}
