//! What came of a send, recorded with everything that follows from it.

use wagon_crash_point::Step;
use wagon_domain::event::EventBody;
use wagon_domain::message::Party;
use wagon_domain::outbox::{Hold, OutboxEntry, OutboxStatus, Outgoing, SendFailure};
use wagon_domain::session::StatusReason;
use wagon_domain::{Jid, MessageStatus, SessionStatus, Timestamp};
use wagon_engine::Ack;
use wagon_store::{NewEvent, Tx};

use super::Inner;
use crate::change::Change;
use crate::error::Error;

impl Inner {
    /// WhatsApp took it.
    pub(super) async fn sent(&self, mut entry: OutboxEntry, ack: Ack) -> Result<OutboxEntry, Error> {
        let sent_at = ack.timestamp;
        entry.status = OutboxStatus::Sent;
        entry.sent_at = Some(sent_at);
        entry.updated_at = self.parts.clock.now();
        let over = self.parts.holds.end(&entry.session);
        let voter = self.voter(&entry).await?;
        let row = entry.clone();
        self.parts
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let news = tx.settle_send(&row, sent_at).await?;
                    if news.send {
                        keep_wires(tx, &row, &ack).await?;
                        apply(tx, &row, voter, sent_at).await?;
                    }
                    // A receipt that was faster has told of it.
                    if news.message {
                        let event = status_event(&row, MessageStatus::Sent, sent_at);
                        tx.append_event(event).await?;
                    }
                    if over {
                        tx.remove_hold(&row.session).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        wagon_crash_point::pass(Step::SendRecorded);
        self.drop_files(&entry).await;
        metrics::counter!("wagon_messages_sent_total", "outcome" => "sent").increment(1);
        Ok(entry)
    }

    /// It will not go out. If WhatsApp's limits are why, nothing else of the session goes out for
    /// a while either.
    pub(super) async fn failed(
        &self,
        mut entry: OutboxEntry,
        failure: SendFailure,
    ) -> Result<OutboxEntry, Error> {
        let now = self.parts.clock.now();
        let hold = if failure.is_limit() {
            Some(self.parts.holds.next(&entry.session, failure.clone()).await?)
        } else {
            None
        };
        entry.status = OutboxStatus::Failed;
        entry.error = Some(failure.clone());
        entry.retry_at = hold.as_ref().map(|hold| hold.until);
        entry.updated_at = now;
        let (row, pause) = (entry.clone(), hold.clone());
        self.parts
            .store
            .write(move |tx| {
                Box::pin(async move {
                    if tx.fail_send(&row.id, &failure, row.retry_at, now).await? {
                        move_messages(tx, &row, MessageStatus::Failed).await?;
                        tx.append_event(status_event(&row, MessageStatus::Failed, now))
                            .await?;
                    }
                    put_hold(tx, &row, pause.as_ref(), now).await
                })
            })
            .await?;
        if let Some(hold) = hold {
            self.parts.holds.begin(&entry.session, hold);
        }
        self.drop_files(&entry).await;
        metrics::counter!("wagon_messages_sent_total", "outcome" => "failed").increment(1);
        Ok(entry)
    }

    /// Who votes with this send.
    async fn voter(&self, entry: &OutboxEntry) -> Result<Option<Jid>, Error> {
        if !matches!(entry.outgoing, Outgoing::Vote { .. }) {
            return Ok(None);
        }
        let session = self.parts.live.session(&self.parts.store, &entry.session).await?;
        Ok(session.and_then(|session| session.jid))
    }

    /// WhatsApp limits the number: the send goes back to its place in the queue until that is over.
    pub(super) async fn held(
        &self,
        mut entry: OutboxEntry,
        cause: SendFailure,
    ) -> Result<OutboxEntry, Error> {
        let now = self.parts.clock.now();
        let hold = self.parts.holds.next(&entry.session, cause).await?;
        entry.status = OutboxStatus::Queued;
        entry.dispatched_at = None;
        entry.updated_at = now;
        let (row, pause) = (entry.clone(), hold.clone());
        self.parts
            .store
            .write(move |tx| {
                Box::pin(async move {
                    tx.requeue_send(&row.id, now).await?;
                    put_hold(tx, &row, Some(&pause), now).await
                })
            })
            .await?;
        self.parts.holds.begin(&entry.session, hold);
        Ok(entry)
    }
}

/// Keeps what the engine needs to work with the messages of a send later.
async fn keep_wires(tx: &mut Tx<'_>, entry: &OutboxEntry, ack: &Ack) -> Result<(), wagon_store::Error> {
    if let Some(wire) = &ack.wire {
        tx.keep_wire(&entry.session, &entry.to, &entry.wa_id, wire)
            .await?;
    }
    for (index, wire) in ack.parts.iter().enumerate() {
        let id = entry.wa_id.part(index);
        tx.keep_wire(&entry.session, &entry.to, &id, wire).await?;
    }
    Ok(())
}

/// Does to the stored message what the send did to the one on WhatsApp.
async fn apply(
    tx: &mut Tx<'_>,
    entry: &OutboxEntry,
    voter: Option<Jid>,
    at: Timestamp,
) -> Result<(), wagon_store::Error> {
    let content = entry.outgoing.content();
    if content.target().is_none() {
        return Ok(());
    }
    let sender = Party {
        jid: voter,
        ..Party::default()
    };
    let change = Change {
        session: &entry.session,
        chat: &entry.to,
        from_me: true,
        sender: &sender,
        content: &content,
        at,
    };
    change.apply(tx).await
}

/// Marks the messages of a send as failed, or as pending again.
pub(super) async fn move_messages(
    tx: &mut Tx<'_>,
    entry: &OutboxEntry,
    to: MessageStatus,
) -> Result<(), wagon_store::Error> {
    for id in entry.message_ids() {
        match to {
            MessageStatus::Failed => tx.message_failed(&entry.session, &entry.to, &id).await?,
            _ => tx.message_pending(&entry.session, &entry.to, &id).await?,
        };
    }
    Ok(())
}

/// Stores a pause and tells of it, once.
async fn put_hold(
    tx: &mut Tx<'_>,
    entry: &OutboxEntry,
    hold: Option<&Hold>,
    now: Timestamp,
) -> Result<(), wagon_store::Error> {
    let Some(hold) = hold else { return Ok(()) };
    if !tx.put_hold(&entry.session, hold).await? {
        return Ok(());
    }
    let body = EventBody::SessionStatus {
        status: SessionStatus::Working,
        reason: Some(StatusReason::SendsHeld {
            cause: hold.cause.code().to_owned(),
            until: hold.until,
        }),
    };
    let event = NewEvent {
        org: entry.org.clone(),
        session: entry.session.clone(),
        body,
        timestamp: now,
    };
    tx.append_event(event).await.map(drop)
}

pub(super) fn status_event(entry: &OutboxEntry, status: MessageStatus, timestamp: Timestamp) -> NewEvent {
    NewEvent {
        org: entry.org.clone(),
        session: entry.session.clone(),
        body: EventBody::MessageStatus {
            chat: entry.to.clone(),
            sender: None,
            ids: vec![entry.wa_id.clone()],
            status,
            timestamp,
            outbox: Some(entry.id.clone()),
            error: entry.error.clone(),
            retry_at: entry.retry_at,
        },
        timestamp: entry.updated_at,
    }
}
