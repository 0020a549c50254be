//! Channels, by the library's newsletter requests.

use async_trait::async_trait;
use wagon_domain::message::{Chat, Inbound, Party};
use wagon_domain::{Jid, SessionId, Timestamp};
use wagon_engine::{CallError, Channels};
use whatsapp_rust::NewsletterMessage;

use crate::call::{failed, wire_address};
use crate::engine::WhatsAppEngine;
use crate::translate;

#[async_trait]
impl Channels for WhatsAppEngine {
    async fn create_channel(
        &self,
        session: &SessionId,
        name: &str,
        description: Option<&str>,
    ) -> Result<Jid, CallError> {
        let client = self.client(session)?;
        let made = client
            .newsletter()
            .create(name, description)
            .await
            .map_err(failed)?;
        translate::to_domain(&made.jid)
            .ok_or_else(|| CallError::Engine("the new channel has no address".into()))
    }

    async fn follow_channel(&self, session: &SessionId, channel: &Jid) -> Result<(), CallError> {
        let client = self.client(session)?;
        let channel = wire_address("jid", channel)?;
        client.newsletter().join(&channel).await.map_err(failed)?;
        Ok(())
    }

    async fn unfollow_channel(&self, session: &SessionId, channel: &Jid) -> Result<(), CallError> {
        let client = self.client(session)?;
        let channel = wire_address("jid", channel)?;
        client.newsletter().leave(&channel).await.map_err(failed)
    }

    async fn mute_channel(&self, session: &SessionId, channel: &Jid, muted: bool) -> Result<(), CallError> {
        let client = self.client(session)?;
        let channel = wire_address("jid", channel)?;
        client
            .newsletter()
            .set_follower_mute(&channel, muted)
            .await
            .map_err(failed)
    }

    async fn channel_messages(
        &self,
        session: &SessionId,
        channel: &Jid,
        count: u32,
    ) -> Result<Vec<Inbound>, CallError> {
        let client = self.client(session)?;
        let address = wire_address("jid", channel)?;
        let messages = client
            .newsletter()
            .get_messages(address, count, None)
            .await
            .map_err(failed)?;
        Ok(messages
            .into_iter()
            .filter_map(|message| inbound(channel, message))
            .collect())
    }
}

/// `None` for what nobody can read, and for messages that WhatsApp does not name.
fn inbound(channel: &Jid, message: NewsletterMessage) -> Option<Inbound> {
    let content = translate::content(&message.message?)?;
    Some(Inbound {
        wa_id: message.message_id.parse().ok()?,
        chat: Chat {
            jid: channel.clone(),
            alias: None,
        },
        sender: Party::default(),
        from_me: message.is_sender,
        content,
        quote: None,
        mentions: Vec::new(),
        wire: None,
        timestamp: Timestamp::from_secs(i64::try_from(message.timestamp).unwrap_or_default()),
    })
}
