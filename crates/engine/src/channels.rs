//! Channels: newsletters, in WhatsApp's protocol.

use async_trait::async_trait;
use wagon_domain::channel::ChannelInfo;
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

    /// The channels that the account follows or runs.
    async fn channels(&self, session: &SessionId) -> Result<Vec<ChannelInfo>, CallError>;

    async fn channel(&self, session: &SessionId, channel: &Jid) -> Result<ChannelInfo, CallError>;

    /// What the code of an invite link leads to.
    async fn invited_channel(&self, session: &SessionId, code: &str) -> Result<ChannelInfo, CallError>;

    /// Ends a channel of the account for everybody.
    async fn delete_channel(&self, session: &SessionId, channel: &Jid) -> Result<(), CallError>;

    /// Makes an admin a mere follower.
    async fn demote_channel_admin(
        &self,
        session: &SessionId,
        channel: &Jid,
        admin: &Jid,
    ) -> Result<(), CallError>;

    /// Gives a channel to another owner, for good.
    async fn hand_over_channel(
        &self,
        session: &SessionId,
        channel: &Jid,
        owner: &Jid,
    ) -> Result<(), CallError>;

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
