//! Conversations: as stored, and as the account's devices share them.

use std::collections::HashMap;
use std::sync::Arc;

use wagon_domain::audit::{Action, AuditEntry};
use wagon_domain::chat::ChatChange;
use wagon_domain::message::{Chat, StoredChat};
use wagon_domain::{Caller, Capability, Clock, Jid, Message, SessionId, Timestamp, WaMessageId};
use wagon_engine::{Engine, LastMessage};
use wagon_store::{Store, Unread};

use crate::deeds::Deeds;
use crate::error::{Error, Missing};
use crate::sessions::Sessions;

/// The most messages whose authors are told at once that they were read.
const READ_AT_ONCE: u32 = 200;

#[derive(Clone)]
pub struct Chats {
    store: Store,
    sessions: Sessions,
    engine: Arc<dyn Engine>,
    clock: Arc<dyn Clock>,
    deeds: Deeds,
}

/// What to change; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct ChangeChat {
    pub archived: Option<bool>,
    pub pinned: Option<bool>,
    /// Mutes until then; `Some(None)` ends it.
    pub muted_until: Option<Option<Timestamp>>,
}

/// A chat with its newest message.
#[derive(Debug, Clone)]
pub struct ChatOverview {
    pub chat: StoredChat,
    pub latest: Option<Message>,
}

impl Chats {
    pub(crate) fn new(
        store: Store,
        sessions: Sessions,
        engine: Arc<dyn Engine>,
        clock: Arc<dyn Clock>,
        deeds: Deeds,
    ) -> Self {
        Self {
            store,
            sessions,
            engine,
            clock,
            deeds,
        }
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

    /// The same from a place in the list, each with its newest message.
    pub async fn overview(
        &self,
        caller: &Caller,
        session: &SessionId,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<ChatOverview>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        let chats = self.store.chats_from(session, offset, limit).await?;
        let latest = self.store.latest_messages(session, offset, limit).await?;
        let mut latest: HashMap<Jid, Message> = latest
            .into_iter()
            .map(|message| (message.chat.clone(), message))
            .collect();
        Ok(chats
            .into_iter()
            .map(|chat| ChatOverview {
                latest: latest.remove(&chat.jid),
                chat,
            })
            .collect())
    }

    /// One chat, by either of a person's addresses.
    pub async fn get(&self, caller: &Caller, session: &SessionId, chat: &Jid) -> Result<StoredChat, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        self.find(session, chat).await
    }

