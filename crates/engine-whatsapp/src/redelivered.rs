//! Messages that WhatsApp delivers again although their keys are used up.
//!
//! The library stores that a key is used up together with the next send, so possibly before the
//! message that it decrypted: a crash in between leaves nothing of that message. Its sender still
//! has it, and is asked to encrypt it anew.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use wacore_binary::{Node, NodeRef};
use whatsapp_rust::{Client, RetryRequestOptions};

/// What came again and is not settled, of one session.
#[derive(Default)]
pub(crate) struct Redelivered {
    client: OnceLock<Weak<Client>>,
    /// The head of each stanza, by the message's id.
    stanzas: Mutex<HashMap<Box<str>, Node>>,
}

impl Redelivered {
    /// Names the client that asks. A session has one in its life.
    pub(crate) fn attach(&self, client: &Arc<Client>) {
        let _ = self.client.set(Arc::downgrade(client));
    }

    /// To be called with each stanza, before the client deals with it.
    pub(crate) fn look_at(&self, stanza: &NodeRef<'_>) {
        if stanza.tag == "message"
            && stanza.get_attr("offline").is_some()
            && let Some(id) = stanza.get_attr("id")
        {
            let id = id.as_str().into_owned();
            self.stanzas().insert(id.into(), head(stanza));
        }
    }

    /// These are kept, or were dealt with before.
    pub(crate) fn settled<'a>(&self, ids: impl IntoIterator<Item = &'a str>) {
        let mut stanzas = self.stanzas();
        if !stanzas.is_empty() {
            for id in ids {
                stanzas.remove(id);
            }
        }
    }

    /// The connection is gone; what was not settled comes again on the next one.
    pub(crate) fn forget(&self) {
        *self.stanzas() = HashMap::new();
    }

    /// Nothing is known of this message. Until its sender was asked, WhatsApp keeps it.
    pub(crate) fn ask_again(&self, id: &str) {
        let stanza = self.stanzas().remove(id);
        let client = self.client.get().and_then(Weak::upgrade);
        if let (Some(stanza), Some(client)) = (stanza, client) {
            metrics::counter!("wagon_engine_messages_asked_again_total").increment(1);
            tokio::spawn(async move {
                if let Err(error) = request(&client, &stanza.as_node_ref()).await {
                    tracing::warn!(error = &*error, "a message was not asked for again");
                }
            });
        }
    }

    fn stanzas(&self) -> MutexGuard<'_, HashMap<Box<str>, Node>> {
        self.stanzas.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The stanza without its content, which cannot be read any more.
fn head(stanza: &NodeRef<'_>) -> Node {
    let attributes = stanza.attrs.iter();
    let attributes = attributes.map(|(name, value)| (Cow::Owned(name.to_string()), value.to_node_value()));
    Node::new("message", attributes.collect(), None)
}

async fn request(
    client: &Arc<Client>,
    stanza: &NodeRef<'_>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    client
        .request_message_retry(stanza, RetryRequestOptions::new())
        .await?;
    client.acknowledge_stanza(stanza).await?;
    Ok(())
}
