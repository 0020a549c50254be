//! Channels, as WhatsApp describes them.

use crate::clock::Timestamp;
use crate::jid::Jid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelInfo {
    pub jid: Jid,
    pub name: String,
    pub description: Option<String>,
    pub invite: Option<String>,
    pub followers: u64,
    /// Where its picture can be fetched.
    pub picture: Option<String>,
    pub verified: bool,
    pub created_at: Option<Timestamp>,
}
