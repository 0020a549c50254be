//! One socket: who is behind it, what it asked for, and telling it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use socketioxide::extract::SocketRef;
use socketioxide::{SendError, SocketError};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use wagon_domain::{Caller, Capability, Event, SessionId, Timestamp};
use wagon_services::{Credential, Error, EventStream, Identified, Subscribe, Told as Logged};

use super::asked::{Asked, Wish};
use super::frame::{Complaint, Frame, Payload, Stamp};
use super::limits::Limits;
use super::namespace::{MESSAGE, Sockets};
use super::rooms::Rooms;
use crate::error::Refusal;
use crate::events::{Background, EVERYTHING, Told, about, told};
use crate::time;

/// How often a key is looked up anew: what was taken from it, a socket loses too.
const RECHECK: Duration = Duration::from_mins(1);
/// How long to wait for room to say goodbye in.
const PARTING: Duration = Duration::from_secs(1);

/// A socket that has just connected.
pub(super) struct Follower {
    pub(super) sockets: Sockets,
    pub(super) limits: Arc<Limits>,
    pub(super) socket: SocketRef,
    pub(super) key: Option<String>,
    pub(super) address: Option<IpAddr>,
    /// The client is not there any more.
    pub(super) gone: CancellationToken,
}

/// What is known of a socket whose key is good.
struct Following {
    caller: Caller,
    events: EventStream,
    rooms: Rooms,
}

/// Why a socket ends.
enum End {
    /// The client hears of it.
    Refused(Complaint),
    /// It does not take what it is told.
    Slow,
    /// Nobody is there, or the gateway goes down.
    Over,
}

impl From<Complaint> for End {
    fn from(complaint: Complaint) -> Self {
        Self::Refused(complaint)
    }
}

impl From<SendError> for End {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Socket(SocketError::InternalChannelFull) => Self::Slow,
            SendError::Socket(SocketError::Closed) | SendError::Serialize(_) => Self::Over,
        }
    }
}

impl Follower {
    pub(super) async fn run(self, said: mpsc::Receiver<Asked>) {
        match self.follow(said).await {
            End::Refused(complaint) => {
                let _ = tell_error(&self.socket, &complaint, None, self.now());
                self.part().await;
            }
            End::Slow => {
                tracing::debug!("a socket no longer takes frames");
                self.part().await;
            }
            // The connection is taken down with all others, if it is not already.
            End::Over => {}
        }
    }

