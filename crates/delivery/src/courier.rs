//! One attempt.

use std::sync::Arc;
use std::time::{Duration, Instant};

use wagon_domain::webhook::{Attempt, Verdict};
use wagon_domain::{Clock, Event, Timestamp, Webhook};
use wagon_outbound::{Error, Outbound, Post, RetryAfter};

use crate::headers::headers;
use crate::render::Render;

/// How much of an answer is kept.
const EXCERPT: usize = 1024;

/// Signs an event and takes it to a webhook.
#[derive(Clone)]
pub struct Courier {
    outbound: Outbound,
    render: Arc<dyn Render>,
    clock: Arc<dyn Clock>,
    timeout: Duration,
}

/// What came of it.
pub(crate) struct Report {
    pub(crate) attempt: Attempt,
    pub(crate) verdict: Verdict,
    /// When the receiver wants to hear of it again.
    pub(crate) not_before: Option<Timestamp>,
}

impl Courier {
    pub fn new(
        outbound: Outbound,
        render: Arc<dyn Render>,
        clock: Arc<dyn Clock>,
        timeout: Duration,
    ) -> Self {
        Self {
            outbound,
            render,
            clock,
            timeout,
        }
    }

    pub fn outbound(&self) -> &Outbound {
        &self.outbound
    }

    /// One attempt that is not repeated, to see what happens.
    pub async fn try_out(&self, webhook: &Webhook, event: &Event) -> (Attempt, Verdict) {
        let report = self.deliver(webhook, event).await;
        (report.attempt, report.verdict)
    }

    pub(crate) async fn deliver(&self, webhook: &Webhook, event: &Event) -> Report {
        let at = self.clock.now();
        let begun = Instant::now();
        let body = self.render.body(event).into_bytes();
        let post = Post {
            headers: headers(webhook, event.id.as_str(), &body, at),
            body: body.into(),
            time: self.timeout,
            excerpt: EXCERPT,
        };
        let result = self.outbound.post(&webhook.url, post).await;
        let duration_ms = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
        let (code, text, verdict, retry_after) = match result {
            Ok(reply) => (
                Some(reply.status),
                reply.excerpt,
                Verdict::of(reply.status),
                reply.retry_after,
            ),
            Err(error) => (None, words(&error), Verdict::Retry, None),
        };
        Report {
            attempt: Attempt {
                at,
                duration_ms,
                code,
                text,
            },
            verdict,
            not_before: retry_after.map(|retry_after| match retry_after {
                RetryAfter::In(pause) => self.clock.now() + pause,
                RetryAfter::At(time) => time,
            }),
        }
    }
}

/// The error with what led to it, for the webhook's owner.
fn words(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
