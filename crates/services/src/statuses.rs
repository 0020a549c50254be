//! Status updates of the account.

use std::sync::Arc;
use std::time::Duration;

use wagon_domain::content::Target;
use wagon_domain::message::{Chat, Party};
use wagon_domain::{
    Caller, Capability, Clock, Content, IdSource, Jid, Message, MessageId, MessageStatus, Session, SessionId,
    Timestamp, WaMessageId,
};
use wagon_engine::{Ack, Engine, MediaStatus, SendError, TextStatus};
use wagon_outbound::Outbound;
use wagon_store::{Editor, NewMessage, Store};

use crate::error::{Error, Missing};
use crate::messages::MediaFile;
use crate::sessions::Sessions;

/// Where status updates are sent and kept.
const STATUS: &str = "status@broadcast";
const LONGEST_TEXT: usize = 700;
/// More than anybody shows in a day.
const MOST_UPDATES: u32 = 1000;
/// What WhatsApp lets one update reach.
const LARGEST_AUDIENCE: usize = 5000;

#[derive(Clone)]
pub struct Statuses {
    store: Store,
    sessions: Sessions,
    engine: Arc<dyn Engine>,
    clock: Arc<dyn Clock>,
    outbound: Outbound,
    ids: Arc<IdSource>,
}

/// Something to show.
#[derive(Debug, Clone)]
pub struct PostStatus {
    pub status: NewStatus,
    /// Who is to see it; everybody the account has a chat with unless given.
    pub audience: Option<Vec<Jid>>,
}

#[derive(Debug, Clone)]
pub enum NewStatus {
    Text(TextStatus),
    /// A picture, a film, or a recording before a colour.
    File {
        file: Box<MediaFile>,
        background: Option<u32>,
    },
}

/// An update that was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedStatus {
    pub id: WaMessageId,
    pub at: Timestamp,
}

impl Statuses {
    /// How long an update is shown.
    pub const LIFE: Duration = Duration::from_hours(24);

    pub(crate) fn new(
        store: Store,
        sessions: Sessions,
        engine: Arc<dyn Engine>,
        clock: Arc<dyn Clock>,
        outbound: Outbound,
    ) -> Self {
        Self {
            store,
            sessions,
            engine,
            clock,
            outbound,
            ids: Arc::default(),
        }
    }

    /// Shows a status update and answers its id once WhatsApp has taken it and it is stored.
    pub async fn post(
        &self,
        caller: &Caller,
        session: &SessionId,
        post: PostStatus,
    ) -> Result<PostedStatus, Error> {
        let session = self.sessions.require(caller, session, Capability::Send).await?;
        if let NewStatus::Text(status) = &post.status
            && !(1..=LONGEST_TEXT).contains(&status.text.chars().count())
        {
            return Err(invalid("text", "text is required and has 700 characters at most"));
        }
        let audience = self.audience(&session, post.audience).await?;
        let id = WaMessageId::generate(&mut rand::rng());
        let (content, shown) = match post.status {
            NewStatus::Text(status) => {
                let shown = self
                    .engine
                    .post_text_status(&session.id, &id, &status, &audience)
                    .await;
                (Content::text(&status.text), shown)
            }
            NewStatus::File { file, background } => {
                let (attachment, bytes) = file.prepare(&self.outbound).await?;
                let content = Content::Media(attachment.media.clone());
                let status = MediaStatus {
                    attachment,
                    bytes,
                    background,
                };
                let shown = self
                    .engine
                    .post_media_status(&session.id, &id, &status, &audience)
                    .await;
                (content, shown)
            }
        };
        let ack = shown.map_err(refused)?;
        let at = ack.timestamp;
        self.keep(&session, &id, content, ack, audience).await?;
        Ok(PostedStatus { id, at })
    }

    /// The updates that are still shown, the account's own too, newest first; of one person, if given.
    pub async fn list(
        &self,
        caller: &Caller,
        session: &SessionId,
        of: Option<&Jid>,
    ) -> Result<Vec<Message>, Error> {
        let session = self.sessions.require(caller, session, Capability::Read).await?;
        let since = self.clock.now() - Self::LIFE;
        let mut updates = self
            .store
            .messages(&session.id, &status_list(), None, MOST_UPDATES)
            .await?;
        updates.retain(|update| update.timestamp >= since && !update.deleted);
        if let Some(of) = of {
            let of = of.bare();
            let own = [&session.jid, &session.lid]
                .into_iter()
                .flatten()
                .any(|own| own.bare() == of);
            updates.retain(|update| {
                let author = [&update.sender.jid, &update.sender.lid];
                let theirs = author.into_iter().flatten().any(|author| author.bare() == of);
                if update.from_me { own } else { theirs }
            });
        }
        Ok(updates)
    }

    /// Takes an own update back from those it was shown to.
    pub async fn revoke(&self, caller: &Caller, session: &SessionId, id: &WaMessageId) -> Result<(), Error> {
        let session = self.sessions.require(caller, session, Capability::Send).await?;
        let update = self.store.message(&session.id, Some(&status_list()), id).await?;
        let update = update
            .filter(|update| update.from_me && !update.deleted)
            .ok_or(Error::NotFound(Missing::Message))?;
        let audience = match self.store.audience(&update.id).await? {
            Some(audience) => audience,
            None => self.audience(&session, None).await?,
        };
        let revoke = WaMessageId::generate(&mut rand::rng());
        self.engine
            .revoke_status(&session.id, &revoke, &update.wa_id, &audience)
            .await
            .map_err(refused)?;
        let content = Content::Revoke {
            target: Target {
                id: update.wa_id,
                sender: None,
                from_me: true,
            },
        };
        let own = session.id.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let sender = Party::default();
                    let editor = Editor {
                        from_me: true,
                        sender: &sender,
                    };
                    tx.apply_change(&own, &status_list(), editor, &content).await
                })
            })
            .await?;
        Ok(())
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
        content: Content,
        ack: Ack,
        audience: Vec<Jid>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let row = NewMessage {
            id: MessageId::from_ulid(self.ids.next(now, &mut rand::rng())),
            session: session.id.clone(),
            wa_id: id.clone(),
            chat: Chat {
                jid: status_list(),
                alias: None,
            },
            chat_name: None,
            sender: Party::default(),
            from_me: true,
            content,
            quote: None,
            mentions: Vec::new(),
            outbox: None,
            wire: ack.wire,
            status: Some(MessageStatus::Sent),
            timestamp: ack.timestamp,
            created_at: now,
        };
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if tx.insert_message(&row).await? {
                        tx.insert_audience(&row.id, &audience).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        Ok(())
    }
}

fn status_list() -> Jid {
    STATUS.parse().expect("a well-formed address")
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
