//! What the account shows of itself.

use async_trait::async_trait;
use wagon_domain::SessionId;

use crate::call::CallError;

#[async_trait]
pub trait Profile {
    /// The name others see next to the account's messages.
    async fn own_name(&self, session: &SessionId) -> Result<String, CallError>;

    async fn set_own_name(&self, session: &SessionId, name: &str) -> Result<(), CallError>;

    async fn set_own_about(&self, session: &SessionId, about: &str) -> Result<(), CallError>;

    /// Sets the account's picture, a JPEG; `None` takes it away. Answers its id.
    async fn set_own_picture(
        &self,
        session: &SessionId,
        image: Option<Vec<u8>>,
    ) -> Result<Option<String>, CallError>;

    /// Shows the account as online or offline, until the connection is renewed.
    async fn set_online(&self, session: &SessionId, online: bool) -> Result<(), CallError>;
}
