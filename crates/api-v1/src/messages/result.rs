//! What became of a send.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Timestamp;
use wagon_domain::outbox::{OutboxStatus, SendFailure};
use wagon_services::{Error, Sent};

use crate::openapi::{Operation, Output, Schemas};

/// A send result. The message id goes by both names that clients of the dialect read.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SendResult")]
pub(crate) struct View {
    #[schemars(extend("enum" = ["sync", "async"]))]
    mode: &'static str,
    message_id: String,
    wa_message_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("const" = "sent"))]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<i64>,
    outbox_id: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replayed: bool,
    #[serde(skip)]
    http: StatusCode,
}

impl TryFrom<Sent> for View {
    type Error = Error;

    fn try_from(Sent { entry, replayed }: Sent) -> Result<Self, Error> {
        let (http, mode, status, timestamp) = match entry.status {
            OutboxStatus::Sent => (
                StatusCode::OK,
                "sync",
                Some("sent"),
                Some(entry.sent_at.unwrap_or(entry.updated_at)),
            ),
            // WhatsApp has not answered; the outcome follows as an event, like that of an async send.
            OutboxStatus::Queued | OutboxStatus::Sending => (StatusCode::ACCEPTED, "async", None, None),
            OutboxStatus::Failed => {
                return Err(Error::SendFailed {
                    failure: entry.error.unwrap_or(SendFailure::Unprepared),
                    retry_after: None,
                });
            }
        };
        let wa_id = String::from(entry.wa_id);
        Ok(Self {
            mode,
            message_id: wa_id.clone(),
            wa_message_id: wa_id,
            status,
            timestamp: timestamp.map(Timestamp::as_millis),
            outbox_id: entry.id.into(),
            replayed,
            http,
        })
    }
}

impl Output for View {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        let schema = schemas.answer::<Self>();
        operation.succeeds(StatusCode::OK, Some(schema.clone()));
        operation.succeeds(StatusCode::ACCEPTED, Some(schema));
    }
}

impl IntoResponse for View {
    fn into_response(self) -> Response {
        (self.http, Json(self)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wagon_domain::outbox::{OutboxEntry, Outgoing};

    use super::*;

    fn view(status: OutboxStatus, replayed: bool) -> Result<(u16, Value), Error> {
        let entry = OutboxEntry {
            id: "out_1".parse().unwrap(),
            org: "org_1".parse().unwrap(),
            session: "sess_1".parse().unwrap(),
            idempotency: None,
            wa_id: "3EB0A1".parse().unwrap(),
            to: "15550000001@s.whatsapp.net".parse().unwrap(),
            outgoing: Outgoing::text("hi"),
            status,
            error: Some(SendFailure::UnknownRecipient),
            created_at: Timestamp::from_millis(1),
            updated_at: Timestamp::from_millis(2),
            retry_at: None,
            dispatched_at: None,
            sent_at: Some(Timestamp::from_millis(3)),
        };
        let view = View::try_from(Sent { entry, replayed })?;
        Ok((view.http.as_u16(), serde_json::to_value(view).unwrap()))
    }

    #[test]
    fn the_result_follows_the_outbox() {
        let ids = |mut rest: Value| {
            rest["messageId"] = json!("3EB0A1");
            rest["waMessageId"] = json!("3EB0A1");
            rest["outboxId"] = json!("out_1");
            rest
        };
        let sent = json!({"mode": "sync", "status": "sent", "timestamp": 3});
        assert_eq!(view(OutboxStatus::Sent, false).unwrap(), (200, ids(sent)));
        let sent = json!({"mode": "sync", "status": "sent", "timestamp": 3, "replayed": true});
        assert_eq!(view(OutboxStatus::Sent, true).unwrap(), (200, ids(sent)));
        for open in [OutboxStatus::Queued, OutboxStatus::Sending] {
            assert_eq!(view(open, false).unwrap(), (202, ids(json!({"mode": "async"}))));
        }
        let failed = view(OutboxStatus::Failed, true).unwrap_err();
        assert!(matches!(
            failed,
            Error::SendFailed {
                failure: SendFailure::UnknownRecipient,
                ..
            }
        ));
    }
}
