//! The bytes of stored messages: from Wagon's own store, else from WhatsApp.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use wagon_delivery::Files;
use wagon_domain::content::{self, Content};
use wagon_domain::{Caller, Capability, Jid, Message, MessageId, SessionId, WaMessageId};
use wagon_engine::{DownloadError, Engine};
use wagon_media::{MediaKey, MediaStore, StoreError, StoredMedia};
use wagon_store::Store;

use crate::error::{Error, FileProblem, Missing};
use crate::sessions::Sessions;

/// Serves the media of messages.
#[derive(Clone)]
pub struct Media {
    sessions: Sessions,
    attached: Attached,
}

/// The files of messages, for whoever has seen to it that they may be read.
#[derive(Clone)]
pub struct Attached {
    store: Store,
    engine: Arc<dyn Engine>,
    files: MediaStore,
}

/// Whose media is wanted.
#[derive(Debug, Clone, Copy)]
pub struct WantedMedia<'a> {
    /// Tells messages of several chats apart that carry the same id.
    pub chat: Option<&'a Jid>,
    pub message: &'a WaMessageId,
    /// The most bytes it may have, if there is a limit.
    pub most: Option<usize>,
}

/// Media with what is known of it.
pub struct OpenMedia {
    pub description: content::Media,
    pub stored: StoredMedia,
}

impl Media {
    pub(crate) fn new(sessions: Sessions, attached: Attached) -> Self {
        Self { sessions, attached }
    }

    /// Opens the media of a message. What was asked for before comes from Wagon's store; the rest is
    /// fetched from WhatsApp, checked, and kept. `part` picks a range out of the size it is given; if
    /// it picks none, the whole is opened.
    pub async fn open(
        &self,
        caller: &Caller,
        session: &SessionId,
        wanted: WantedMedia<'_>,
        part: impl FnOnce(u64) -> Option<Range<u64>> + Send,
    ) -> Result<OpenMedia, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        self.attached.open(session, wanted, part).await
    }

    /// Files of these messages that are kept here already, the first ones for which `budget` has room;
    /// one that comes first fits in any case.
    pub async fn at_hand(
        &self,
        messages: &[Message],
        budget: u64,
    ) -> Result<HashMap<MessageId, Bytes>, Error> {
        self.attached.at_hand(messages, budget).await
    }
}

impl Attached {
    pub fn new(store: Store, engine: Arc<dyn Engine>, files: MediaStore) -> Self {
        Self { store, engine, files }
    }

    async fn open(
        &self,
        session: &SessionId,
        wanted: WantedMedia<'_>,
        part: impl FnOnce(u64) -> Option<Range<u64>> + Send,
    ) -> Result<OpenMedia, Error> {
        let chat = wanted.chat.map(Jid::bare);
        let message = self
            .store
            .message(session, chat.as_ref(), wanted.message)
            .await?
            .ok_or(Error::NotFound(Missing::Message))?;
        let Content::Media(description) = &message.content else {
            return Err(Error::NotFound(Missing::Media));
        };
        let description = description.clone();
        if message.deleted {
            return Err(Error::Gone);
        }
        // Before it is fetched: a message says how large its file is.
        check_size(description.size, wanted.most)?;
        let key = MediaKey::message(&message.session, &message.id);
        let size = match self.files.size(&key).await? {
            Some(size) => size,
            None => self.fetch(&message, &description, &key).await?,
        };
        check_size(Some(size), wanted.most)?;
        let stored = self
            .files
            .read(&key, part(size))
            .await?
            .ok_or_else(|| Error::internal("media vanished while it was opened"))?;
        Ok(OpenMedia { description, stored })
    }

    async fn at_hand(&self, messages: &[Message], budget: u64) -> Result<HashMap<MessageId, Bytes>, Error> {
        let mut room = Room::of(budget);
        let mut found = HashMap::new();
        for message in messages {
            if message.deleted || message.content.media().is_none() {
                continue;
            }
            let key = MediaKey::message(&message.session, &message.id);
            let Some(size) = self.files.size(&key).await? else {
                continue;
            };
            if room.take(size)
                && let Some(bytes) = self.files.get(&key).await?
            {
                found.insert(message.id.clone(), bytes);
            }
        }
        Ok(found)
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

#[async_trait]
impl Files for Attached {
    async fn read(&self, session: &SessionId, chat: &Jid, id: &WaMessageId) -> Option<Vec<u8>> {
        let wanted = WantedMedia {
            chat: Some(chat),
            message: id,
            most: None,
        };
        let read = async {
            let opened = self.open(session, wanted, |_| None).await?;
            let parts: Vec<_> = opened.stored.bytes.try_collect().await?;
            Ok::<_, Error>(parts.concat())
        };
        let read = read.await.inspect_err(|error| {
            tracing::debug!(session.id = %session, error = error as &dyn std::error::Error, "a file does not go along");
        });
        read.ok()
    }
}

/// How many bytes of files there is room for.
struct Room {
    left: u64,
    empty: bool,
}

impl Room {
    const fn of(bytes: u64) -> Self {
        Self {
            left: bytes,
            empty: true,
        }
    }

    /// Whether a file fits; the first one does in any case.
    const fn take(&mut self, size: u64) -> bool {
        let fits = self.empty || size <= self.left;
        if fits {
            self.left = self.left.saturating_sub(size);
            self.empty = false;
        }
        fits
    }
}

fn check_size(size: Option<u64>, most: Option<usize>) -> Result<(), Error> {
    match (size, most) {
        (Some(size), Some(limit)) if usize::try_from(size).is_ok_and(|size| size <= limit) => Ok(()),
        (Some(_), Some(limit)) => Err(FileProblem::TooLarge { limit }.into()),
        _ => Ok(()),
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::internal(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_fits_and_the_next_ones_if_there_is_room() {
        let mut room = Room::of(10);
        assert_eq!(
            [4, 7, 6, 1].map(|size| room.take(size)),
            [true, false, true, false]
        );
        let mut room = Room::of(10);
        assert_eq!([11, 1].map(|size| room.take(size)), [true, false]);
    }

    #[test]
    fn a_limit_holds_for_what_is_known() {
        for (size, most, allowed) in [
            (Some(10), Some(10), true),
            (Some(11), Some(10), false),
            (Some(11), None, true),
            (None, Some(10), true),
        ] {
            assert_eq!(check_size(size, most).is_ok(), allowed, "{size:?} {most:?}");
        }
    }
}
