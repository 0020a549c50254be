//! What the engine reports, made durable: messages, receipts, and the state of connections. Every
//! change and the events it causes are one transaction.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::mpsc;
use wagon_crash_point::Step;
use wagon_domain::contact::Names;
use wagon_domain::event::{EventBody, MessageEvent};
use wagon_domain::history::HistoryPart;
use wagon_domain::message::Inbound;
use wagon_domain::session::StatusReason;
use wagon_domain::{
    Clock, IdSource, Jid, MessageId, MessageStatus, OrgId, OutboxId, Server, Session, SessionId,
    SessionStatus, Timestamp, WaMessageId,
};
use wagon_engine::{Connection, Inbox, NotStored, Notice, Receipt};
use wagon_store::{Learnt, Moved, NewEvent, NewMessage, Store, Tx};

use crate::auto_read::Arrived;
use crate::auto_reject::Rang;
use crate::change::Change;
use crate::contacts::person;
use crate::heard::Heard;
use crate::live::Live;
use crate::recaps::NewPolls;
use crate::sessions::Qr;
use crate::{history, notices};

/// The [`Inbox`] of the engine.
pub struct Intake {
    store: Store,
    clock: Arc<dyn Clock>,
    live: Arc<Live>,
    ids: IdSource,
    came_up: mpsc::UnboundedSender<SessionId>,
    polls: NewPolls,
    heard: Arc<Heard>,
    errands: Errands,
}

/// What is left to others, because the intake must not wait for WhatsApp.
pub(crate) struct Errands {
    pub(crate) to_read: mpsc::Sender<Arrived>,
    pub(crate) to_decline: mpsc::Sender<Rang>,
}

/// The report could not be stored.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] wagon_store::Error),
    #[error("the session does not exist any more")]
    Gone,
}

impl Intake {
    pub(crate) fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        live: Arc<Live>,
        came_up: mpsc::UnboundedSender<SessionId>,
        polls: NewPolls,
        heard: Arc<Heard>,
        errands: Errands,
    ) -> Self {
        Self {
            store,
            clock,
            live,
            ids: IdSource::default(),
            came_up,
            polls,
            heard,
            errands,
        }
    }

    async fn session(&self, id: &SessionId) -> Result<Session, Failure> {
        self.live.session(&self.store, id).await?.ok_or(Failure::Gone)
    }

    async fn store_messages(&self, id: &SessionId, batch: Vec<Inbound>) -> Result<(), Failure> {
        let Session { org, settings, .. } = self.session(id).await?;
        let now = self.clock.now();
        let rows: Vec<NewMessage> = batch
            .into_iter()
            .map(|message| self.row(id, message, now))
            .collect();
        let contents: Vec<_> = rows.iter().map(|row| row.content.clone()).collect();
        let session = id.clone();
        let arrived = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let mut arrived = Vec::new();
                    for row in &rows {
                        if !tx.insert_message(row).await? {
                            continue;
                        }
                        let change = Change {
                            session: &session,
                            chat: &row.chat.jid,
                            from_me: row.from_me,
                            sender: &row.sender,
                            content: &row.content,
                            at: row.timestamp,
                        };
                        change.apply(tx).await?;
                        if row.chat.jid.is_group() {
                            tx.saw_group_member(&session, &row.chat.jid, &row.sender, row.timestamp)
                                .await?;
                        }
                        let event = |body| NewEvent {
                            org: org.clone(),
                            session: session.clone(),
                            body,
                            timestamp: now,
                        };
                        if let Some(renamed) = learn_author(tx, row, now).await? {
                            tx.append_event(event(renamed)).await?;
                        }
                        let body = EventBody::Message(Box::new(event_of(row)));
                        tx.append_event(event(body)).await?;
                        arrived.extend(to_read(row));
                    }
                    Ok(arrived)
                })
            })
            .await?;
        wagon_crash_point::pass(Step::ReceiveStored);
        self.polls.stored(&contents);
        if settings.auto_read {
            for arrived in arrived {
                // Beyond the queue's end messages stay unread.
                let _ = self.errands.to_read.try_send(arrived);
            }
        }
        Ok(())
    }

    fn row(&self, session: &SessionId, message: Inbound, now: Timestamp) -> NewMessage {
        NewMessage {
            id: MessageId::from_ulid(self.ids.next(now, &mut rand::rng())),
            session: session.clone(),
            wa_id: message.wa_id,
            chat_name: message
                .sender
                .name
                .clone()
                .filter(|_| !message.from_me && message.chat.jid.is_person()),
            chat: message.chat,
            sender: message.sender,
            from_me: message.from_me,
            content: message.content,
            quote: message.quote,
            mentions: message.mentions,
            outbox: None,
            wire: message.wire,
            // Sent from another device of the account, so WhatsApp has it; receipts move it on.
            status: message.from_me.then_some(MessageStatus::Sent),
            timestamp: message.timestamp,
            created_at: now,
        }
    }

    async fn store_receipts(&self, id: &SessionId, receipts: Vec<Receipt>) -> Result<(), Failure> {
        let org = self.session(id).await?.org;
        let now = self.clock.now();
        let session = id.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    for receipt in receipts {
                        let status = MessageStatus::from(receipt.status);
                        let chat = receipt.chat.jid;
                        let moved = tx.advance_status(&session, &chat, &receipt.ids, status).await?;
                        let event = |(outbox, ids), sender, status| NewEvent {
                            org: org.clone(),
                            session: session.clone(),
                            body: EventBody::MessageStatus {
                                chat: chat.clone(),
                                sender,
                                ids,
                                status,
                                timestamp: receipt.timestamp,
                                outbox,
                                error: None,
                                retry_at: None,
                            },
                            timestamp: now,
                        };
                        // WhatsApp took what a recipient has, even if its acknowledgement is slower.
                        let taken = moved.iter().filter(|moved| moved.was_pending);
                        for send in by_send(taken.cloned()) {
                            tx.append_event(event(send, None, MessageStatus::Sent)).await?;
                        }
                        for send in by_send(moved) {
                            tx.append_event(event(send, receipt.sender.clone(), status))
                                .await?;
                        }
                    }
                    Ok(())
                })
            })
            .await?;
        Ok(())
    }

    async fn store_notices(&self, id: &SessionId, notices: Vec<Notice>) -> Result<(), Failure> {
        for notice in &notices {
            if let Notice::Presence(presence) = notice {
                self.heard.note(id, presence, self.clock.now());
            }
        }
        let session = self.session(id).await?;
        let now = self.clock.now();
        let rang: Vec<Rang> = notices.iter().filter_map(|notice| rang(id, notice)).collect();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    for notice in notices {
                        notices::record(tx, &session, notice, now).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        for call in rang {
            // Beyond the queue's end calls keep ringing.
            let _ = self.errands.to_decline.try_send(call);
        }
        Ok(())
    }

    async fn store_connection(&self, id: &SessionId, change: Connection) -> Result<(), Failure> {
        let session = self.session(id).await?;
        let now = self.clock.now();
        log(id, &change);
        let came_up = matches!(change, Connection::Up { .. });
        self.live.update(id, |state| match &change {
            Connection::Qr { code, expires_at } => {
                state.qr = Some(Qr {
                    code: code.clone(),
                    expires_at: *expires_at,
                });
            }
            Connection::Linked { .. } => state.qr = None,
            Connection::Up { .. } => {}
            Connection::Lost => state.connected = false,
            Connection::Ended(_) => {
                state.connected = false;
                state.qr = None;
            }
        });
        let (org, target) = (session.org, id.clone());
        self.store
            .write(move |tx| Box::pin(async move { record_change(tx, &org, &target, change, now).await }))
            .await?;
        self.live.changed(id);
        if came_up {
            // After the commit, so that whoever sees a working session can send.
            self.live.update(id, |state| state.connected = true);
            // The receiver only goes away at shutdown, when nothing is to be resumed.
            let _ = self.came_up.send(id.clone());
        }
        Ok(())
    }
}

