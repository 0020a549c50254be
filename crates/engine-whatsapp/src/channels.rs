//! Channels, by the library's newsletter requests.

use async_trait::async_trait;
use wacore::iq::mex_operations::{change_newsletter_owner, delete_newsletter, demote_newsletter_admin};
use wagon_domain::channel::ChannelInfo;
use wagon_domain::message::{Chat, Inbound, Party};
use wagon_domain::{Jid, SessionId, Timestamp};
use wagon_engine::{CallError, Channels};
use whatsapp_rust::{MexRequest, NewsletterMessage, NewsletterMetadata, NewsletterVerification};

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

    async fn channels(&self, session: &SessionId) -> Result<Vec<ChannelInfo>, CallError> {
        let client = self.client(session)?;
        let channels = client.newsletter().list_subscribed().await.map_err(failed)?;
        Ok(channels.into_iter().filter_map(info).collect())
    }

    async fn channel(&self, session: &SessionId, channel: &Jid) -> Result<ChannelInfo, CallError> {
        let client = self.client(session)?;
        let channel = wire_address("jid", channel)?;
        let found = client.newsletter().get_metadata(&channel).await.map_err(failed)?;
        described(found)
    }

    async fn invited_channel(&self, session: &SessionId, code: &str) -> Result<ChannelInfo, CallError> {
        let client = self.client(session)?;
        let found = client
            .newsletter()
            .get_metadata_by_invite(code)
            .await
            .map_err(failed)?;
        described(found)
    }

    async fn delete_channel(&self, session: &SessionId, channel: &Jid) -> Result<(), CallError> {
        use delete_newsletter::{DOC_ID, NAME, Variables};
        let variables = Variables {
            newsletter_id: Some(channel.to_string()),
        };
        let request = MexRequest::new(NAME, DOC_ID, variables);
        let client = self.client(session)?;
        client.mex().mutate(request).await.map_err(failed)?;
        Ok(())
    }

    async fn demote_channel_admin(
        &self,
        session: &SessionId,
        channel: &Jid,
        admin: &Jid,
    ) -> Result<(), CallError> {
        use demote_newsletter_admin::{DOC_ID, NAME, Variables};
        let variables = Variables {
            newsletter_id: Some(channel.to_string()),
            user_id: Some(admin.to_string()),
        };
        let request = MexRequest::new(NAME, DOC_ID, variables);
        let client = self.client(session)?;
        client.mex().mutate(request).await.map_err(failed)?;
        Ok(())
    }

    async fn hand_over_channel(
        &self,
        session: &SessionId,
        channel: &Jid,
        owner: &Jid,
    ) -> Result<(), CallError> {
        use change_newsletter_owner::{DOC_ID, NAME, Variables};
        let variables = Variables {
            newsletter_id: Some(channel.to_string()),
            user_id: Some(owner.to_string()),
        };
        let request = MexRequest::new(NAME, DOC_ID, variables);
        let client = self.client(session)?;
        client.mex().mutate(request).await.map_err(failed)?;
        Ok(())
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

fn described(channel: NewsletterMetadata) -> Result<ChannelInfo, CallError> {
    info(channel).ok_or_else(|| CallError::Engine("a channel without an address".into()))
}

fn info(channel: NewsletterMetadata) -> Option<ChannelInfo> {
    let created = channel.creation_time.and_then(|time| i64::try_from(time).ok());
    Some(ChannelInfo {
        jid: translate::to_domain(&channel.jid)?,
        name: channel.name,
        description: channel.description.filter(|text| !text.is_empty()),
        invite: channel.invite_code,
        followers: channel.subscriber_count,
        picture: channel.picture_url.or(channel.preview_url),
        verified: channel.verification == NewsletterVerification::Verified,
        created_at: created.map(Timestamp::from_secs),
    })
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
