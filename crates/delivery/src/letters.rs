use http::HeaderMap;
use wagon_domain::{Event, Jid, Message, WaMessageId, Webhook};

/// One request to a webhook.
#[derive(Debug, Clone)]
pub struct Letter {
    pub headers: HeaderMap,
    pub body: String,
}

/// What a letter is told beside the event.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// The delivery's id, the same for every attempt.
    pub delivery: &'a str,
    /// Attempts before this one.
    pub attempts: u32,
    /// The message that the event is about, if it had to be looked up.
    pub message: Option<&'a Message>,
}

/// A dialect that has other events than the log, so that one of the log may be several of its own, or none.
pub trait Letters: Send + Sync + 'static {
    /// The stored message that has to be known to tell of the event.
    fn about<'a>(&self, event: &'a Event) -> Option<(&'a Jid, &'a WaMessageId)>;

    /// The requests that tell the webhook of the event, in their order.
    fn letters(&self, webhook: &Webhook, event: &Event, occasion: Occasion<'_>) -> Vec<Letter>;
}
