use bytes::Bytes;
use wagon_domain::outbox::{Idempotency, OutboxEntry, Outgoing};
use wagon_domain::{Jid, SessionId};
use wagon_outbound::Outbound;

use super::draft::{Draft, Prepared};
use super::rules;
use crate::error::Error;
use crate::fingerprint;

const MAX_IDEMPOTENCY_KEY: usize = 255;

/// A message to be sent.
#[derive(Debug, Clone)]
pub struct SendMessage {
    pub to: Jid,
    pub draft: Draft,
    pub idempotency_key: Option<String>,
    pub mode: Mode,
    pub quoting: Quoting,
}

/// What may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// Also what Wagon never saw: it is quoted by its id alone.
    Anything,
    /// A stored message of the same chat.
    Stored,
}

/// When a send is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Once WhatsApp has acknowledged or refused it. It takes room in the budget now, or is refused.
    Sync,
    /// Once it is stored. It goes out when the session is connected and the budget has room.
    Async,
}

/// A request whose message is ready to be stored.
pub(super) struct Ready {
    pub(super) to: Jid,
    pub(super) outgoing: Outgoing,
    /// The bytes of its attachments.
    pub(super) files: Vec<Bytes>,
    pub(super) idempotency: Option<Idempotency>,
    pub(super) mode: Mode,
    pub(super) quoting: Quoting,
}

/// What became of a send. A status of `Sending` means that WhatsApp has not answered yet: the
/// message goes out (again, with the same id) until it has.
#[derive(Debug, Clone)]
pub struct Sent {
    pub entry: OutboxEntry,
    /// An earlier request with the same idempotency key did the work.
    pub replayed: bool,
}

impl SendMessage {
    /// Checks what the types let through, looks at files, and makes of the key what it stands for.
    pub(super) async fn ready(self, session: &SessionId, outbound: &Outbound) -> Result<Ready, Error> {
        let key = self.idempotency_key;
        if let Some(key) = &key
            && (key.is_empty() || key.chars().count() > MAX_IDEMPOTENCY_KEY)
        {
            let message = format!("Idempotency-Key must have 1 to {MAX_IDEMPOTENCY_KEY} characters");
            return Err(Error::Invalid {
                field: "Idempotency-Key",
                message,
            });
        }
        if let Draft::Ready(outgoing) = &self.draft {
            rules::check(outgoing)?;
        }
        let Prepared { outgoing, files } = self.draft.prepare(outbound).await?;
        let to = self.to.bare();
        let idempotency = key.map(|key| Idempotency {
            key,
            fingerprint: fingerprint::of(session, &to, &outgoing),
        });
        Ok(Ready {
            to,
            outgoing,
            files,
            idempotency,
            mode: self.mode,
            quoting: self.quoting,
        })
    }
}
