//! Read receipts for what arrives, where a session is set to it.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use wagon_domain::{Jid, SessionId, WaMessageId};
use wagon_engine::Engine;
use wagon_store::Store;

/// How many messages may wait for their receipts. What comes beyond stays unread.
const QUEUE: usize = 8192;

/// A stored message that is to be marked as read.
pub(crate) struct Arrived {
    pub(crate) session: SessionId,
    pub(crate) chat: Jid,
    /// The author, in a group.
    pub(crate) sender: Option<Jid>,
    pub(crate) wa_id: WaMessageId,
}

/// The way from the intake, which must not wait for WhatsApp, to [`run`].
pub(crate) fn queue() -> (mpsc::Sender<Arrived>, mpsc::Receiver<Arrived>) {
    mpsc::channel(QUEUE)
}

/// Sends the receipts until `stop`.
pub(crate) async fn run(
    store: Store,
    engine: Arc<dyn Engine>,
    mut queue: mpsc::Receiver<Arrived>,
    stop: CancellationToken,
) {
    while let Some(Some(arrived)) = stop.run_until_cancelled(queue.recv()).await {
        read(&store, &*engine, arrived).await;
    }
}

/// A failure leaves the message unread, which is what it is.
async fn read(store: &Store, engine: &dyn Engine, arrived: Arrived) {
    let Arrived {
        session,
        chat,
        sender,
        wa_id,
    } = arrived;
    if let Err(error) = engine
        .read_messages(&session, &chat, sender.as_ref(), &[wa_id])
        .await
    {
        tracing::warn!(session.id = %session, error = &error as &dyn std::error::Error, "a message was not marked as read");
        return;
    }
    let id = session.clone();
    let noted = store
        .write_behind(move |tx| Box::pin(async move { tx.mark_chat_read(&id, &chat).await.map(drop) }))
        .await;
    if let Err(error) = noted {
        tracing::warn!(session.id = %session, error = &error as &dyn std::error::Error, "a read chat still counts as unread");
    }
}
