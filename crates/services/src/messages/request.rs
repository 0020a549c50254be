use wagon_domain::outbox::{Idempotency, OutboxEntry, Outgoing};
use wagon_domain::{Jid, SessionId};

use crate::error::Error;
use crate::fingerprint;

const MAX_IDEMPOTENCY_KEY: usize = 255;

/// A message to be sent.
#[derive(Debug, Clone)]
pub struct SendMessage {
    pub to: Jid,
    pub outgoing: Outgoing,
    pub idempotency_key: Option<String>,
    pub mode: Mode,
}

/// When a send is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Once WhatsApp has acknowledged or refused it. It takes room in the budget now, or is refused.
    Sync,
    /// Once it is stored. It goes out when the session is connected and the budget has room.
    Async,
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
    /// Checks what the types let through, and makes of the key what it stands for.
    pub(super) fn validate(&self, session: &SessionId) -> Result<Option<Idempotency>, Error> {
        if let Outgoing::Text { text, .. } = &self.outgoing
            && text.is_empty()
        {
            return Err(Error::Invalid {
                field: "text",
                message: "text is required for type 'text'".to_owned(),
            });
        }
        let Some(key) = self.idempotency_key.clone() else {
            return Ok(None);
        };
        if key.is_empty() || key.chars().count() > MAX_IDEMPOTENCY_KEY {
            let message = format!("Idempotency-Key must have 1 to {MAX_IDEMPOTENCY_KEY} characters");
            return Err(Error::Invalid {
                field: "Idempotency-Key",
                message,
            });
        }
        let fingerprint = fingerprint::of(session, &self.to.bare(), &self.outgoing);
        Ok(Some(Idempotency { key, fingerprint }))
    }
}
