//! What the client reports besides messages: acknowledgements, receipts, the connection's state.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use wacore::types::call::IncomingCall;
use wacore::types::events::{
    Event, EventHandler, EventInterest, EventKind, InboundMessage, MessageBatch, Receipt as WaReceipt,
};
use wacore::types::presence::ReceiptType;
use wacore_binary::JidExt as _;
use wagon_domain::event::CallOutcome;
use wagon_domain::outbox::SendFailure;
use wagon_domain::session::StatusReason;
use wagon_domain::{Clock, Jid, SessionId, Timestamp};
use wagon_engine::{Connection, Inbox, Notice, Receipt, Status};
use wagon_store::Store;
use whatsapp_rust::Client;

use crate::acks::Acks;
use crate::app_state::{self, News};
use crate::backend::DeviceBackend;
use crate::blocked::BlockList;
use crate::notices;
use crate::outcome;
use crate::reconnects::Reconnects;
use crate::retries::Retries;
use crate::ringing::Ringing;
use crate::translate::{self, Reader, own_device};

/// How many reports may wait for the inbox. Receipts beyond it are dropped (WhatsApp's next receipt
/// for the chat moves the status on); changes of the connection are few and never reach it.
const QUEUE: usize = 8192;
const RECEIPT_BATCH: usize = 256;

/// A report on its way to the inbox.
enum Report {
    Receipt(Arc<Event>),
    /// Happened beside messages; translated by [`notices`].
    Notice(Arc<Event>),
    /// A call rings no more: its offer, and what came of it.
    CallEnded(Box<IncomingCall>, CallOutcome),
    /// What the phone hands over at linking.
    History(Arc<Event>),
    /// Messages that the durability hook is not asked about: those of channels.
    Posts(Arc<Event>),
    Connection(Connection),
    Up,
    /// A device asks for a message again.
    Asked(String),
    /// WhatsApp took a message that was asked for again.
    Retried(String),
    /// Other devices changed app state.
    AppState(Vec<News>),
    /// The connection does not come back, after so many attempts and with such a rest before the next.
    Reconnecting(u32, Duration),
}

/// Where reports go.
#[derive(Clone)]
pub(crate) struct Reports(mpsc::Sender<Report>);

impl Reports {
    pub(crate) fn reconnecting(&self, attempts: u32, rest: Duration) {
        self.pass_on(Report::Reconnecting(attempts, rest));
    }

    pub(crate) fn gave_up(&self, attempts: u32) {
        let reason = StatusReason::GaveUp { attempts };
        self.pass_on(Report::Connection(Connection::Ended(reason)));
    }

    fn pass_on(&self, report: Report) {
        if self.0.try_send(report).is_err() {
            metrics::counter!("wagon_engine_reports_dropped_total").increment(1);
        }
    }
}

/// What events keep up to date beside the inbox.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) acks: Arc<Acks>,
    pub(crate) ringing: Arc<Ringing>,
    pub(crate) blocked: Arc<BlockList>,
    pub(crate) reconnects: Arc<Reconnects>,
}

/// The client's event handler for one session. Runs inside the client's receive path, so it only
/// sorts and passes on.
pub(crate) struct Listener {
    kept: Kept,
    retries: Arc<Retries>,
    backend: DeviceBackend,
    clock: Arc<dyn Clock>,
    reports: Reports,
}

/// Makes the handler and the worker that feeds the inbox.
pub(crate) fn listen(
    session: SessionId,
    kept: Kept,
    backend: DeviceBackend,
    clock: Arc<dyn Clock>,
    inbox: Arc<dyn Inbox>,
    store: Store,
) -> (Listener, Reporter) {
    let (reports, queue) = mpsc::channel(QUEUE);
    let retries = Arc::new(Retries::new(backend.clone()));
    (
        Listener {
            kept,
            retries: Arc::clone(&retries),
            backend: backend.clone(),
            clock,
            reports: Reports(reports),
        },
        Reporter {
            session,
            inbox,
            retries,
            backend,
            store,
            queue,
        },
    )
}

