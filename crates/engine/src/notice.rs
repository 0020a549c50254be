//! What happens beside messages, receipts and the connection itself.

use wagon_domain::event::IncomingCall;

/// Something that happened on the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    Call(IncomingCall),
}
