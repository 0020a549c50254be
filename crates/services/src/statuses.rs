//! Status updates of the account.

use std::sync::Arc;

use wagon_domain::message::{Chat, Party};
use wagon_domain::{
    Caller, Capability, Clock, Content, IdSource, Jid, MessageId, MessageStatus, Session, SessionId,
    Timestamp, WaMessageId,
};
use wagon_engine::{Engine, SendError, TextStatus};
use wagon_store::{NewMessage, Store};

use crate::error::Error;
use crate::sessions::Sessions;

/// Where status updates are sent and kept.
const STATUS: &str = "status@broadcast";
const LONGEST_TEXT: usize = 700;
/// What WhatsApp lets one update reach.
const LARGEST_AUDIENCE: usize = 5000;

#[derive(Clone)]
pub struct Statuses {
    store: Store,
    sessions: Sessions,
    engine: Arc<dyn Engine>,
    clock: Arc<dyn Clock>,
    ids: Arc<IdSource>,
}

/// A text to show.
#[derive(Debug, Clone)]
pub struct PostStatus {
    pub status: TextStatus,
    /// Who is to see it; everybody the account has a chat with unless given.
    pub audience: Option<Vec<Jid>>,
}

impl Statuses {
    pub(crate) fn new(
        store: Store,
        sessions: Sessions,
        engine: Arc<dyn Engine>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            store,
            sessions,
            engine,
            clock,
            ids: Arc::default(),
        }
    }

    /// Shows a status update and answers its id once WhatsApp has taken it and it is stored.
    pub async fn post(
        &self,
        caller: &Caller,
        session: &SessionId,
        post: PostStatus,
    ) -> Result<WaMessageId, Error> {
        let session = self.sessions.require(caller, session, Capability::Send).await?;
        let status = &post.status;
        let length = status.text.chars().count();
        if !(1..=LONGEST_TEXT).contains(&length) {
            return Err(invalid("text", "text is required and has 700 characters at most"));
        }
        let audience = self.audience(&session, post.audience).await?;
        let id = WaMessageId::generate(&mut rand::rng());
        let ack = self
            .engine
            .post_text_status(&session.id, &id, status, &audience)
            .await
            .map_err(refused)?;
        self.keep(&session, &id, &status.text, ack.timestamp).await?;
        Ok(id)
    }

    async fn audience(&self, session: &Session, wanted: Option<Vec<Jid>>) -> Result<Vec<Jid>, Error> {
        let audience = match wanted {
            Some(wanted) => wanted.iter().map(Jid::bare).collect(),
            None => self.store.people(&session.id).await?,
        };
        if audience.is_empty() {
            return Err(invalid(
                "audience",
                "the account has no chats with people yet: audience must name who is to see it",
            ));
        }
        if audience.len() > LARGEST_AUDIENCE {
            return Err(invalid("audience", "audience has 5000 people at most"));
        }
        if !audience.iter().all(Jid::is_person) {
            return Err(invalid("audience", "audience must be JIDs of people"));
        }
        Ok(audience)
    }

    async fn keep(
        &self,
        session: &Session,
        id: &WaMessageId,
        text: &str,
        at: Timestamp,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let row = NewMessage {
            id: MessageId::from_ulid(self.ids.next(now, &mut rand::rng())),
            session: session.id.clone(),
            wa_id: id.clone(),
            chat: Chat {
                jid: STATUS.parse().expect("a well-formed address"),
                alias: None,
            },
            chat_name: None,
            sender: Party::default(),
            from_me: true,
            content: Content::text(text),
            quote: None,
            mentions: Vec::new(),
            outbox: None,
            wire: None,
            status: Some(MessageStatus::Sent),
            timestamp: at,
            created_at: now,
        };
        self.store
            .write(move |tx| Box::pin(async move { tx.insert_message(&row).await }))
            .await?;
        Ok(())
    }
}

fn refused(error: SendError) -> Error {
    match error {
        SendError::NotConnected => Error::NotConnected,
        SendError::Refused(failure) => Error::SendFailed {
            failure,
            retry_after: None,
        },
        SendError::Unanswered => Error::Unanswered,
        SendError::Engine(source) => Error::Internal(source),
    }
}

fn invalid(field: &'static str, message: &str) -> Error {
    Error::Invalid {
        field,
        message: message.to_owned(),
    }
}
