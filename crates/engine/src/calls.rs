//! Calls, as far as a gateway takes part in them: it can decline.

use async_trait::async_trait;
use wagon_domain::SessionId;
use wagon_domain::event::IncomingCall;

use crate::call::CallError;

#[async_trait]
pub trait Calls {
    /// Makes a link that whoever has it calls by.
    async fn call_link(&self, session: &SessionId, video: bool) -> Result<String, CallError>;

    /// Declines a call that rings now, by the id it was reported with, and answers which it was. WhatsApp
    /// does not confirm it, and the account's own device hears nothing of it.
    async fn reject_call(&self, session: &SessionId, call: &str) -> Result<IncomingCall, CallError>;
}
