//! What the account's devices note about single messages.

use async_trait::async_trait;
use wagon_domain::content::Target;
use wagon_domain::{Jid, SessionId, Timestamp};

use crate::call::CallError;

#[async_trait]
pub trait Messages {
    /// Stars a message on all devices of the account, or takes the star away.
    async fn star_message(
        &self,
        session: &SessionId,
        chat: &Jid,
        message: &Target,
        starred: bool,
    ) -> Result<(), CallError>;

    /// Removes a message from the account's own devices; others keep it. `at` is its time.
    async fn forget_message(
        &self,
        session: &SessionId,
        chat: &Jid,
        message: &Target,
        at: Timestamp,
    ) -> Result<(), CallError>;
}