    async fn follow(&self, mut said: mpsc::Receiver<Asked>) -> End {
        if !self.limits.admits(self.address, self.now()) {
            return Complaint::rate_limited("too many connections").into();
        }
        let mut following = match self.begin().await {
            Ok(following) => following,
            Err(complaint) => return complaint.into(),
        };
        let Some(_seat) = self.limits.seat(&following.caller.actor) else {
            return Complaint::rate_limited("too many sockets for this API key").into();
        };
        let mut recheck = interval(RECHECK);
        recheck.set_missed_tick_behavior(MissedTickBehavior::Delay);
        recheck.reset();
        loop {
            let step = tokio::select! {
                // In this order, so that a busy log delays neither the end nor an answer.
                biased;
                () = self.sockets.shutdown.cancelled() => Err(End::Over),
                () = self.gone.cancelled() => Err(End::Over),
                _ = recheck.tick() => self.renew(&mut following).await,
                asked = said.recv() => match asked {
                    Some(asked) => self.answer(&mut following, asked).await,
                    None => Err(End::Over),
                },
                logged = following.events.next() => match logged {
                    Some(Ok(Logged::Event(event))) => self.tell(&following, &event).await,
                    // Only one who comes back with a position can have missed something.
                    Some(Ok(Logged::Gap(_))) => Ok(()),
                    Some(Err(error)) => Err(refused(error).into()),
                    None => Err(Complaint::unauthorized("API key is no longer valid").into()),
                },
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn begin(&self) -> Result<Following, Complaint> {
        let caller = self.caller().await?;
        Ok(Following {
            events: self.subscribe(&caller).await?,
            caller,
            rooms: Rooms::default(),
        })
    }

    async fn caller(&self) -> Result<Caller, Complaint> {
        let key = self.key.as_deref();
        let key = key.ok_or_else(|| Complaint::unauthorized("API key is required"))?;
        let access = &self.sockets.services.access;
        match access.identify(Credential::ApiKey(key), self.address).await {
            Ok(Some(Identified::Program(caller))) => Ok(caller),
            Ok(_) => Err(Complaint::unauthorized("Invalid API key")),
            Err(error) => Err(refused(error)),
        }
    }

    /// The log of what the caller may see, from now on.
    async fn subscribe(&self, caller: &Caller) -> Result<EventStream, Complaint> {
        let everything = Subscribe {
            firehose: false,
            session: None,
            kinds: None,
            since: None,
        };
        let events = &self.sockets.services.events;
        events.subscribe(caller, everything).await.map_err(refused)
    }

    /// Looks the key up again. A key that was changed goes on with what it may now.
    async fn renew(&self, following: &mut Following) -> Result<(), End> {
        let caller = self.caller().await?;
        if caller != following.caller {
            following.events = self.subscribe(&caller).await?;
            following.caller = caller;
        }
        Ok(())
    }

    async fn answer(&self, following: &mut Following, asked: Asked) -> Result<(), End> {
        let id = asked.id.as_deref();
        let stamp = Stamp {
            request_id: id,
            timestamp: time::iso(self.now()),
        };
        let done = match &asked.wish {
            Err(complaint) => return Ok(tell_error(&self.socket, complaint, id, self.now())?),
            Ok(Wish::Ping) => Ok(Frame::Pong { stamp }),
            Ok(Wish::Subscribe { session, events }) => {
                self.renew(following).await?;
                let found = self.session(following, session).await;
                let entered = found.and_then(|found| following.rooms.enter(found.as_ref(), events));
                entered.map(|()| Frame::Subscribed {
                    session_id: session,
                    events: events.texts(),
                    stamp,
                })
            }
            Ok(Wish::Unsubscribe { session, events }) => {
                let found = self.session(following, session).await;
                found.map(|found| {
                    following.rooms.leave(found.as_ref(), events.as_ref());
                    Frame::Unsubscribed {
                        session_id: session,
                        stamp,
                    }
                })
            }
        };
        match done {
            Ok(frame) => self.socket.emit(MESSAGE, &frame)?,
            Err(complaint) => tell_error(&self.socket, &complaint, id, self.now())?,
        }
        Ok(())
    }

    /// The session that a client names, by id or name; `None` for all of them.
    async fn session(&self, following: &Following, name: &str) -> Result<Option<SessionId>, Complaint> {
        let caller = &following.caller;
        if name == EVERYTHING {
            return if caller.sessions.is_none() {
                Ok(None)
            } else {
                Err(Complaint::forbidden())
            };
        }
        let sessions = &self.sockets.services.sessions;
        let session = sessions.find(caller, name).await.map_err(refused)?;
        match session {
            Some(session) if caller.sees(&session.org, &session.id) => Ok(Some(session.id)),
            // Whoever is limited to sessions does not learn which others there are.
            _ if caller.sessions.is_some() => Err(Complaint::forbidden()),
            _ => Err(Complaint::session(format!("Session with id '{name}' not found"))),
        }
    }

    async fn tell(&self, following: &Following, event: &Event) -> Result<(), End> {
        if following.rooms.is_empty() {
            return Ok(());
        }
        let message = match about(event) {
            Some((chat, id)) => {
                let events = &self.sockets.services.events;
                events.message(event, chat, id).await.map_err(refused)?
            }
            None => None,
        };
        let sessions = &self.sockets.services.sessions;
        let session = sessions.find(&following.caller, event.session.as_str()).await;
        let session = session.map_err(refused)?;
        let background = Background {
            message: message.as_ref(),
            account: session.as_ref().and_then(|session| session.jid.as_ref()),
            file: None,
        };
        for told in told(event, background) {
            if following.rooms.want(&event.session, told.name) && may_hear(&following.caller, &told) {
                let payload = Payload {
                    event: told.name,
                    session_id: event.session.as_str(),
                    data: &told.data,
                };
                let timestamp = time::iso(event.timestamp);
                self.socket.emit(MESSAGE, &Frame::Event { payload, timestamp })?;
            }
        }
        Ok(())
    }

    /// Ends the connection. One that is full of what its client does not take has no room for that either;
    /// either there is some soon, or the missing answer to a ping ends it.
    async fn part(&self) {
        while let Err(SocketError::InternalChannelFull) = self.socket.clone().disconnect() {
            tokio::select! {
                () = self.sockets.shutdown.cancelled() => return,
                () = self.gone.cancelled() => return,
                () = tokio::time::sleep(PARTING) => {}
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.sockets.clock.now()
    }
}

/// Tells a client what is wrong with its request, or with the client.
pub(super) fn tell_error(
    socket: &SocketRef,
    complaint: &Complaint,
    request_id: Option<&str>,
    now: Timestamp,
) -> Result<(), SendError> {
    let frame = Frame::Error {
        code: complaint.code,
        message: &complaint.message,
        stamp: Stamp {
            request_id,
            timestamp: time::iso(now),
        },
    };
    socket.emit(MESSAGE, &frame)
}

/// What belongs to linking a session is for those who may link one, and a key for some chats hears of nothing
/// else.
fn may_hear(caller: &Caller, told: &Told) -> bool {
    let linking = told.name == "session.qr";
    let of_chat = |chats: &Vec<wagon_domain::Jid>| {
        let chat = told.chat();
        chat.is_some_and(|chat| chats.iter().any(|allowed| allowed.bare() == chat))
    };
    (!linking || caller.may(Capability::Manage)) && caller.chats.as_ref().is_none_or(of_chat)
}

fn refused(error: Error) -> Complaint {
    if error.is_internal() {
        tracing::error!(error = &error as &dyn std::error::Error, "a socket cannot go on");
    }
    Complaint::unauthorized(Refusal::from(error).into_text())
}
