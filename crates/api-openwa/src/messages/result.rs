//! What became of a send.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Message;
use wagon_domain::outbox::{OutboxStatus, SendFailure};
use wagon_services::{Error, Sent};

use crate::message_id;
use crate::openapi::{Operation, Output, Schemas};

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The answer of every route that sends one message.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SentMessage")]
pub(crate) struct View {
    message_id: String,
    /// Epoch seconds.
    timestamp: i64,
    #[serde(skip)]
    replayed: bool,
}

impl View {
    /// The same for a message that was there before.
    pub(super) fn of_message(message: &Message) -> Self {
        Self {
            message_id: message_id::of(message),
            timestamp: message.timestamp.as_secs(),
            replayed: false,
        }
    }
}

impl TryFrom<Sent> for View {
    type Error = Error;

    fn try_from(Sent { entry, replayed }: Sent) -> Result<Self, Error> {
        let time = match entry.status {
            // Accepted for good, though WhatsApp has not answered yet.
            OutboxStatus::Queued | OutboxStatus::Sending => entry.created_at,
            OutboxStatus::Sent => entry.sent_at.unwrap_or(entry.updated_at),
            OutboxStatus::Failed => {
                return Err(Error::SendFailed {
                    failure: entry.error.unwrap_or(SendFailure::Unprepared),
                    retry_after: None,
                });
            }
        };
        let message_id = message_id::of_sent(&entry.to, &entry.wa_id);
        Ok(Self {
            message_id,
            timestamp: time.as_secs(),
            replayed,
        })
    }
}

impl IntoResponse for View {
    fn into_response(self) -> Response {
        let replayed = self.replayed;
        let mut response = (StatusCode::CREATED, Json(self)).into_response();
        if replayed {
            response
                .headers_mut()
                .insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

impl Output for View {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        operation.header(
            "Idempotency-Key",
            "Repeats of a request with the same key send once.",
        );
        operation.succeeds(StatusCode::CREATED, Some(schemas.answer::<Self>()));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wagon_domain::Timestamp;
    use wagon_domain::outbox::{OutboxEntry, Outgoing};

    use super::*;

    fn entry(status: OutboxStatus) -> OutboxEntry {
        OutboxEntry {
            id: "out_1".parse().unwrap(),
            org: "org_1".parse().unwrap(),
            session: "sess_1".parse().unwrap(),
            idempotency: None,
            wa_id: "3EB0ABCD".parse().unwrap(),
            to: "15550000001@s.whatsapp.net".parse().unwrap(),
            outgoing: Outgoing::text("hi"),
            status,
            error: None,
            retry_at: None,
            dispatched_at: None,
            created_at: Timestamp::from_millis(1_719_311_999_000),
            updated_at: Timestamp::from_millis(1_719_312_000_500),
            sent_at: Some(Timestamp::from_millis(1_719_312_000_400)),
        }
    }

    #[test]
    fn the_answer_is_the_qualified_id_and_seconds() {
        for (status, timestamp) in [
            (OutboxStatus::Sent, 1_719_312_000),
            (OutboxStatus::Sending, 1_719_311_999),
        ] {
            let view = View::try_from(Sent {
                entry: entry(status),
                replayed: false,
            })
            .unwrap();
            assert_eq!(
                serde_json::to_value(&view).unwrap(),
                json!({"messageId": "true_15550000001@c.us_3EB0ABCD", "timestamp": timestamp})
            );
            let response = view.into_response();
            assert_eq!(response.status(), StatusCode::CREATED);
            assert!(!response.headers().contains_key(REPLAYED));
        }
        let failed = View::try_from(Sent {
            entry: entry(OutboxStatus::Failed),
            replayed: true,
        });
        assert!(matches!(failed, Err(Error::SendFailed { .. })));
    }

    #[test]
    fn a_replay_says_so() {
        let view = View::try_from(Sent {
            entry: entry(OutboxStatus::Sent),
            replayed: true,
        })
        .unwrap();
        assert_eq!(view.into_response().headers()[REPLAYED], "true");
    }
}
