//! Channels: making and following them, and reading what they bring.

use std::sync::Arc;

use wagon_domain::audit::Action;
use wagon_domain::channel::ChannelInfo;
use wagon_domain::event::{ChannelAction, ChannelUpdate, EventBody};
use wagon_domain::message::Inbound;
use wagon_domain::{
    Caller, Capability, Clock, IdSource, Jid, Message, MessageId, Server, Session, SessionId,
};
use wagon_engine::{CallError, Engine};
use wagon_store::{NewEvent, NewMessage, Store};

use crate::deeds::Deeds;
use crate::error::Error;
use crate::sessions::Sessions;

const LONGEST_NAME: usize = 100;
const LONGEST_DESCRIPTION: usize = 2048;
/// How much of a channel's past is brought in. All at once: WhatsApp's times are whole seconds, and messages of
/// the same second would lose their order if they came one page at a time.
const PAST: u32 = 200;

#[derive(Clone)]
pub struct Channels {
    store: Store,
    sessions: Sessions,
    engine: Arc<dyn Engine>,
    clock: Arc<dyn Clock>,
    deeds: Deeds,
}

impl Channels {
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

    /// Makes a channel that the account owns.
    pub async fn create(
        &self,
        caller: &Caller,
        session: &SessionId,
        name: &str,
        description: Option<&str>,
    ) -> Result<Jid, Error> {
        let session = self.sessions.require(caller, session, Capability::Send).await?;
        let length = name.chars().count();
        if !(1..=LONGEST_NAME).contains(&length) {
            return Err(invalid("name", "name is required and has 100 characters at most"));
        }
        if description.is_some_and(|text| text.chars().count() > LONGEST_DESCRIPTION) {
            return Err(invalid("description", "description has 2048 characters at most"));
        }
        let channel = self.engine.create_channel(&session.id, name, description).await?;
        let done = (Action::ChannelCreate, ChannelAction::Join);
        self.tell(caller, &session, &channel, done).await?;
        Ok(channel)
    }

