//! Batches as the dialect shows them.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::BatchItem;
use wagon_domain::batch::{Batch, FailureCause, ItemStatus};
use wagon_services::BatchReport;

use crate::error::DESTINATION;
use crate::time::iso;
use crate::{jid, message_id};

/// The answer to a batch that was accepted.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "BegunBatch")]
pub(crate) struct Begun {
    batch_id: String,
    status: &'static str,
    total_messages: usize,
    estimated_completion_time: String,
    status_url: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Batch")]
pub(crate) struct Report {
    batch_id: String,
    status: &'static str,
    progress: Progress,
    results: Vec<Recipient>,
    started_at: Option<String>,
    completed_at: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CancelledBatch")]
pub(crate) struct Cancelled {
    batch_id: String,
    status: &'static str,
    progress: Progress,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "BatchProgress")]
struct Progress {
    total: usize,
    sent: usize,
    failed: usize,
    pending: usize,
    cancelled: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "BatchRecipient")]
struct Recipient {
    chat_id: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "BatchProblem")]
struct Problem {
    code: &'static str,
    message: String,
}

impl Begun {
    /// `session` is the path value as it was given.
    pub(super) fn of(batch: &Batch, count: usize, session: &str) -> Self {
        let rests = u32::try_from(count).unwrap_or(u32::MAX);
        let end = batch.created_at + batch.pace.delay.saturating_mul(rests);
        let id = batch.id.as_str();
        Self {
            batch_id: id.to_owned(),
            status: batch.status.as_str(),
            total_messages: count,
            estimated_completion_time: iso(end),
            status_url: format!("/api/sessions/{session}/messages/batch/{id}"),
        }
    }
}

impl Report {
    pub(super) fn of(report: BatchReport) -> Self {
        let progress = Progress::of(&report.items);
        let batch = report.batch;
        Self {
            batch_id: batch.id.to_string(),
            status: batch.status.as_str(),
            progress,
            results: report.items.into_iter().map(Recipient::of).collect(),
            started_at: batch.started_at.map(iso),
            completed_at: batch.completed_at.map(iso),
        }
    }
}

impl Cancelled {
    pub(super) fn of(report: &BatchReport) -> Self {
        Self {
            batch_id: report.batch.id.to_string(),
            status: report.batch.status.as_str(),
            progress: Progress::of(&report.items),
        }
    }
}

impl Progress {
    fn of(items: &[BatchItem]) -> Self {
        let mut progress = Self {
            total: items.len(),
            ..Self::default()
        };
        for item in items {
            *match item.status {
                ItemStatus::Pending | ItemStatus::Sending => &mut progress.pending,
                ItemStatus::Sent => &mut progress.sent,
                ItemStatus::Failed => &mut progress.failed,
                ItemStatus::Cancelled => &mut progress.cancelled,
            } += 1;
        }
        progress
    }
}

impl Recipient {
    fn of(item: BatchItem) -> Self {
        let sent = item.status == ItemStatus::Sent;
        Self {
            chat_id: jid::to_text(&item.to),
            status: match item.status {
                // The dialect has no word for the one whose turn it is.
                ItemStatus::Sending => ItemStatus::Pending.as_str(),
                status => status.as_str(),
            },
            message_id: sent.then(|| message_id::of_sent(&item.to, &item.wa_id)),
            sent_at: item.sent_at.map(iso),
            error: item.error.map(|failure| match failure.cause {
                FailureCause::Send => Problem {
                    code: "SEND_FAILED",
                    message: failure.message,
                },
                FailureCause::Forbidden => Problem {
                    code: "SEND_BLOCKED",
                    message: DESTINATION.to_owned(),
                },
                FailureCause::Limited => Problem {
                    code: "SEND_PACING_LIMITED",
                    message: failure.message,
                },
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;
    use wagon_domain::Timestamp;
    use wagon_domain::batch::{BatchStatus, ItemFailure, Pace};

    use super::*;

    fn report() -> BatchReport {
        let item = |position, status| BatchItem {
            position,
            send: format!("out_{position}").parse().unwrap(),
            wa_id: format!("3EB0{position}").parse().unwrap(),
            to: "15550000001@s.whatsapp.net".parse().unwrap(),
            status,
            error: None,
            sent_at: None,
        };
        let mut sent = item(0, ItemStatus::Sent);
        sent.sent_at = Some(Timestamp::from_secs(1_719_312_000));
        let mut failed = item(1, ItemStatus::Failed);
        failed.error = Some(ItemFailure {
            cause: FailureCause::Forbidden,
            message: "the address 10.0.0.1 is reserved".to_owned(),
        });
        BatchReport {
            batch: Batch {
                session: "sess_1".parse().unwrap(),
                id: "batch_a1b2c3d4".parse().unwrap(),
                status: BatchStatus::Processing,
                pace: Pace {
                    delay: Duration::from_secs(3),
                    jitter: true,
                    stop_on_error: false,
                },
                next_at: None,
                created_at: Timestamp::from_secs(1_719_312_000),
                started_at: Some(Timestamp::from_secs(1_719_312_001)),
                completed_at: None,
            },
            items: vec![
                sent,
                failed,
                item(2, ItemStatus::Sending),
                item(3, ItemStatus::Pending),
            ],
        }
    }

    #[test]
    fn a_status_has_every_recipient() {
        let status = serde_json::to_value(Report::of(report())).unwrap();
        let chat = "15550000001@c.us";
        assert_eq!(
            status,
            json!({
                "batchId": "batch_a1b2c3d4",
                "status": "processing",
                "progress": { "total": 4, "sent": 1, "failed": 1, "pending": 2, "cancelled": 0 },
                "results": [
                    {
                        "chatId": chat, "status": "sent", "messageId": "true_15550000001@c.us_3EB00",
                        "sentAt": "2024-06-25T10:40:00.000Z",
                    },
                    {
                        "chatId": chat, "status": "failed",
                        "error": { "code": "SEND_BLOCKED", "message": "Destination address is not allowed" },
                    },
                    { "chatId": chat, "status": "pending" },
                    { "chatId": chat, "status": "pending" },
                ],
                "startedAt": "2024-06-25T10:40:01.000Z",
                "completedAt": null,
            })
        );
    }

    #[test]
    fn the_answer_repeats_the_path() {
        let accepted = Begun::of(&report().batch, 2, "my-session");
        let accepted = serde_json::to_value(accepted).unwrap();
        assert_eq!(
            (&accepted["statusUrl"], &accepted["estimatedCompletionTime"]),
            (
                &json!("/api/sessions/my-session/messages/batch/batch_a1b2c3d4"),
                &json!("2024-06-25T10:40:06.000Z")
            )
        );
    }
}
