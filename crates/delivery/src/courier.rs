//! One attempt.

use std::sync::Arc;
use std::time::{Duration, Instant};

use wagon_domain::webhook::{Attempt, Verdict};
use wagon_domain::{Clock, Event, Jid, Message, Session, SessionId, Timestamp, WaMessageId, Webhook};
use wagon_outbound::{Error, Outbound, Post, RetryAfter};
use wagon_store::Store;

use crate::headers::headers;
use crate::letters::{Files, Letter, Letters, Occasion};
use crate::render::Render;

/// How much of an answer is kept.
const EXCERPT: usize = 1024;
/// How long the bytes of a file are waited for.
const FILE_PATIENCE: Duration = Duration::from_secs(20);

/// Signs an event and takes it to a webhook.
#[derive(Clone)]
pub struct Courier {
    outbound: Outbound,
    words: Words,
    files: Arc<dyn Files>,
    store: Store,
    clock: Arc<dyn Clock>,
    timeout: Duration,
}

/// How each dialect tells of events.
#[derive(Clone)]
pub struct Words {
    pub native: Arc<dyn Render>,
    pub openwa: Arc<dyn Letters>,
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
        words: Words,
        files: Arc<dyn Files>,
        store: Store,
        clock: Arc<dyn Clock>,
        timeout: Duration,
    ) -> Self {
        Self {
            outbound,
            words,
            files,
            store,
            clock,
            timeout,
        }
    }

    pub fn outbound(&self) -> &Outbound {
        &self.outbound
    }

    /// One attempt that is not repeated, to see what happens.
    pub async fn try_out(&self, webhook: &Webhook, event: &Event) -> (Attempt, Verdict) {
        let report = self.deliver(webhook, event, event.id.as_str(), 0).await;
        (report.attempt, report.verdict)
    }

    /// The attempt after `attempts` others.
    pub(crate) async fn deliver(
        &self,
        webhook: &Webhook,
        event: &Event,
        delivery: &str,
        attempts: u32,
    ) -> Report {
        if webhook.openwa.is_some() {
            return self.deliver_letters(webhook, event, delivery, attempts).await;
        }
        let body = self.words.native.body(event);
        let headers = headers(webhook, event.id.as_str(), body.as_bytes(), self.clock.now());
        self.post(webhook, Letter { headers, body }, Verdict::of).await
    }

    /// All of them, one after the other; the first that is not taken ends the attempt, and the next one
    /// begins anew. Receivers know them again by their keys.
    async fn deliver_letters(
        &self,
        webhook: &Webhook,
        event: &Event,
        delivery: &str,
        attempts: u32,
    ) -> Report {
        let (message, session) = match self.look_up(event).await {
            Ok(found) => found,
            Err(error) => return self.failed(&error),
        };
        let file = match self.words.openwa.with_file(webhook, event) {
            Some((chat, id)) => self.file(&event.session, chat, id).await,
            None => None,
        };
        let occasion = Occasion {
            delivery,
            attempts,
            message: message.as_ref(),
            account: session.as_ref().and_then(|session| session.jid.as_ref()),
            file: file.as_deref(),
        };
        let mut report = self.nothing_to_tell();
        for letter in self.words.openwa.letters(webhook, event, occasion) {
            report = self.post(webhook, letter, taken_or_repeated).await;
            if report.verdict != Verdict::Delivered {
                break;
            }
        }
        report
    }

    /// What the event is about, and whose it is.
    async fn look_up(&self, event: &Event) -> Result<(Option<Message>, Option<Session>), wagon_store::Error> {
        let message = match self.words.openwa.about(event) {
            Some((chat, id)) => self.store.message(&event.session, Some(chat), id).await?,
            None => None,
        };
        Ok((message, self.store.session(&event.session).await?))
    }

    /// The receiver learns that there is a file even if WhatsApp does not give it in time.
    async fn file(&self, session: &SessionId, chat: &Jid, id: &WaMessageId) -> Option<Vec<u8>> {
        let reading = self.files.read(session, chat, id);
        tokio::time::timeout(FILE_PATIENCE, reading).await.ok().flatten()
    }

    async fn post(&self, webhook: &Webhook, letter: Letter, judge: fn(u16) -> Verdict) -> Report {
        let at = self.clock.now();
        let begun = Instant::now();
        let post = Post {
            headers: letter.headers,
            body: letter.body.into_bytes().into(),
            time: self.timeout,
            excerpt: EXCERPT,
        };
        let result = self.outbound.post(&webhook.url, post).await;
        let duration_ms = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
        let (code, text, verdict, retry_after) = match result {
            Ok(reply) => (
                Some(reply.status),
                reply.excerpt,
                judge(reply.status),
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

    /// The event is none that the webhook asked for.
    fn nothing_to_tell(&self) -> Report {
        Report {
            attempt: Attempt {
                at: self.clock.now(),
                duration_ms: 0,
                code: None,
                text: String::new(),
            },
            verdict: Verdict::Delivered,
            not_before: None,
        }
    }

    fn failed(&self, error: &wagon_store::Error) -> Report {
        tracing::error!(
            error = error as &dyn std::error::Error,
            "the message of an event was not found"
        );
        Report {
            verdict: Verdict::Retry,
            ..self.nothing_to_tell()
        }
    }
}

/// Nothing but success counts, and nothing is final.
const fn taken_or_repeated(status: u16) -> Verdict {
    match Verdict::of(status) {
        Verdict::Delivered => Verdict::Delivered,
        Verdict::Retry | Verdict::Rejected | Verdict::Gone => Verdict::Retry,
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