    /// The channels that the account follows or runs.
    pub async fn list(&self, caller: &Caller, session: &SessionId) -> Result<Vec<ChannelInfo>, Error> {
        let session = self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.engine.channels(&session.id).await?)
    }

    pub async fn get(
        &self,
        caller: &Caller,
        session: &SessionId,
        channel: &Jid,
    ) -> Result<ChannelInfo, Error> {
        let session = self.sessions.require(caller, session, Capability::Read).await?;
        is_channel(channel)?;
        Ok(self.engine.channel(&session.id, channel).await?)
    }

    /// Follows the channel that an invite link, or its code, leads to.
    pub async fn follow_invite(
        &self,
        caller: &Caller,
        session: &SessionId,
        invite: &str,
    ) -> Result<ChannelInfo, Error> {
        let session = self.sessions.require(caller, session, Capability::Send).await?;
        let code = invite.trim().rsplit('/').next().unwrap_or_default();
        if code.is_empty() {
            return Err(invalid("inviteCode", "inviteCode is required"));
        }
        let channel = self.engine.invited_channel(&session.id, code).await?;
        self.engine.follow_channel(&session.id, &channel.jid).await?;
        let done = (Action::ChannelFollow, ChannelAction::Join);
        self.tell(caller, &session, &channel.jid, done).await?;
        Ok(channel)
    }

    /// Ends a channel of the account for everybody.
    pub async fn delete(&self, caller: &Caller, session: &SessionId, channel: &Jid) -> Result<(), Error> {
        let session = self.of(caller, session, channel).await?;
        self.engine.delete_channel(&session.id, channel).await?;
        let done = (Action::ChannelDelete, ChannelAction::Leave);
        self.tell(caller, &session, channel, done).await
    }

    /// Makes an admin a mere follower.
    pub async fn demote(
        &self,
        caller: &Caller,
        session: &SessionId,
        channel: &Jid,
        admin: &Jid,
    ) -> Result<(), Error> {
        let session = self.of(caller, session, channel).await?;
        self.engine
            .demote_channel_admin(&session.id, channel, &admin.bare())
            .await?;
        let what = admin.bare().to_string();
        self.deeds
            .record(caller, &session.id, Action::ChannelDemote, channel, &what)
            .await
    }

    /// Gives a channel to another owner, for good.
    pub async fn hand_over(
        &self,
        caller: &Caller,
        session: &SessionId,
        channel: &Jid,
        owner: &Jid,
    ) -> Result<(), Error> {
        let session = self.of(caller, session, channel).await?;
        self.engine
            .hand_over_channel(&session.id, channel, &owner.bare())
            .await?;
        let what = format!("to {}", owner.bare());
        self.deeds
            .record(caller, &session.id, Action::ChannelHandOver, channel, &what)
            .await
    }

    pub async fn follow(&self, caller: &Caller, session: &SessionId, channel: &Jid) -> Result<(), Error> {
        let session = self.of(caller, session, channel).await?;
        self.engine.follow_channel(&session.id, channel).await?;
        let done = (Action::ChannelFollow, ChannelAction::Join);
        self.tell(caller, &session, channel, done).await
    }

    pub async fn unfollow(&self, caller: &Caller, session: &SessionId, channel: &Jid) -> Result<(), Error> {
        let session = self.of(caller, session, channel).await?;
        self.engine.unfollow_channel(&session.id, channel).await?;
        let done = (Action::ChannelUnfollow, ChannelAction::Leave);
        self.tell(caller, &session, channel, done).await
    }

    pub async fn mute(
        &self,
        caller: &Caller,
        session: &SessionId,
        channel: &Jid,
        muted: bool,
    ) -> Result<(), Error> {
        let session = self.of(caller, session, channel).await?;
        self.engine.mute_channel(&session.id, channel, muted).await?;
        let done = (Action::ChannelMute, ChannelAction::Mute);
        self.tell(caller, &session, channel, done).await
    }

    /// The channel's messages, newest first. The first page brings in what WhatsApp has and Wagon has
    /// not, from before the account followed the channel; without a connection it is what is stored.
    pub async fn messages(
        &self,
        caller: &Caller,
        session: &SessionId,
        channel: &Jid,
        before: Option<&MessageId>,
        limit: u32,
    ) -> Result<Vec<Message>, Error> {
        let session = self.of(caller, session, channel).await?;
        if before.is_none() {
            match self.engine.channel_messages(&session.id, channel, PAST).await {
                Ok(messages) => self.import(&session, messages).await?,
                Err(CallError::NotConnected | CallError::Unanswered) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(self.store.messages(&session.id, channel, before, limit).await?)
    }

    /// Stores what is not stored yet, in the order of its time, without telling of it.
    async fn import(&self, session: &Session, messages: Vec<Inbound>) -> Result<(), Error> {
        // Ids of their own times: the messages sort in among those that came since.
        let ids = IdSource::default();
        let now = self.clock.now();
        let rows: Vec<NewMessage> = messages
            .into_iter()
            .map(|message| NewMessage {
                id: MessageId::from_ulid(ids.next(message.timestamp, &mut rand::rng())),
                session: session.id.clone(),
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
                status: message.from_me.then_some(wagon_domain::MessageStatus::Sent),
                timestamp: message.timestamp,
                created_at: now,
            })
            .collect();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    for row in &rows {
                        tx.import_message(row).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        Ok(())
    }

    async fn of(&self, caller: &Caller, session: &SessionId, channel: &Jid) -> Result<Session, Error> {
        let session = self.sessions.require(caller, session, Capability::Send).await?;
        is_channel(channel)?;
        Ok(session)
    }

    /// Records what a caller did, and tells subscribers what became of the channel.
    async fn tell(
        &self,
        caller: &Caller,
        session: &Session,
        channel: &Jid,
        (deed, action): (Action, ChannelAction),
    ) -> Result<(), Error> {
        let entry = self.deeds.entry(caller, &session.id, deed, channel, "");
        let event = NewEvent {
            org: session.org.clone(),
            session: session.id.clone(),
            body: EventBody::Channel(ChannelUpdate {
                channel: channel.clone(),
                action,
            }),
            timestamp: self.clock.now(),
        };
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.record(&entry).await?;
                    tx.append_event(event).await
                })
            })
            .await?;
        Ok(())
    }
}

fn is_channel(jid: &Jid) -> Result<(), Error> {
    if jid.server() == Server::Newsletter {
        return Ok(());
    }
    Err(invalid(
        "jid",
        "jid must be a channel, like 120363000000000001@newsletter",
    ))
}

fn invalid(field: &'static str, message: &str) -> Error {
    Error::Invalid {
        field,
        message: message.to_owned(),
    }
}
