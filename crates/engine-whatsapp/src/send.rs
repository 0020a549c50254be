//! One send: out with a chosen id, then wait for the server's word.

use std::time::Duration;

use wagon_engine::{Ack, SendError, Submission};
use whatsapp_rust::{Client, SendOptions};

use crate::acks::Acks;
use crate::translate;

/// WhatsApp answers within a second or not at all; past this the outcome counts as open.
const ACK_DEADLINE: Duration = Duration::from_secs(10);

pub(crate) async fn send(client: &Client, acks: &Acks, submission: &Submission) -> Result<Ack, SendError> {
    if !client.is_connected() || !client.is_logged_in() {
        return Err(SendError::NotConnected);
    }
    let to = translate::to_wa(&submission.to)
        .ok_or_else(|| SendError::Engine("the address has no form on the wire".into()))?;
    let message = translate::message(&submission.outgoing, submission.quote.as_ref())
        .ok_or_else(|| SendError::Engine("messages of this type cannot be sent yet".into()))?;
    let options = SendOptions::default().with_message_id(submission.wa_id.as_str());

    let answer = acks.expect(&submission.wa_id);
    let sent = client.send_message_with_options(to, message, options).await;
    let outcome = match sent {
        Ok(_) => match tokio::time::timeout(ACK_DEADLINE, answer).await {
            Ok(Ok(Ok(timestamp))) => Ok(Ack {
                timestamp,
                wire: None,
                parts: Vec::new(),
            }),
            Ok(Ok(Err(failure))) => Err(failure.into()),
            Ok(Err(_)) | Err(_) => Err(SendError::Unanswered),
        },
        Err(error) => Err(refusal(client, error)),
    };
    acks.forget(&submission.wa_id);
    outcome
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
