//! A send as clients see it.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Timestamp;
use wagon_domain::outbox::TrackedSend;

use crate::messages::Failure;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Send")]
pub(crate) struct View {
    id: String,
    outbox_id: String,
    session_id: String,
    organization_id: String,
    message_id: String,
    wa_message_id: String,
    to: String,
    #[serde(rename = "type")]
    kind: String,
    #[schemars(schema_with = "crate::openapi::words::send_status")]
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotency_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
    /// WhatsApp's time of the acknowledgement.
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl From<TrackedSend> for View {
    fn from(send: TrackedSend) -> Self {
        let status = send.state();
        let entry = send.entry;
        let id = String::from(entry.id);
        let wa_id = String::from(entry.wa_id);
        Self {
            id: id.clone(),
            outbox_id: id,
            session_id: entry.session.into(),
            organization_id: entry.org.into(),
            message_id: wa_id.clone(),
            wa_message_id: wa_id,
            to: entry.to.into(),
            kind: entry.outgoing.content().kind().to_owned(),
            status,
            idempotency_key: entry.idempotency.map(|idempotency| idempotency.key),
            error: entry.error.map(|error| Failure::new(&error, entry.retry_at)),
            timestamp: entry.sent_at.map(Timestamp::as_millis),
            created_at: entry.created_at.as_millis(),
            updated_at: entry.updated_at.as_millis(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wagon_domain::MessageStatus;
    use wagon_domain::outbox::{OutboxEntry, OutboxStatus, Outgoing, SendFailure};

    use super::*;

    fn entry() -> OutboxEntry {
        OutboxEntry {
            id: "out_1".parse().unwrap(),
            org: "org_1".parse().unwrap(),
            session: "sess_1".parse().unwrap(),
            idempotency: None,
            wa_id: "3EB0A1".parse().unwrap(),
            to: "15550000001@s.whatsapp.net".parse().unwrap(),
            outgoing: Outgoing::text("hi"),
            status: OutboxStatus::Sent,
            error: None,
            retry_at: None,
            dispatched_at: Some(Timestamp::from_millis(1)),
            created_at: Timestamp::from_millis(1),
            updated_at: Timestamp::from_millis(2),
            sent_at: Some(Timestamp::from_millis(3)),
        }
    }

    #[test]
    fn a_send_goes_as_far_as_its_message() {
        let send = TrackedSend {
            entry: entry(),
            message: Some(MessageStatus::Read),
        };
        assert_eq!(
            serde_json::to_value(View::from(send)).unwrap(),
            json!({
                "id": "out_1", "outboxId": "out_1", "sessionId": "sess_1", "organizationId": "org_1",
                "messageId": "3EB0A1", "waMessageId": "3EB0A1", "to": "15550000001@s.whatsapp.net",
                "type": "text", "status": "read", "timestamp": 3, "createdAt": 1, "updatedAt": 2,
            })
        );
    }

    #[test]
    fn a_failure_says_why_and_when_to_try_again() {
        let send = TrackedSend {
            entry: OutboxEntry {
                status: OutboxStatus::Failed,
                error: Some(SendFailure::NewChatCap),
                retry_at: Some(Timestamp::from_millis(9)),
                sent_at: None,
                ..entry()
            },
            message: Some(MessageStatus::Failed),
        };
        let view = serde_json::to_value(View::from(send)).unwrap();
        assert_eq!(view["status"], "failed");
        assert_eq!(view["error"]["code"], "new_chat_cap");
        assert_eq!(view["error"]["retryAt"], 9);
    }
}