impl Listener {
    pub(crate) fn reports(&self) -> Reports {
        self.reports.clone()
    }

    fn pass_on(&self, report: Report) {
        self.reports.pass_on(report);
    }
}

impl EventHandler for Listener {
    fn handle_event(&self, event: Arc<Event>) {
        match &*event {
            Event::ServerAck(ack) if ack.class.as_deref() == Some("message") => {
                let verdict = match ack.error.as_deref() {
                    None => {
                        let at = ack
                            .timestamp
                            .map(|t| Timestamp::from_millis(t.timestamp_millis()));
                        Ok(at.unwrap_or_else(|| self.clock.now()))
                    }
                    Some(code) => Err(SendFailure::from_ack(code.parse().unwrap_or(0))),
                };
                let awaited = self.kept.acks.resolve(&ack.id, &verdict);
                if !awaited && verdict.is_ok() && self.retries.is_asked(&ack.id) {
                    self.pass_on(Report::Retried(ack.id.clone()));
                }
            }
            Event::RawNode(stanza) => {
                if let Some(message) = self.retries.look_at(stanza.get()) {
                    self.pass_on(Report::Asked(message));
                }
                self.kept.blocked.look_at(stanza.get());
                self.backend.redelivered().look_at(stanza.get());
                let news = app_state::announced(stanza.get());
                if !news.is_empty() {
                    self.pass_on(Report::AppState(news));
                }
            }
            Event::Receipt(_) => self.pass_on(Report::Receipt(event)),
            Event::IncomingCall(call) => {
                let ended = self.kept.ringing.note(call);
                self.pass_on(Report::Notice(event));
                if let Some((offer, outcome)) = ended {
                    self.pass_on(Report::CallEnded(Box::new(offer), outcome));
                }
            }
            Event::Messages(batch) if batch.messages.iter().any(from_channel) => {
                self.pass_on(Report::Posts(event));
            }
            Event::GroupUpdate(_)
            | Event::MexNotification(_)
            | Event::ArchiveUpdate(_)
            | Event::PinUpdate(_)
            | Event::MuteUpdate(_)
            | Event::MarkChatAsReadUpdate(_)
            | Event::DeleteChatUpdate(_)
            | Event::ClearChatUpdate(_)
            | Event::DeleteMessageForMeUpdate(_)
            | Event::ContactUpdate(_)
            | Event::LabelEditUpdate(_)
            | Event::LabelAssociationUpdate(_)
            | Event::PictureUpdate(_)
            | Event::Presence(_)
            | Event::ChatPresence(_) => self.pass_on(Report::Notice(event)),
            Event::HistorySync(_) => self.pass_on(Report::History(event)),
            Event::Connected(_) => {
                self.kept.reconnects.up();
                // Nobody told of changes in between.
                self.kept.blocked.forget();
                self.pass_on(Report::Up);
            }
            Event::Disconnected(_) => {
                self.kept.reconnects.lost();
                self.kept.acks.abandon();
                self.backend.redelivered().forget();
                self.pass_on(Report::Connection(Connection::Lost));
            }
            Event::PairingQrCode(qr) => self.pass_on(Report::Connection(Connection::Qr {
                code: qr.code.clone(),
                expires_at: self.clock.now() + qr.timeout,
            })),
            Event::PairSuccess(link) => {
                self.kept.reconnects.expect_another();
                if let Some(jid) = translate::to_domain(&link.id) {
                    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
                    self.pass_on(Report::Connection(Connection::Linked {
                        jid,
                        lid: translate::to_domain(&link.lid),
                        business_name: some(&link.business_name),
                        platform: some(&link.platform),
                    }));
                }
            }
            other => {
                if let Some(reason) = outcome::ending(other, self.clock.now()) {
                    self.kept.acks.abandon();
                    self.pass_on(Report::Connection(Connection::Ended(reason)));
                }
            }
        }
    }

