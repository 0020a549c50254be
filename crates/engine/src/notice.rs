//! What happens beside messages, receipts and the connection itself.

use wagon_domain::event::IncomingCall;
use wagon_domain::group::{GroupChange, GroupInfo};

/// Something that happened on the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    Call(IncomingCall),
    Group(GroupChange),
    /// All groups the account is in, asked for when the connection came up.
    Groups(Vec<GroupInfo>),
}
