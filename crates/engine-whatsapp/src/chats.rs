//! Chats, through app state and receipts.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use wagon_domain::chat::MUTED_FOR_GOOD;
use wagon_domain::presence::Typing;
use wagon_domain::{Jid, SessionId, Timestamp, WaMessageId};
use wagon_engine::{CallError, Chats, LastMessage};
use whatsapp_rust::Client;
use whatsapp_rust::features::{SyncActionMessageRange, message_key, message_range};

use crate::call::{failed, wire_address};
use crate::engine::WhatsAppEngine;

/// How long a change waits for the key that encrypts it.
const KEY_WAIT: Duration = Duration::from_secs(10);
const KEY_POLL: Duration = Duration::from_millis(50);

#[async_trait]
impl Chats for WhatsAppEngine {
    async fn archive_chat(
        &self,
        session: &SessionId,
        chat: &Jid,
        archived: bool,
        last: Option<&LastMessage>,
    ) -> Result<(), CallError> {
        let client = self.client_with_app_state(session).await?;
        let jid = wire_address("chat", chat)?;
        let range = range(chat, last)?;
        let actions = client.chat_actions();
        let done = if archived {
            actions.archive_chat(&jid, range).await
        } else {
            actions.unarchive_chat(&jid, range).await
        };
        done.map_err(failed)
    }

    async fn pin_chat(&self, session: &SessionId, chat: &Jid, pinned: bool) -> Result<(), CallError> {
        let client = self.client_with_app_state(session).await?;
        let jid = wire_address("chat", chat)?;
        let actions = client.chat_actions();
        let done = if pinned {
            actions.pin_chat(&jid).await
        } else {
            actions.unpin_chat(&jid).await
        };
        done.map_err(failed)
    }

    async fn mute_chat(
        &self,
        session: &SessionId,
        chat: &Jid,
        until: Option<Timestamp>,
    ) -> Result<(), CallError> {
        let client = self.client_with_app_state(session).await?;
        let jid = wire_address("chat", chat)?;
        let actions = client.chat_actions();
        let done = match until {
            None => actions.unmute_chat(&jid).await,
            Some(until) if until >= MUTED_FOR_GOOD => actions.mute_chat(&jid).await,
            Some(until) => actions.mute_chat_until(&jid, until.as_millis()).await,
        };
        done.map_err(failed)
    }

    async fn mark_chat_read(
        &self,
        session: &SessionId,
        chat: &Jid,
        read: bool,
        last: Option<&LastMessage>,
    ) -> Result<(), CallError> {
        let client = self.client_with_app_state(session).await?;
        let jid = wire_address("chat", chat)?;
        let range = range(chat, last)?;
        let actions = client.chat_actions();
        actions.mark_chat_as_read(&jid, read, range).await.map_err(failed)
    }

    async fn clear_chat(
        &self,
        session: &SessionId,
        chat: &Jid,
        last: Option<&LastMessage>,
    ) -> Result<(), CallError> {
        let client = self.client_with_app_state(session).await?;
        let jid = wire_address("chat", chat)?;
        let range = range(chat, last)?;
        let actions = client.chat_actions();
        actions.clear_chat(&jid, true, true, range).await.map_err(failed)
    }

    async fn delete_chat(
        &self,
        session: &SessionId,
        chat: &Jid,
        last: Option<&LastMessage>,
    ) -> Result<(), CallError> {
        let client = self.client_with_app_state(session).await?;
        let jid = wire_address("chat", chat)?;
        let range = range(chat, last)?;
        let actions = client.chat_actions();
        actions.delete_chat(&jid, true, range).await.map_err(failed)
    }

    async fn read_messages(
        &self,
        session: &SessionId,
        chat: &Jid,
        sender: Option<&Jid>,
        ids: &[WaMessageId],
    ) -> Result<(), CallError> {
        let client = self.client(session)?;
        let jid = wire_address("chat", chat)?;
        let sender = sender.map(|sender| wire_address("sender", sender)).transpose()?;
        let ids: Vec<&str> = ids.iter().map(WaMessageId::as_str).collect();
        let read = client.mark_as_read(&jid, sender.as_ref(), &ids).await;
        read.map_err(failed)
    }

    async fn show_typing(&self, session: &SessionId, chat: &Jid, typing: Typing) -> Result<(), CallError> {
        let client = self.client(session)?;
        let jid = wire_address("chat", chat)?;
        let chatstate = client.chatstate();
        let shown = match typing {
            Typing::Composing => chatstate.send_composing(&jid).await,
            Typing::Recording => chatstate.send_recording(&jid).await,
            Typing::Paused => chatstate.send_paused(&jid).await,
        };
        shown.map_err(failed)
    }

    async fn watch_presence(&self, session: &SessionId, who: &Jid) -> Result<(), CallError> {
        let client = self.client(session)?;
        let jid = wire_address("chat", who)?;
        client.presence().subscribe(jid).await.map_err(failed)
    }
}

impl WhatsAppEngine {
    /// The session's client, once the phone has given it the key to the account's app state, which it
    /// does a moment after linking.
    pub(crate) async fn client_with_app_state(&self, session: &SessionId) -> Result<Arc<Client>, CallError> {
        let client = self.client(session)?;
        let backend = client.persistence_manager().backend();
        let key = async {
            while backend.get_latest_sync_key_id().await.map_err(failed)?.is_none() {
                tokio::time::sleep(KEY_POLL).await;
            }
            Ok(())
        };
        match tokio::time::timeout(KEY_WAIT, key).await {
            Ok(found) => found.map(|()| client),
            Err(_) => Err(CallError::Unanswered),
        }
    }
}

fn range(chat: &Jid, last: Option<&LastMessage>) -> Result<Option<SyncActionMessageRange>, CallError> {
    let Some(last) = last else { return Ok(None) };
    let jid = wire_address("chat", chat)?;
    let sender = last.sender.as_ref().map(|sender| wire_address("sender", sender));
    let key = message_key(
        last.wa_id.as_str(),
        &jid,
        last.from_me,
        sender.transpose()?.as_ref(),
    );
    let time = last.timestamp.as_secs();
    Ok(Some(message_range(time, None, vec![(key, time)])))
}