fn rang(session: &SessionId, notice: &Notice) -> Option<Rang> {
    match notice {
        Notice::Call(call) => Some(Rang {
            session: session.clone(),
            call: call.call.clone(),
        }),
        _ => None,
    }
}

#[async_trait]
impl Inbox for Intake {
    async fn messages(&self, session: &SessionId, batch: Vec<Inbound>) -> Result<(), NotStored> {
        let count = batch.len();
        self.store_messages(session, batch)
            .await
            .map_err(|error| NotStored(Box::new(error)))?;
        metrics::counter!("wagon_messages_received_total").increment(count as u64);
        Ok(())
    }

    async fn receipts(&self, session: &SessionId, receipts: Vec<Receipt>) {
        if let Err(error) = self.store_receipts(session, receipts).await {
            tracing::error!(session.id = %session, error = &error as &dyn std::error::Error, "receipts were not stored");
        }
    }

    async fn history(&self, session: &SessionId, part: HistoryPart) {
        let imported = history::import(&self.store, session.clone(), part, self.clock.now()).await;
        if let Err(error) = imported {
            tracing::error!(session.id = %session, error = &error as &dyn std::error::Error, "a part of the history was not stored");
        }
    }

    async fn notices(&self, session: &SessionId, notices: Vec<Notice>) {
        if let Err(error) = self.store_notices(session, notices).await {
            tracing::error!(session.id = %session, error = &error as &dyn std::error::Error, "notices were not stored");
        }
    }

    async fn connection(&self, session: &SessionId, change: Connection) {
        if let Err(error) = self.store_connection(session, change).await {
            tracing::error!(session.id = %session, error = &error as &dyn std::error::Error, "a connection's state was not stored");
        }
    }
}

