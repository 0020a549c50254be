//! The messages that a send makes in its chat, and what it quotes.

use wagon_domain::content::WireContent;
use wagon_domain::message::{Chat, Party, Quote};
use wagon_domain::outbox::{OutboxEntry, Outgoing};
use wagon_domain::{Content, Jid, MessageId, MessageStatus, WaMessageId};
use wagon_store::NewMessage;

use super::Inner;
use crate::error::Error;

impl Inner {
    /// One message, or the cover of an album and its items.
    pub(super) async fn messages(&self, entry: &OutboxEntry) -> Result<Vec<NewMessage>, Error> {
        let quote = self.quote(entry).await?;
        let content = entry.outgoing.content();
        let mut messages = vec![self.message(entry, entry.wa_id.clone(), content, quote)];
        if let Outgoing::Album { items, .. } = &entry.outgoing {
            messages.extend(items.iter().enumerate().map(|(index, item)| {
                let content = Content::Media(item.media.clone());
                self.message(entry, entry.wa_id.part(index), content, None)
            }));
        }
        Ok(messages)
    }

    fn message(
        &self,
        entry: &OutboxEntry,
        wa_id: WaMessageId,
        content: Content,
        quote: Option<Quote>,
    ) -> NewMessage {
        NewMessage {
            id: MessageId::from_ulid(self.ids.next(entry.created_at, &mut rand::rng())),
            session: entry.session.clone(),
            wa_id,
            chat: Chat {
                jid: entry.to.clone(),
                alias: None,
            },
            chat_name: None,
            sender: Party::default(),
            from_me: true,
            content,
            quote,
            mentions: entry.outgoing.mentions().iter().map(Jid::bare).collect(),
            outbox: Some(entry.id.clone()),
            wire: None,
            status: Some(MessageStatus::Pending),
            timestamp: entry.created_at,
            created_at: entry.created_at,
        }
    }

    /// The engine's form of the message that is needed to build this one.
    pub(super) async fn source(&self, entry: &OutboxEntry) -> Result<Option<WireContent>, Error> {
        let Some(source) = entry.outgoing.source() else {
            return Ok(None);
        };
        let store = &self.parts.store;
        Ok(store.message_wire_by_id(&entry.session, source).await?)
    }

    /// The quoted message as stored; one that Wagon never saw is quoted by its id alone.
    pub(super) async fn quote(&self, entry: &OutboxEntry) -> Result<Option<Quote>, Error> {
        let Some(id) = entry.outgoing.reply_to() else {
            return Ok(None);
        };
        let store = &self.parts.store;
        let Some(message) = store.message(&entry.session, Some(&entry.to), id).await? else {
            return Ok(Some(Quote {
                id: id.clone(),
                sender: None,
                text: None,
                from_me: false,
            }));
        };
        let sender = if message.from_me {
            let session = self.parts.live.session(store, &entry.session).await?;
            session.and_then(|session| session.jid).map(|jid| jid.bare())
        } else {
            message.sender.address().cloned()
        };
        let text = message.content.body().map(str::to_owned);
        Ok(Some(Quote {
            id: id.clone(),
            sender,
            text,
            from_me: message.from_me,
        }))
    }
}
