//! Calls are declined as they ring, where a session's owner prefers it.

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use wagon_domain::SessionId;
use wagon_store::Store;

use crate::calls::Decliner;
use crate::error::{Error, Missing};

/// How many calls may wait. What comes beyond keeps ringing.
const QUEUE: usize = 1024;

/// A call that has come in.
pub(crate) struct Rang {
    pub(crate) session: SessionId,
    pub(crate) call: String,
}

/// The way from the intake, which must not wait for WhatsApp, to [`run`].
pub(crate) fn queue() -> (mpsc::Sender<Rang>, mpsc::Receiver<Rang>) {
    mpsc::channel(QUEUE)
}

/// Declines calls until `stop`.
pub(crate) async fn run(
    store: Store,
    decliner: Decliner,
    mut queue: mpsc::Receiver<Rang>,
    stop: CancellationToken,
) {
    while let Some(Some(Rang { session, call })) = stop.run_until_cancelled(queue.recv()).await {
        // A call that is over, or that keeps ringing: nobody is waiting for the answer.
        if let Err(error) = decline(&store, &decliner, &session, &call).await {
            tracing::warn!(session.id = %session, error = &error as &dyn std::error::Error, "a call was not declined");
        }
    }
}

async fn decline(store: &Store, decliner: &Decliner, session: &SessionId, call: &str) -> Result<(), Error> {
    if !store.session_preferences(session).await?.auto_reject_calls {
        return Ok(());
    }
    let session = store.session(session).await?;
    let session = session.ok_or(Error::NotFound(Missing::Session))?;
    decliner.decline(&session, call).await
}
