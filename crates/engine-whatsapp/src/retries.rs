//! Requests to send a message again. The client confirms one before it has answered it, so until
//! WhatsApp has the answer the request is kept here: neither a connection that breaks nor the end
//! of the process loses it, nor does WhatsApp by not taking the answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use wacore::protocol::retry::MAX_RETRY_COUNT;
use wacore_binary::{Jid, NodeRef};
use waproto::codec;
use whatsapp_rust::{Client, MessageRetransmission};

use crate::backend::DeviceBackend;

/// How long WhatsApp may take to confirm an answer.
const ACK_DEADLINE: Duration = Duration::from_secs(10);
/// How often one connection repeats an answer.
const ANSWERS: usize = 10;

/// The open requests of one session.
pub(crate) struct Retries {
    backend: DeviceBackend,
    /// How many answers WhatsApp has yet to confirm, by the message's id. A confirmation does not name
    /// the device that asked, so with several of them none is forgotten before all are answered.
    asked: Mutex<HashMap<Box<str>, usize>>,
}

/// A device could not read a message and asks for it again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RetryRequest {
    pub(crate) message: String,
    pub(crate) requester: Jid,
    chat: Jid,
    /// The chat of a message that the account sent, when one of its own devices asks.
    recipient: Option<Jid>,
    count: u8,
}

impl Retries {
    pub(crate) fn new(backend: DeviceBackend) -> Self {
        Self {
            backend,
            asked: Mutex::default(),
        }
    }

    /// To be called with each stanza, before the client deals with it. Tells which message is asked
    /// for, to be [`watch`](Self::watch)ed.
    pub(crate) fn look_at(&self, stanza: &NodeRef<'_>) -> Option<String> {
        let request = RetryRequest::read(stanza)?;
        // The client confirms the request when this returns, hence the wait. Requests are rare, and
        // each comes in a task of its own.
        let kept =
            tokio::task::block_in_place(|| Handle::current().block_on(self.backend.keep_retry(&request)));
        if let Err(error) = kept {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a retry request was not kept"
            );
        }
        let mut asked = self.asked();
        let answers = asked.entry(request.message.as_str().into()).or_default();
        *answers += 1;
        (*answers == 1).then_some(request.message)
    }

    /// Answers again while a living connection does not get to hear that WhatsApp took the answer.
    pub(crate) async fn watch(self: Arc<Self>, client: Weak<Client>, message: String) {
        for _ in 0..ANSWERS {
            tokio::time::sleep(ACK_DEADLINE).await;
            let Some(client) = client.upgrade() else { return };
            if !self.is_asked(&message) {
                return;
            }
            if client.is_connected() {
                let mut open = self.open().await;
                open.retain(|request| request.message == message);
                self.answer_all(&client, open).await;
            }
        }
    }

    /// WhatsApp took a message that no send waits for.
    pub(crate) async fn answered(&self, message: &str) {
        let last = {
            let mut asked = self.asked();
            let Some(answers) = asked.get_mut(message) else {
                return;
            };
            *answers = answers.saturating_sub(1);
            *answers == 0 && asked.remove(message).is_some()
        };
        if last {
            self.forget(message).await;
        }
    }

    async fn forget(&self, message: &str) {
        if let Err(error) = self.backend.forget_retries(message).await {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "a retry request was not forgotten"
            );
        }
    }

    pub(crate) fn is_asked(&self, message: &str) -> bool {
        self.asked().contains_key(message)
    }

    /// Answers what an earlier connection left open.
    pub(crate) async fn resume(self: Arc<Self>, client: Arc<Client>) {
        let open = self.open().await;
        self.answer_all(&client, open).await;
    }

    async fn open(&self) -> Vec<RetryRequest> {
        self.backend.retries().await.unwrap_or_else(|error| {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "retry requests were not read"
            );
            Vec::new()
        })
    }

    async fn answer_all(&self, client: &Client, open: Vec<RetryRequest>) {
        self.expect(&open);
        for request in open {
            let message = request.message.clone();
            match self.answer(client, request).await {
                Ok(true) => {}
                Ok(false) => {
                    self.asked().remove(&*message);
                    self.forget(&message).await;
                }
                Err(error) => {
                    tracing::warn!(error = &*error, "a message was not sent again");
                }
            }
        }
    }

    /// Counts anew what WhatsApp has to confirm of these messages.
    fn expect(&self, open: &[RetryRequest]) {
        let mut asked = self.asked();
        for request in open {
            asked.remove(request.message.as_str());
        }
        for request in open {
            *asked.entry(request.message.as_str().into()).or_default() += 1;
        }
    }

    /// Says whether there is an answer.
    async fn answer(
        &self,
        client: &Client,
        request: RetryRequest,
    ) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
        let Some(copy) = self.backend.sent_message(&request.message).await? else {
            return Ok(false);
        };
        let message = codec::message_decode(&copy)?;
        let mut again = MessageRetransmission::new(
            request.chat,
            request.requester,
            message,
            request.message,
            request.count,
        );
        if let Some(recipient) = request.recipient {
            again = again.with_recipient(recipient);
        }
        client.retransmit_message(again).await?;
        Ok(true)
    }

    fn asked(&self) -> MutexGuard<'_, HashMap<Box<str>, usize>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RetryRequest {
    /// What the client would answer, too; `None` for everything else.
    fn read(stanza: &NodeRef<'_>) -> Option<Self> {
        if stanza.tag != "receipt" || stanza.get_attr("type")?.as_str() != "retry" {
            return None;
        }
        let retry = stanza.get_optional_child("retry")?;
        let message = retry.get_attr("id")?.as_str().into_owned();
        let count = retry
            .get_attr("count")
            .and_then(|count| count.as_str().parse().ok())
            .unwrap_or(1);
        if !(1..MAX_RETRY_COUNT).contains(&count) {
            return None;
        }
        let mut attrs = stanza.attrs();
        let from = attrs.optional_jid("from")?;
        let recipient = attrs.optional_jid("recipient");
        let (chat, requester) = match attrs.optional_jid("participant") {
            Some(participant) => (from, participant),
            None => (recipient.as_ref().unwrap_or(&from).to_non_ad(), from),
        };
        Some(Self {
            message,
            requester,
            chat,
            recipient,
            count,
        })
    }
}

