use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::channel::ChannelInfo;
use wagon_domain::{Message, Timestamp};

use crate::{jid, message_id};

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Channel")]
pub(super) struct View {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invite_code: Option<String>,
    subscriber_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
    verified: bool,
    /// Epoch seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<i64>,
}

/// A message of a channel.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ChannelMessage")]
pub(super) struct Post {
    id: String,
    body: String,
    /// Epoch seconds.
    timestamp: i64,
    has_media: bool,
}

impl From<ChannelInfo> for View {
    fn from(channel: ChannelInfo) -> Self {
        Self {
            id: jid::to_text(&channel.jid),
            name: channel.name,
            description: channel.description,
            invite_code: channel.invite,
            subscriber_count: channel.followers,
            picture: channel.picture,
            verified: channel.verified,
            created_at: channel.created_at.map(Timestamp::as_secs),
        }
    }
}

impl From<Message> for Post {
    fn from(message: Message) -> Self {
        Self {
            id: message_id::of(&message),
            body: message.content.body().unwrap_or_default().to_owned(),
            timestamp: message.timestamp.as_secs(),
            has_media: message.content.media().is_some(),
        }
    }
}
