//! The bytes of stored messages: from Wagon's own store, else from WhatsApp.

use std::ops::Range;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use wagon_domain::content::{self, Content};
use wagon_domain::{Caller, Capability, Jid, Message, SessionId, WaMessageId};
use wagon_engine::{DownloadError, Engine};
use wagon_media::{MediaKey, MediaStore, StoreError, StoredMedia};
use wagon_store::Store;

use crate::error::{Error, Missing};
use crate::sessions::Sessions;

/// Serves the media of messages.
#[derive(Clone)]
pub struct Media {
    store: Store,
    sessions: Sessions,
    engine: Arc<dyn Engine>,
    files: MediaStore,
}

/// Media with what is known of it.
pub struct OpenMedia {
    pub description: content::Media,
    pub stored: StoredMedia,
}

impl Media {
    pub(crate) fn new(store: Store, sessions: Sessions, engine: Arc<dyn Engine>, files: MediaStore) -> Self {
        Self {
            store,
            sessions,
            engine,
            files,
        }
    }

    /// Opens the media of a message. What was asked for before comes from Wagon's store; the rest is
    /// fetched from WhatsApp, checked, and kept. `part` picks a range out of the size it is given; if
    /// it picks none, the whole is opened.
    pub async fn open(
        &self,
        caller: &Caller,
        session: &SessionId,
        chat: Option<&Jid>,
        id: &WaMessageId,
        part: impl FnOnce(u64) -> Option<Range<u64>> + Send,
    ) -> Result<OpenMedia, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        let chat = chat.map(Jid::bare);
        let message = self
            .store
            .message(session, chat.as_ref(), id)
            .await?
            .ok_or(Error::NotFound(Missing::Message))?;
        let Content::Media(description) = &message.content else {
            return Err(Error::NotFound(Missing::Media));
        };
        let description = description.clone();
        if message.deleted {
            return Err(Error::Gone);
        }
        let key = MediaKey::message(&message.session, &message.id);
        let size = match self.files.size(&key).await? {
            Some(size) => size,
            None => self.fetch(&message, &description, &key).await?,
        };
        let stored = self
            .files
            .read(&key, part(size))
            .await?
            .ok_or_else(|| Error::internal("media vanished while it was opened"))?;
        Ok(OpenMedia { description, stored })
    }

    /// Fetches from WhatsApp and keeps; answers the size.
    async fn fetch(
        &self,
        message: &Message,
        description: &content::Media,
        key: &MediaKey,
    ) -> Result<u64, Error> {
        let wire = self.store.message_wire(message).await?.ok_or(Error::Gone)?;
        let fetched = self
            .engine
            .download(&message.session, &wire)
            .await
            .map_err(|error| match error {
                DownloadError::NoMedia => Error::NotFound(Missing::Media),
                DownloadError::Gone => Error::Gone,
                DownloadError::Call(error) => error.into(),
            })?;
        if let Some(expected) = description.sha256
            && content::Sha256(Sha256::digest(&fetched.bytes).into()) != expected
        {
            return Err(Error::internal("media differs from what its message announced"));
        }
        if let Some(moved) = fetched.moved {
            let (session, id) = (message.session.clone(), message.id.clone());
            self.store
                .write(move |tx| Box::pin(async move { tx.replace_wire(&session, &id, &moved).await }))
                .await?;
        }
        let size = fetched.bytes.len() as u64;
        self.files.put(key, fetched.bytes).await?;
        Ok(size)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::internal(error)
    }
}