#[cfg(test)]
mod tests {
    use wacore_binary::builder::NodeBuilder;
    use wacore_binary::{Node, OwnedNodeRef};

    use super::*;

    fn receipt(attrs: &[(&'static str, &str)], count: &str) -> Node {
        let retry = NodeBuilder::new("retry")
            .attr("id", "3EB0A1")
            .attr("count", count)
            .build();
        attrs
            .iter()
            .fold(NodeBuilder::new("receipt"), |node, (name, value)| {
                node.attr(name, *value)
            })
            .children([retry])
            .build()
    }

    fn read(node: &Node) -> Option<RetryRequest> {
        let bytes = wacore_binary::marshal::marshal(node).unwrap();
        let owned = OwnedNodeRef::new(bytes[1..].to_vec()).unwrap();
        RetryRequest::read(owned.get())
    }

    #[test]
    fn a_request_names_the_chat_and_the_device_that_asks() {
        let direct = [("type", "retry"), ("from", "15550000002:3@s.whatsapp.net")];
        let request = read(&receipt(&direct, "2")).unwrap();
        assert_eq!(request.message, "3EB0A1");
        assert_eq!(request.chat.to_string(), "15550000002@s.whatsapp.net");
        assert_eq!(request.requester.to_string(), "15550000002:3@s.whatsapp.net");
        assert_eq!((request.recipient, request.count), (None, 2));

        let group = [
            ("type", "retry"),
            ("from", "120363000000000001@g.us"),
            ("participant", "15550000002@s.whatsapp.net"),
        ];
        let request = read(&receipt(&group, "1")).unwrap();
        assert_eq!(request.chat.to_string(), "120363000000000001@g.us");
        assert_eq!(request.requester.to_string(), "15550000002@s.whatsapp.net");

        let own = [
            ("type", "retry"),
            ("from", "15550000001@s.whatsapp.net"),
            ("recipient", "15550000002@s.whatsapp.net"),
        ];
        let request = read(&receipt(&own, "1")).unwrap();
        assert_eq!(request.chat.to_string(), "15550000002@s.whatsapp.net");
        assert_eq!(request.requester.to_string(), "15550000001@s.whatsapp.net");
    }

    #[test]
    fn other_receipts_and_the_last_refusal_are_not_kept() {
        let from = ("from", "15550000002@s.whatsapp.net");
        assert!(read(&receipt(&[("type", "read"), from], "1")).is_none());
        assert!(read(&receipt(&[from], "1")).is_none());
        assert!(read(&receipt(&[("type", "retry"), from], "5")).is_none());
        assert!(read(&receipt(&[("type", "retry")], "1")).is_none());
    }
}
