//! What happens beside messages, receipts and the connection itself.

use std::time::Duration;

use wagon_domain::chat::ChatChange;
use wagon_domain::contact::Names;
use wagon_domain::event::{ChannelUpdate, EndedCall, IncomingCall, JoinRequested};
use wagon_domain::group::{GroupChange, GroupInfo};
use wagon_domain::label::LabelChange;
use wagon_domain::message::Chat;
use wagon_domain::presence::Presence;
use wagon_domain::{Jid, Timestamp};

/// Something that happened on the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The connection does not come back, after so many attempts and with such a rest before the next.
    Reconnecting {
        attempts: u32,
        rest: Duration,
    },
    Call(IncomingCall),
    CallEnded(EndedCall),
    Group(GroupChange),
    JoinRequested(JoinRequested),
    /// All groups the account is in, asked for when the connection came up.
    Groups(Vec<GroupInfo>),
    /// A change to a chat that another device of the account made at that time.
    Chat {
        chat: Chat,
        change: ChatChange,
        at: Timestamp,
    },
    /// The account's user has saved somebody under these names.
    Saved {
        who: Chat,
        names: Names,
        /// Part of what a new device learns of how things stand, and no news.
        at_linking: bool,
    },
    /// The picture of a person or group is another one, or gone.
    Picture {
        of: Jid,
        id: Option<String>,
    },
    Presence(Presence),
    /// On another device of the account.
    Channel(ChannelUpdate),
    /// On another device of the account.
    Label(LabelChange),
}
