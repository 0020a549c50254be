//! Looking for stored messages, and at what others made of them.

use std::collections::{BTreeSet, HashMap};

use wagon_domain::{Caller, Capability, Content, Jid, Message, MessageId, SessionId, Timestamp, WaMessageId};
use wagon_store::{MessageFilter, Start};

use super::Messages;
use super::operations::Named;
use crate::error::Error;

/// Which messages, in which order, and which part of them.
#[derive(Debug, Clone)]
pub struct FindMessages {
    pub filter: MessageFilter,
    /// Sorted by WhatsApp's time instead of the order of storing; the latest first in any case.
    pub by_time: bool,
    /// Only what comes after this one.
    pub after: Option<MessageId>,
    pub offset: u32,
    pub limit: u32,
}

/// A part of the messages that match, and how many do.
#[derive(Debug, Clone)]
pub struct FoundMessages {
    pub messages: Vec<Message>,
    /// The names of the chats they are in, as far as those have one.
    pub chats: HashMap<Jid, String>,
    pub total: u64,
}

/// What one person answered to a message with an emoji.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenReaction {
    pub from_me: bool,
    /// Whose it is; the account's own where that is known.
    pub sender: Option<Jid>,
    pub emoji: String,
    pub at: Timestamp,
}

impl Messages {
    /// Messages of a session that match.
    pub async fn search(
        &self,
        caller: &Caller,
        session: &SessionId,
        request: FindMessages,
    ) -> Result<FoundMessages, Error> {
        let parts = &self.parts;
        parts.sessions.require(caller, session, Capability::Read).await?;
        let store = &parts.store;
        let last = match &request.after {
            Some(id) => match store.message_by_id(session, id).await? {
                None => {
                    return Err(Error::Invalid {
                        field: "after",
                        message: "after must be the id of a message of this session".to_owned(),
                    });
                }
                last => last,
            },
            None => None,
        };
        let start = match &last {
            Some(message) => Start::After(&message.id, message.timestamp),
            None if request.offset > 0 => Start::Offset(request.offset),
            None => Start::First,
        };
        let FindMessages {
            filter,
            by_time,
            limit,
            ..
        } = &request;
        let messages = store
            .find_messages(session, filter, start, *by_time, *limit)
            .await?;
        let total = store.count_messages(session, filter).await?;
        let chats: BTreeSet<String> = messages.iter().map(|message| message.chat.to_string()).collect();
        let chats = store
            .chat_names(session, chats.iter().map(String::as_str))
            .await?;
        Ok(FoundMessages {
            messages,
            chats,
            total,
        })
    }

    /// The emojis that people have left at a message, each person's last one.
    pub async fn reactions(
        &self,
        caller: &Caller,
        session: &SessionId,
        chat: &Jid,
        id: &WaMessageId,
    ) -> Result<Vec<GivenReaction>, Error> {
        let parts = &self.parts;
        let row = parts.sessions.require(caller, session, Capability::Read).await?;
        let named = Named {
            id: id.clone(),
            chat: chat.clone(),
            sender: None,
        };
        let message = self.find(session, &named).await?;
        let about = parts
            .store
            .messages_about(session, &message.chat, &message.wa_id)
            .await?;
        let own = row.jid.map(|jid| jid.bare());
        Ok(standing(about, own.as_ref()))
    }
}

/// What is left when everybody's later reactions have replaced the earlier ones.
fn standing(about: Vec<Message>, own: Option<&Jid>) -> Vec<GivenReaction> {
    let mut standing: Vec<GivenReaction> = Vec::new();
    for message in about {
        let Content::Reaction { emoji, .. } = message.content else {
            continue;
        };
        let sender = match message.sender.address() {
            _ if message.from_me => own.cloned(),
            address => address.map(Jid::bare),
        };
        let by = |given: &GivenReaction| given.from_me == message.from_me && given.sender == sender;
        standing.retain(|given| !by(given));
        if let Some(emoji) = emoji {
            standing.push(GivenReaction {
                from_me: message.from_me,
                sender,
                emoji,
                at: message.timestamp,
            });
        }
    }
    standing
}

#[cfg(test)]
mod tests {
    use wagon_domain::content::Target;
    use wagon_domain::message::Party;

    use super::*;

    fn reaction(number: i64, sender: Option<&str>, emoji: Option<&str>) -> Message {
        let target = Target {
            id: "3EB0A1".parse().unwrap(),
            sender: None,
            from_me: true,
        };
        Message {
            id: format!("msg_{number}").parse().unwrap(),
            session: "sess_1".parse().unwrap(),
            wa_id: format!("3EB0{number}").parse().unwrap(),
            chat: "120363000000000001@g.us".parse().unwrap(),
            sender: Party {
                jid: sender.map(|sender| sender.parse().unwrap()),
                ..Party::default()
            },
            from_me: sender.is_none(),
            content: Content::Reaction {
                target,
                emoji: emoji.map(str::to_owned),
            },
            quote: None,
            mentions: Vec::new(),
            status: None,
            outbox: None,
            timestamp: Timestamp::from_secs(number),
            created_at: Timestamp::from_secs(number),
            edited: false,
            deleted: false,
        }
    }

    #[test]
    fn everybodys_last_reaction_stands() {
        let (ada, eve) = ("15550000001@s.whatsapp.net", "15550000002@s.whatsapp.net");
        let about = vec![
            reaction(1, Some(ada), Some("👍")),
            reaction(2, Some(eve), Some("👍")),
            reaction(3, None, Some("👍")),
            reaction(4, Some(ada), Some("🎉")),
            reaction(5, Some(eve), None),
        ];
        let own: Jid = "15550000009@s.whatsapp.net".parse().unwrap();
        let standing = standing(about, Some(&own));
        let emojis: Vec<_> = standing
            .iter()
            .map(|given| (given.sender.as_ref().unwrap().user(), given.emoji.as_str()))
            .collect();
        assert_eq!(emojis, [("15550000009", "👍"), ("15550000001", "🎉")]);
    }
}
