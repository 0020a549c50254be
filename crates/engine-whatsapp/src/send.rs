//! One send: out with a chosen id, then the server's word.

use std::sync::Arc;
use std::time::Duration;

use wagon_engine::{Ack, Answer, SendError, Submission};
use whatsapp_rust::{Client, SendOptions};

use crate::acks::Acks;
use crate::translate;

/// WhatsApp answers within a second or not at all; past this the outcome counts as open.
const ACK_DEADLINE: Duration = Duration::from_secs(10);

pub(crate) async fn send(
    client: &Client,
    acks: &Arc<Acks>,
    submission: &Submission,
) -> Result<Answer, SendError> {
    if !client.is_connected() || !client.is_logged_in() {
        return Err(SendError::NotConnected);
    }
    let to = translate::to_wa(&submission.to)
        .ok_or_else(|| SendError::Engine("the address has no form on the wire".into()))?;
    let message = translate::message(&submission.outgoing, submission.quote.as_ref())
        .ok_or_else(|| SendError::Engine("messages of this type cannot be sent yet".into()))?;
    let id = submission.wa_id.clone();
    let options = SendOptions::default().with_message_id(id.as_str());

    let verdict = acks.expect(&id);
    if let Err(error) = client.send_message_with_options(to, message, options).await {
        drop(verdict);
        acks.forget(&id);
        return Err(refusal(client, error));
    }
    let acks = Arc::clone(acks);
    Ok(Box::pin(async move {
        let verdict = tokio::time::timeout(ACK_DEADLINE, verdict).await;
        acks.forget(&id);
        match verdict {
            Ok(Ok(Ok(timestamp))) => Ok(Ack {
                timestamp,
                wire: None,
                parts: Vec::new(),
            }),
            Ok(Ok(Err(failure))) => Err(failure.into()),
            Ok(Err(_)) | Err(_) => Err(SendError::Unanswered),
        }
    }))
}

/// Tells a message that never left from one whose fate is open.
fn refusal(client: &Client, error: whatsapp_rust::SendError) -> SendError {
    use whatsapp_rust::SendError as Wa;
    match error {
        Wa::NotLoggedIn => SendError::NotConnected,
        // The stanza may have been written in part before the socket broke.
        _ if !client.is_connected() => SendError::Unanswered,
        other => SendError::Engine(Box::new(other)),
    }
}