    fn interest(&self) -> EventInterest {
        EventInterest::of(&[
            EventKind::ServerAck,
            EventKind::RawNode,
            EventKind::Receipt,
            EventKind::IncomingCall,
            EventKind::GroupUpdate,
            EventKind::ArchiveUpdate,
            EventKind::PinUpdate,
            EventKind::MuteUpdate,
            EventKind::MarkChatAsReadUpdate,
            EventKind::DeleteChatUpdate,
            EventKind::ClearChatUpdate,
            EventKind::DeleteMessageForMeUpdate,
            EventKind::ContactUpdate,
            EventKind::LabelEditUpdate,
            EventKind::LabelAssociationUpdate,
            EventKind::PictureUpdate,
            EventKind::Presence,
            EventKind::ChatPresence,
            EventKind::HistorySync,
            EventKind::MexNotification,
            EventKind::Messages,
            EventKind::Connected,
            EventKind::Disconnected,
            EventKind::PairingQrCode,
            EventKind::PairingQrCodesExhausted,
            EventKind::PairSuccess,
            EventKind::PairError,
            EventKind::LoggedOut,
            EventKind::StreamReplaced,
            EventKind::TemporaryBan,
            EventKind::ClientOutdated,
            EventKind::ConnectFailure,
        ])
    }
}

/// Feeds the inbox, one report after the other; receipts that wait together are stored together.
pub(crate) struct Reporter {
    session: SessionId,
    inbox: Arc<dyn Inbox>,
    retries: Arc<Retries>,
    backend: DeviceBackend,
    /// Holds what new messages are about.
    store: Store,
    queue: mpsc::Receiver<Report>,
}

impl Reporter {
    /// Feeds the inbox until `finished` is set and everything reported before is passed on, or until
    /// the connection ended for good; then the result is why. `stop` is set before the inbox learns
    /// of that, so that a start which follows waits for the rest of the old connection to go.
    pub(crate) async fn run(
        mut self,
        client: Weak<Client>,
        stop: CancellationToken,
        finished: CancellationToken,
    ) -> Option<StatusReason> {
        let mut waiting = Vec::with_capacity(RECEIPT_BATCH);
        loop {
            tokio::select! {
                biased;
                _ = self.queue.recv_many(&mut waiting, RECEIPT_BATCH) => {}
                () = finished.cancelled() => return None,
            }
            if waiting.is_empty() {
                return None;
            }
            if let Some(reason) = self.pass_on(&mut waiting, &client, &stop).await {
                return Some(reason);
            }
        }
    }