    /// Archives, pins and mutes, on all devices of the account. Each change is stored once WhatsApp has it.
    pub async fn change(
        &self,
        caller: &Caller,
        session: &SessionId,
        chat: &Jid,
        change: ChangeChat,
    ) -> Result<StoredChat, Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let stored = self.find(session, chat).await?;
        let jid = &stored.jid;
        let now = self.clock.now();
        let updated = |what: &str| {
            let deed = self.deeds.entry(caller, session, Action::ChatUpdate, jid, what);
            Some(deed)
        };
        if let Some(Some(until)) = change.muted_until
            && until <= now
        {
            return Err(Error::Invalid {
                field: "mutedUntil",
                message: "mutedUntil must be a time in the future".to_owned(),
            });
        }
        if let Some(archived) = change.archived {
            let last = self.last_message(session, jid).await?;
            self.engine
                .archive_chat(session, jid, archived, last.as_ref())
                .await?;
            let deed = updated(if archived { "archive" } else { "unarchive" });
            self.store_change(&stored, ChatChange::Archived(archived), now, deed)
                .await?;
        }
        if let Some(pinned) = change.pinned {
            self.engine.pin_chat(session, jid, pinned).await?;
            let deed = updated(if pinned { "pin" } else { "unpin" });
            self.store_change(&stored, ChatChange::Pinned(pinned), now, deed)
                .await?;
        }
        if let Some(until) = change.muted_until {
            self.engine.mute_chat(session, jid, until).await?;
            let deed = updated(if until.is_some() { "mute" } else { "unmute" });
            self.store_change(&stored, ChatChange::MutedUntil(until), now, deed)
                .await?;
        }
        self.find(session, chat).await
    }

    /// Tells the authors that their messages were read, and the account's devices that the chat is.
    pub async fn mark_read(
        &self,
        caller: &Caller,
        session: &SessionId,
        chat: &Jid,
    ) -> Result<StoredChat, Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let stored = self.find(session, chat).await?;
        let jid = &stored.jid;
        let unread = u32::try_from(stored.unread)
            .unwrap_or(READ_AT_ONCE)
            .min(READ_AT_ONCE);
        if unread > 0 {
            let messages = self.store.latest_inbound(session, jid, unread).await?;
            for (sender, ids) in by_author(messages, !jid.is_person()) {
                self.engine
                    .read_messages(session, jid, sender.as_ref(), &ids)
                    .await?;
            }
        }
        self.set_read(&stored, true).await?;
        self.find(session, chat).await
    }

    /// Tells the authors of these messages that they were read, and nobody of the rest of the chat.
    pub async fn mark_messages_read(
        &self,
        caller: &Caller,
        session: &SessionId,
        chat: &Jid,
        ids: &[WaMessageId],
    ) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let stored = self.find(session, chat).await?;
        let jid = &stored.jid;
        let mut messages = Vec::with_capacity(ids.len());
        for id in ids {
            let message = self.store.message(session, Some(jid), id).await?;
            let message = message.ok_or(Error::NotFound(Missing::Message))?;
            if !message.from_me {
                messages.push(Unread {
                    wa_id: message.wa_id,
                    sender: message.sender.address().cloned(),
                });
            }
        }
        for (sender, ids) in by_author(messages, !jid.is_person()) {
            self.engine
                .read_messages(session, jid, sender.as_ref(), &ids)
                .await?;
        }
        Ok(())
    }

    /// Shows the chat as unread on the account's devices; nobody else learns of it.
    pub async fn mark_unread(&self, caller: &Caller, session: &SessionId, chat: &Jid) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let stored = self.find(session, chat).await?;
        self.set_read(&stored, false).await
    }

    async fn set_read(&self, stored: &StoredChat, read: bool) -> Result<(), Error> {
        let (session, jid) = (&stored.session, &stored.jid);
        let last = self.last_message(session, jid).await?;
        self.engine
            .mark_chat_read(session, jid, read, last.as_ref())
            .await?;
        self.store_change(stored, ChatChange::Read(read), self.clock.now(), None)
            .await
    }

    /// Takes all messages out of a chat, on all devices of the account; the chat stays.
    pub async fn clear(&self, caller: &Caller, session: &SessionId, chat: &Jid) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let stored = self.find(session, chat).await?;
        let last = self.last_message(session, &stored.jid).await?;
        self.engine
            .clear_chat(session, &stored.jid, last.as_ref())
            .await?;
        let until = stored.last_message_at.unwrap_or_default().max(self.clock.now());
        let deed = self
            .deeds
            .entry(caller, session, Action::ChatClear, &stored.jid, "");
        self.store_change(&stored, ChatChange::Cleared, until, Some(deed))
            .await
    }

    /// Deletes a chat with its messages, on all devices of the account.
    pub async fn delete(&self, caller: &Caller, session: &SessionId, chat: &Jid) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Send).await?;
        let stored = self.find(session, chat).await?;
        let last = self.last_message(session, &stored.jid).await?;
        self.engine
            .delete_chat(session, &stored.jid, last.as_ref())
            .await?;
        let until = stored.last_message_at.unwrap_or_default().max(self.clock.now());
        let deed = self
            .deeds
            .entry(caller, session, Action::ChatDelete, &stored.jid, "");
        self.store_change(&stored, ChatChange::Deleted, until, Some(deed))
            .await
    }

    async fn find(&self, session: &SessionId, chat: &Jid) -> Result<StoredChat, Error> {
        self.store
            .chat(session, &chat.bare())
            .await?
            .ok_or(Error::NotFound(Missing::Chat))
    }

    async fn last_message(&self, session: &SessionId, chat: &Jid) -> Result<Option<LastMessage>, Error> {
        let latest = self
            .store
            .messages(session, chat, None, 1)
            .await?
            .into_iter()
            .next();
        Ok(latest.map(|message| LastMessage {
            sender: message
                .sender
                .address()
                .cloned()
                .filter(|_| !message.from_me && !chat.is_person()),
            wa_id: message.wa_id,
            from_me: message.from_me,
            timestamp: message.timestamp,
        }))
    }

    async fn store_change(
        &self,
        stored: &StoredChat,
        change: ChatChange,
        at: Timestamp,
        deed: Option<AuditEntry>,
    ) -> Result<(), Error> {
        let session = stored.session.clone();
        let chat = Chat {
            jid: stored.jid.clone(),
            alias: stored.alias.clone(),
        };
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(deed) = deed {
                        tx.record(&deed).await?;
                    }
                    tx.change_chat(&session, &chat, change, at).await
                })
            })
            .await?;
        Ok(())
    }
}

/// Receipts go to authors: one list of messages for each, in a group.
fn by_author(messages: Vec<Unread>, group: bool) -> Vec<(Option<Jid>, Vec<WaMessageId>)> {
    let mut authors: Vec<(Option<Jid>, Vec<WaMessageId>)> = Vec::new();
    for message in messages {
        let author = message.sender.filter(|_| group);
        match authors.iter_mut().find(|(known, _)| *known == author) {
            Some((_, ids)) => ids.push(message.wa_id),
            None => authors.push((author, vec![message.wa_id])),
        }
    }
    authors
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unread(wa_id: &str, sender: &str) -> Unread {
        Unread {
            wa_id: wa_id.parse().unwrap(),
            sender: Some(sender.parse().unwrap()),
        }
    }

    #[test]
    fn receipts_are_gathered_by_author_in_groups_only() {
        let (one, other) = ("15550000001@s.whatsapp.net", "15550000002@s.whatsapp.net");
        let messages = vec![unread("A", one), unread("B", other), unread("C", one)];
        let grouped = by_author(messages.clone(), true);
        assert_eq!(grouped.len(), 2);
        assert_eq!(grouped[0].1.len(), 2);
        let direct = by_author(messages, false);
        assert_eq!(direct.len(), 1);
        assert_eq!((&direct[0].0, direct[0].1.len()), (&None, 3));
    }
}
