//! Finding messages by their words.

use wagon_domain::{Caller, Capability, Message, SessionId};
use wagon_store::{MessageSearch, Store};

use crate::error::Error;
use crate::sessions::Sessions;

const LONGEST_TEXT: usize = 500;

#[derive(Clone)]
pub struct Search {
    store: Store,
    sessions: Sessions,
}

impl Search {
    pub(crate) fn new(store: Store, sessions: Sessions) -> Self {
        Self { store, sessions }
    }

    /// Messages of one session, or of all that the caller sees; newest first, and how many there are.
    /// The sessions in `search` are filled in here.
    pub async fn messages(
        &self,
        caller: &Caller,
        session: Option<&SessionId>,
        search: MessageSearch,
        offset: u32,
        limit: u32,
    ) -> Result<(Vec<Message>, u64), Error> {
        if !caller.may(Capability::Read) {
            return Err(Error::Forbidden {
                capability: Capability::Read,
            });
        }
        let text = search.text.trim().to_owned();
        if text.is_empty() || text.chars().count() > LONGEST_TEXT {
            return Err(Error::Invalid {
                field: "q",
                message: format!("q must have 1 to {LONGEST_TEXT} characters"),
            });
        }
        let sessions = if let Some(id) = session {
            vec![self.sessions.require(caller, id, Capability::Read).await?]
        } else {
            self.sessions.seen(caller).await?
        };
        let search = MessageSearch {
            text,
            sessions: sessions.into_iter().map(|session| session.id).collect(),
            ..search
        };
        Ok(self.store.search_messages(&search, offset, limit).await?)
    }
}
