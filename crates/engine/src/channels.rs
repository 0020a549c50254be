//! Channels: newsletters, in WhatsApp's protocol.

use async_trait::async_trait;
use wagon_domain::message::Inbound;
use wagon_domain::{Jid, SessionId};

use crate::call::CallError;

#[async_trait]
pub trait Channels {
    /// Makes a channel that the account owns, and answers its address.
    async fn create_channel(
        &self,
        session: &SessionId,
        name: &str,
        description: Option<&str>,
    ) -> Result<Jid, CallError>;

    async fn follow_channel(&self, session: &SessionId, channel: &Jid) -> Result<(), CallError>;

    async fn unfollow_channel(&self, session: &SessionId, channel: &Jid) -> Result<(), CallError>;

    /// Whether the account wants to be told of the channel's news.
    async fn mute_channel(&self, session: &SessionId, channel: &Jid, muted: bool) -> Result<(), CallError>;

    /// The latest messages of a channel as WhatsApp keeps them, oldest first.
    async fn channel_messages(
        &self,
        session: &SessionId,
        channel: &Jid,
        count: u32,
    ) -> Result<Vec<Inbound>, CallError>;
}
