//! Calls, as far as a gateway takes part in them: it can decline.

use async_trait::async_trait;
use wagon_domain::{Jid, SessionId};

use crate::call::CallError;

#[async_trait]
pub trait Calls {
    /// Declines a ringing call. WhatsApp does not confirm it.
    async fn reject_call(&self, session: &SessionId, call: &str, from: &Jid) -> Result<(), CallError>;
}
