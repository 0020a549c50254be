//! One send: out with a chosen id, then the server's word.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use wagon_domain::Timestamp;
use wagon_engine::{Ack, Answer, SendError, Submission};
use whatsapp_rust::{Client, ErrorChainExt as _, SendOptions};

use crate::acks::Acks;
use crate::backend::DeviceBackend;
use crate::compose::{Part, compose};
use crate::recipients::Recipients;
use crate::translate;

/// WhatsApp answers within a second or not at all; past this the outcome counts as open.
const ACK_DEADLINE: Duration = Duration::from_secs(10);

pub(crate) async fn send(
    client: &Client,
    backend: &DeviceBackend,
    acks: &Arc<Acks>,
    submission: &Submission,
    now: Timestamp,
) -> Result<Answer, SendError> {
    if !client.is_connected() || !client.is_logged_in() {
        return Err(SendError::NotConnected);
    }
    let to = translate::to_wa(&submission.to)
        .ok_or_else(|| SendError::Engine("the address has no form on the wire".into()))?;
    let recipients = Recipients::know(client, backend, &to).await?;
    let mut written = Vec::new();
    for part in compose(client, submission, now).await? {
        let wire = part.wire(submission);
        let verdict = write(client, acks, &to, part).await?;
        written.push((verdict, wire));
    }
    if !recipients.stayed() {
        return Err(SendError::Unanswered);
    }
    Ok(Box::pin(async move {
        let mut acknowledged: Option<Ack> = None;
        for (verdict, wire) in written {
            let timestamp = verdict.await?;
            match &mut acknowledged {
                None => {
                    acknowledged = Some(Ack {
                        timestamp,
                        wire,
                        parts: Vec::new(),
                    });
                }
                Some(ack) => ack.parts.extend(wire),
            }
        }
        acknowledged.ok_or(SendError::Unanswered)
    }))
}

/// Writes one stanza. The future waits for the server's word on it.
async fn write(
    client: &Client,
    acks: &Arc<Acks>,
    to: &wacore_binary::Jid,
    part: Part,
) -> Result<impl Future<Output = Result<Timestamp, SendError>> + Send + use<>, SendError> {
    let id = part.id;
    let options = SendOptions::default().with_message_id(id.as_str());
    let verdict = acks.expect(&id);
    if let Err(error) = client
        .send_message_with_options(to.clone(), part.message, options)
        .await
    {
        drop(verdict);
        acks.forget(&id);
        return Err(refusal(client, error));
    }
    let acks = Arc::clone(acks);
    // The deadline runs from here on, also for parts that are waited for later.
    let verdict = tokio::time::timeout(ACK_DEADLINE, verdict);
    Ok(async move {
        let verdict = verdict.await;
        acks.forget(&id);
        match verdict {
            Ok(Ok(Ok(timestamp))) => Ok(timestamp),
            Ok(Ok(Err(failure))) => Err(failure.into()),
            Ok(Err(_)) | Err(_) => Err(SendError::Unanswered),
        }
    })
}

/// Tells a message that never left from one whose fate is open.
pub(crate) fn refusal(client: &Client, error: whatsapp_rust::SendError) -> SendError {
    match error {
        whatsapp_rust::SendError::NotLoggedIn => SendError::NotConnected,
        // The stanza may have been written in part before the socket broke.
        other => undone(client, other),
    }
}

/// Tells what will do later from what will not do: a broken connection, of which the next may be up
/// by now, or a WhatsApp that has trouble of its own.
pub(crate) fn undone(client: &Client, error: impl Error + Send + Sync + 'static) -> SendError {
    let troubled = error
        .server_rejection()
        .is_some_and(|rejection| rejection.code >= 500);
    if troubled || error.is_transport_unavailable() || error.is_timeout() || !client.is_connected() {
        SendError::Unanswered
    } else {
        SendError::Engine(Box::new(error))
    }
}