/// Messages by the send that made them, so that each event can name it; those that came from
/// elsewhere together.
fn by_send(moved: impl IntoIterator<Item = Moved>) -> Vec<(Option<OutboxId>, Vec<WaMessageId>)> {
    let mut groups: Vec<(Option<OutboxId>, Vec<WaMessageId>)> = Vec::new();
    for Moved { id, outbox, .. } in moved {
        match groups.iter_mut().find(|(send, _)| *send == outbox) {
            Some((_, ids)) => ids.push(id),
            None => groups.push((outbox, vec![id])),
        }
    }
    groups
}

fn log(session: &SessionId, change: &Connection) {
    match change {
        Connection::Qr { .. } => tracing::debug!(session.id = %session, "session shows a new QR code"),
        Connection::Linked { .. } => tracing::info!(session.id = %session, "session linked"),
        Connection::Up { .. } => tracing::info!(session.id = %session, "session connected"),
        Connection::Lost => {
            tracing::warn!(session.id = %session, "session lost its connection; reconnecting");
        }
        Connection::Ended(reason) => tracing::warn!(session.id = %session, ?reason, "session ended"),
    }
}

/// Notes who wrote. The result tells of a new name of somebody who was known under another.
async fn learn_author(
    tx: &mut Tx<'_>,
    row: &NewMessage,
    now: Timestamp,
) -> Result<Option<EventBody>, wagon_store::Error> {
    if row.from_me {
        if row.chat.jid.is_person() {
            let names = Names::default();
            tx.learn_contact(&row.session, &person(&row.chat, names), now)
                .await?;
        }
        return Ok(None);
    }
    let names = Names {
        push: row.sender.name.clone(),
        ..Names::default()
    };
    let learnt = Learnt {
        jid: row.sender.jid.clone(),
        lid: row.sender.lid.clone(),
        names: names.clone(),
    };
    let renamed = tx.learn_contact(&row.session, &learnt, now).await?;
    Ok(row
        .sender
        .address()
        .filter(|_| renamed)
        .map(|who| EventBody::ContactNamed {
            jid: who.bare(),
            names,
        }))
}

/// The message as one whose author waits for a receipt. Updates and posts have readers, not receipts, and
/// neither has what only changes another message.
fn to_read(row: &NewMessage) -> Option<Arrived> {
    let chat = &row.chat.jid;
    let group = chat.server() == Server::Group;
    let said = !row.from_me && row.content.target().is_none();
    (said && (group || chat.is_person())).then(|| Arrived {
        session: row.session.clone(),
        chat: chat.clone(),
        sender: row.sender.address().filter(|_| group).map(Jid::bare),
        wa_id: row.wa_id.clone(),
    })
}

fn event_of(row: &NewMessage) -> MessageEvent {
    MessageEvent {
        wa_id: row.wa_id.clone(),
        chat: row.chat.jid.clone(),
        sender: row.sender.clone(),
        from_me: row.from_me,
        content: row.content.clone(),
        quote: row.quote.clone(),
        mentions: row.mentions.clone(),
        timestamp: row.timestamp,
    }
}

async fn record_change(
    tx: &mut Tx<'_>,
    org: &OrgId,
    session: &SessionId,
    change: Connection,
    now: Timestamp,
) -> Result<(), wagon_store::Error> {
    let event = |body| NewEvent {
        org: org.clone(),
        session: session.clone(),
        body,
        timestamp: now,
    };
    match change {
        Connection::Qr { code, expires_at } => {
            record_status(tx, org, session, SessionStatus::ScanQrCode, None, now).await?;
            tx.append_event(event(EventBody::Qr { code, expires_at })).await?;
        }
        Connection::Linked {
            jid,
            lid,
            business_name,
            platform,
        } => {
            tx.link_session(session, &jid, lid.as_ref(), now).await?;
            tx.append_event(event(EventBody::Linked {
                jid,
                lid,
                business_name,
                platform,
            }))
            .await?;
            record_status(tx, org, session, SessionStatus::Starting, None, now).await?;
        }
        Connection::Up { jid, lid } => {
            tx.link_session(session, &jid, lid.as_ref(), now).await?;
            record_status(tx, org, session, SessionStatus::Working, None, now).await?;
        }
        Connection::Lost => record_status(tx, org, session, SessionStatus::Starting, None, now).await?,
        Connection::Ended(reason) => {
            let status = match reason {
                StatusReason::LoggedOut => SessionStatus::LoggedOut,
                _ => SessionStatus::Failed,
            };
            record_status(tx, org, session, status, Some(reason), now).await?;
        }
    }
    Ok(())
}

/// Stores a session's status and tells of it, unless it is the same as before.
pub(crate) async fn record_status(
    tx: &mut Tx<'_>,
    org: &OrgId,
    session: &SessionId,
    status: SessionStatus,
    reason: Option<StatusReason>,
    now: Timestamp,
) -> Result<(), wagon_store::Error> {
    if tx
        .set_session_status(session, status, reason.as_ref(), now)
        .await?
    {
        let body = EventBody::SessionStatus { status, reason };
        let event = NewEvent {
            org: org.clone(),
            session: session.clone(),
            body,
            timestamp: now,
        };
        tx.append_event(event).await?;
    }
    Ok(())
}
