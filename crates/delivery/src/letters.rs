use async_trait::async_trait;
use http::HeaderMap;
use wagon_domain::{Event, Jid, Message, SessionId, WaMessageId, Webhook};

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
    /// The account's own address, once the session is linked.
    pub account: Option<&'a Jid>,
    /// The file that is to go along, if it could be had.
    pub file: Option<&'a [u8]>,
}

/// The files of messages.
#[async_trait]
pub trait Files: Send + Sync + 'static {
    /// The bytes of a message's file; none when they cannot be had.
    async fn read(&self, session: &SessionId, chat: &Jid, id: &WaMessageId) -> Option<Vec<u8>>;
}

/// A dialect that has other events than the log, so that one of the log may be several of its own, or none.
pub trait Letters: Send + Sync + 'static {
    /// The stored message that has to be known to tell of the event.
    fn about<'a>(&self, event: &'a Event) -> Option<(&'a Jid, &'a WaMessageId)>;

    /// The message whose file is to go along.
    fn with_file<'a>(&self, webhook: &Webhook, event: &'a Event) -> Option<(&'a Jid, &'a WaMessageId)>;

    /// The requests that tell the webhook of the event, in their order.
    fn letters(&self, webhook: &Webhook, event: &Event, occasion: Occasion<'_>) -> Vec<Letter>;
}
