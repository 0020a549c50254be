//! Changing messages that were sent: each operation is a send like any other.

use std::time::Duration;

use wagon_domain::content::Target;
use wagon_domain::outbox::{Context, Outgoing};
use wagon_domain::{Caller, Capability, Content, Jid, Message, SessionId, WaMessageId};

use super::{Messages, Mode, Quoting, SendMessage, Sent};
use crate::error::{Conflict, Error, Missing};

/// How long after it was sent WhatsApp lets a message be edited.
const EDITABLE: Duration = Duration::from_mins(15);
/// How long it lets one be deleted for everyone: two days and a half.
const REVOCABLE: Duration = Duration::from_hours(60);
const MAX_EMOJI: usize = 64;

/// A stored message as a caller names it.
#[derive(Debug, Clone)]
pub struct Named {
    pub id: WaMessageId,
    pub chat: Jid,
    /// Its author, where people of a group chose the same id.
    pub sender: Option<Jid>,
}

/// What to do about it.
#[derive(Debug, Clone)]
pub enum Operation {
    Edit {
        text: String,
        /// `None` leaves those of the message.
        mentions: Option<Vec<Jid>>,
    },
    Revoke,
    /// `None` takes the account's reaction back.
    React {
        emoji: Option<String>,
    },
    Forward {
        to: Jid,
    },
    /// Pins it for everyone in the chat; `None` lets it go.
    Pin {
        duration: Option<Duration>,
    },
    /// Presses a button under it.
    ClickButton {
        button: String,
        /// The words on the button.
        words: String,
    },
    /// Replaces the account's earlier vote; no option clears it.
    Vote {
        options: Vec<String>,
    },
}

/// What came of an operation, and the message it was about as it was before.
#[derive(Debug, Clone)]
pub struct Operated {
    pub sent: Sent,
    pub message: Message,
}

impl Messages {
    /// Edits, deletes, answers or passes on a stored message.
    pub async fn operate(
        &self,
        caller: &Caller,
        session: &SessionId,
        named: Named,
        operation: Operation,
        idempotency_key: Option<String>,
        mode: Mode,
    ) -> Result<Operated, Error> {
        let parts = &self.parts;
        parts.sessions.require(caller, session, Capability::Send).await?;
        let message = self.find(session, &named).await?;
        let to = match &operation {
            Operation::Forward { to } => to.clone(),
            _ => message.chat.clone(),
        };
        // A repeat must find its first request, whatever has become of the message since.
        let repeated = match &idempotency_key {
            Some(key) => {
                let session = parts.sessions.resolve(caller, session).await?;
                parts.store.send_by_key(&session.org, key).await?.is_some()
            }
            None => false,
        };
        let outgoing = self.outgoing(message.clone(), operation, repeated)?;
        let request = SendMessage {
            to,
            draft: outgoing.into(),
            idempotency_key,
            mode,
            quoting: Quoting::Anything,
        };
        let sent = self.send(caller, session, request).await?;
        Ok(Operated { sent, message })
    }

    pub(super) async fn find(&self, session: &SessionId, named: &Named) -> Result<Message, Error> {
        let chat = named.chat.bare();
        let found = self.parts.store.message(session, Some(&chat), &named.id).await?;
        let by = |message: &Message| match &named.sender {
            None => true,
            Some(sender) => {
                let sender = sender.bare();
                let party = &message.sender;
                message.from_me
                    || [&party.jid, &party.lid]
                        .into_iter()
                        .flatten()
                        .any(|known| known.bare() == sender)
            }
        };
        found
            .filter(|message| message.content.target().is_none() && by(message))
            .ok_or(Error::NotFound(Missing::Message))
    }

    fn outgoing(&self, message: Message, operation: Operation, repeated: bool) -> Result<Outgoing, Error> {
        if message.deleted && !repeated {
            return Err(Error::Conflict(Conflict::MessageDeleted));
        }
        let target = target(&message);
        let too_old = |limit| !repeated && self.parts.clock.now().since(message.timestamp) > limit;
        match operation {
            Operation::Edit { text, mentions } => {
                own(&message)?;
                if text.is_empty() {
                    return Err(invalid("text", "newText is required for edit"));
                }
                if !matches!(message.content, Content::Text { .. } | Content::Media(_)) {
                    return Err(invalid("mid", "only texts and captions can be edited"));
                }
                if too_old(EDITABLE) {
                    return Err(Error::Conflict(Conflict::TooOld));
                }
                Ok(Outgoing::Edit {
                    target,
                    text,
                    mentions: mentions.unwrap_or(message.mentions),
                })
            }
            Operation::Revoke => {
                // In groups, admins may delete what others wrote; WhatsApp knows who is one.
                if !message.chat.is_group() {
                    own(&message)?;
                }
                if too_old(REVOCABLE) {
                    return Err(Error::Conflict(Conflict::TooOld));
                }
                Ok(Outgoing::Revoke { target })
            }
            Operation::React { emoji } => {
                let emoji = emoji.filter(|emoji| !emoji.is_empty());
                if emoji.as_ref().is_some_and(|emoji| emoji.len() > MAX_EMOJI) {
                    return Err(invalid("emoji", "emoji must be one emoji"));
                }
                Ok(Outgoing::Reaction { target, emoji })
            }
            Operation::Forward { to: _ } => Ok(Outgoing::Forward {
                source: message.id,
                content: message.content,
            }),
            Operation::Pin { duration } => {
                let seconds = duration.map(|duration| u32::try_from(duration.as_secs()).unwrap_or(u32::MAX));
                Ok(Outgoing::Pin { target, seconds })
            }
            Operation::ClickButton { button, words } => Ok(Outgoing::ButtonClick {
                button,
                words,
                context: Context {
                    mentions: Vec::new(),
                    reply_to: Some(message.wa_id),
                },
            }),
            Operation::Vote { options } => {
                let Content::Poll(poll) = &message.content else {
                    return Err(invalid("mid", "the message is not a poll"));
                };
                if options.iter().any(|option| !poll.options.contains(option)) {
                    return Err(Error::NotAnOption {
                        options: poll.options.clone(),
                    });
                }
                if (1..options.len()).any(|at| options[..at].contains(&options[at])) {
                    return Err(invalid("options", "options must be distinct"));
                }
                let limit = usize::try_from(poll.selectable).unwrap_or(usize::MAX);
                if limit > 0 && options.len() > limit {
                    let message = format!("the poll lets one person choose at most {limit} options");
                    return Err(invalid("options", message));
                }
                let ended = poll.ends_at.is_some_and(|end| end <= self.parts.clock.now());
                if ended && !repeated {
                    return Err(Error::Conflict(Conflict::PollEnded));
                }
                Ok(Outgoing::Vote {
                    target,
                    poll: message.id,
                    selected: options,
                })
            }
        }
    }
}

/// How other messages and devices name it.
pub(super) fn target(message: &Message) -> Target {
    Target {
        id: message.wa_id.clone(),
        sender: message.sender.address().cloned(),
        from_me: message.from_me,
    }
}

fn own(message: &Message) -> Result<(), Error> {
    if message.from_me {
        return Ok(());
    }
    Err(Error::Denied {
        reason: "the message was not sent by this session".to_owned(),
    })
}

fn invalid(field: &'static str, message: impl Into<String>) -> Error {
    Error::Invalid {
        field,
        message: message.into(),
    }
}