    async fn pass_on(
        &self,
        waiting: &mut Vec<Report>,
        client: &Weak<Client>,
        stop: &CancellationToken,
    ) -> Option<StatusReason> {
        let mut receipts = Vec::new();
        for report in waiting.drain(..) {
            let change = match report {
                Report::Receipt(event) => {
                    if let Event::Receipt(receipt) = &*event
                        && let Some(client) = client.upgrade()
                    {
                        receipts.extend(translate_receipt(&client, receipt).await);
                    }
                    continue;
                }
                Report::Notice(event) => {
                    if let Some(client) = client.upgrade()
                        && let Some(notice) = notices::notice(&client, &event).await
                    {
                        self.flush(&mut receipts).await;
                        self.inbox.notices(&self.session, vec![notice]).await;
                    }
                    continue;
                }
                Report::CallEnded(offer, outcome) => {
                    if let Some(client) = client.upgrade()
                        && let Some(notice) = notices::ended_call(&client, &offer, outcome).await
                    {
                        self.flush(&mut receipts).await;
                        self.inbox.notices(&self.session, vec![notice]).await;
                    }
                    continue;
                }
                Report::History(event) => {
                    self.flush(&mut receipts).await;
                    if let Event::HistorySync(transfer) = &*event
                        && let Some(client) = client.upgrade()
                    {
                        for part in translate::history(&client, transfer).await {
                            self.inbox.history(&self.session, part).await;
                        }
                    }
                    continue;
                }
                Report::AppState(news) => {
                    tokio::spawn(app_state::catch_up(client.clone(), self.backend.clone(), news));
                    continue;
                }
                Report::Reconnecting(attempts, rest) => {
                    self.flush(&mut receipts).await;
                    let notice = Notice::Reconnecting { attempts, rest };
                    self.inbox.notices(&self.session, vec![notice]).await;
                    continue;
                }
                Report::Asked(message) => {
                    tokio::spawn(Arc::clone(&self.retries).watch(client.clone(), message));
                    continue;
                }
                Report::Retried(message) => {
                    self.retries.answered(&message).await;
                    continue;
                }
                Report::Posts(event) => {
                    if let Event::Messages(batch) = &*event
                        && let Some(client) = client.upgrade()
                    {
                        self.store_posts(&client, batch).await;
                    }
                    continue;
                }
                Report::Up => {
                    let Some(client) = client.upgrade() else { continue };
                    tokio::spawn(Arc::clone(&self.retries).resume(Arc::clone(&client)));
                    let Some(jid) = own_device(client.pn().as_ref()) else {
                        continue;
                    };
                    Connection::Up {
                        jid,
                        lid: own_device(client.lid().as_ref()),
                    }
                }
                Report::Connection(change) => change,
            };
            self.flush(&mut receipts).await;
            let came_up = matches!(change, Connection::Up { .. });
            let ended = match &change {
                Connection::Ended(reason) => Some(reason.clone()),
                _ => None,
            };
            if ended.is_some() {
                stop.cancel();
            }
            self.inbox.connection(&self.session, change).await;
            if ended.is_some() {
                return ended;
            }
            if came_up
                && let Some(client) = client.upgrade()
                && let Some(notice) = notices::groups(&client).await
            {
                self.inbox.notices(&self.session, vec![notice]).await;
            }
        }
        self.flush(&mut receipts).await;
        None
    }

    /// WhatsApp counts what channels bring as delivered, stored or not; it can be read again there.
    async fn store_posts(&self, client: &Client, batch: &MessageBatch) {
        let reader = Reader {
            client,
            store: &self.store,
            session: &self.session,
        };
        let mut posts = Vec::new();
        for item in batch.messages.iter().filter(|item| from_channel(item)) {
            posts.extend(translate::inbound(&reader, item).await);
        }
        if !posts.is_empty()
            && let Err(error) = self.inbox.messages(&self.session, posts).await
        {
            tracing::error!(session.id = %self.session, error = &error as &dyn std::error::Error, "messages of a channel were not stored");
        }
    }

    async fn flush(&self, receipts: &mut Vec<Receipt>) {
        if !receipts.is_empty() {
            self.inbox.receipts(&self.session, std::mem::take(receipts)).await;
        }
    }
}

fn from_channel(item: &InboundMessage) -> bool {
    item.info.source.chat.is_newsletter()
}

async fn translate_receipt(client: &Client, receipt: &WaReceipt) -> Option<Receipt> {
    let status = match receipt.r#type {
        ReceiptType::Delivered | ReceiptType::Inactive => Status::Delivered,
        ReceiptType::Read => Status::Read,
        ReceiptType::Played => Status::Played,
        _ => return None,
    };
    let source = &receipt.source;
    let chat = translate::chat_of(
        client,
        &source.chat,
        source.sender_alt.as_ref().filter(|_| !source.is_group),
    )
    .await?;
    let sender: Option<Jid> = translate::chat_of(client, &source.sender, source.sender_alt.as_ref())
        .await
        .map(|chat| chat.jid);
    Some(Receipt {
        chat,
        sender,
        ids: receipt
            .message_ids
            .iter()
            .filter_map(|id| id.parse().ok())
            .collect(),
        status,
        timestamp: Timestamp::from_millis(receipt.timestamp.timestamp_millis()),
    })
}
