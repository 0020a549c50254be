//! The history that a phone hands over at linking: imported without events.

use wagon_domain::history::{HistoryImport, HistoryPart, PastChat};
use wagon_domain::{Caller, Capability, IdSource, MessageId, SessionId, Timestamp};
use wagon_store::{NewMessage, Store};

use crate::contacts::person;
use crate::error::Error;
use crate::sessions::Sessions;

#[derive(Clone)]
pub struct History {
    store: Store,
    sessions: Sessions,
}

impl History {
    pub(crate) fn new(store: Store, sessions: Sessions) -> Self {
        Self { store, sessions }
    }

    /// How far the import has come.
    pub async fn get(&self, caller: &Caller, session: &SessionId) -> Result<HistoryImport, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.store.history_import(session).await?.unwrap_or_default())
    }
}

/// Stores one part; what is there already stays as it is.
pub(crate) async fn import(
    store: &Store,
    session: SessionId,
    part: HistoryPart,
    now: Timestamp,
) -> Result<(), wagon_store::Error> {
    let chats: Vec<(PastChat, Vec<NewMessage>)> = part
        .conversations
        .into_iter()
        .map(|mut past| {
            let messages = rows(&session, &mut past, now);
            (past, messages)
        })
        .collect();
    let (people, progress, on_demand) = (part.people, part.progress, part.on_demand);
    store
        .write(move |tx| {
            Box::pin(async move {
                for (who, names) in people {
                    tx.learn_contact(&session, &person(&who, names), now).await?;
                }
                let (mut new_chats, mut new_messages) = (0, 0);
                for (past, messages) in &chats {
                    new_chats += u64::from(!tx.has_chat(&session, &past.chat.jid).await?);
                    new_messages += tx.import_chat(&session, past, messages).await?;
                    if past.chat.jid.is_person() {
                        let names = wagon_domain::contact::Names::default();
                        tx.learn_contact(&session, &person(&past.chat, names), now)
                            .await?;
                    }
                }
                let progress = progress.filter(|_| !on_demand);
                tx.note_import(&session, new_chats, new_messages, progress, now)
                    .await
            })
        })
        .await
}

/// The messages of a conversation. Their ids carry their own time, not that of the import, so that they
/// take their places between those that are there.
fn rows(session: &SessionId, past: &mut PastChat, now: Timestamp) -> Vec<NewMessage> {
    let mut messages = std::mem::take(&mut past.messages);
    messages.sort_by_key(|message| message.message.timestamp);
    messages
        .into_iter()
        .zip(0u16..)
        .map(|(past, order)| {
            let message = past.message;
            NewMessage {
                id: MessageId::from_ulid(IdSource::past(message.timestamp, order, &mut rand::rng())),
                session: session.clone(),
                wa_id: message.wa_id,
                chat: message.chat,
                chat_name: None,
                sender: message.sender,
                from_me: message.from_me,
                content: message.content,
                quote: message.quote,
                mentions: message.mentions,
                outbox: None,
                wire: message.wire,
                status: past.status,
                timestamp: message.timestamp,
                created_at: now,
            }
        })
        .collect()
}
