//! Labels, on all devices of the account. What other devices change arrives as a [`Notice`](crate::Notice).

use async_trait::async_trait;
use wagon_domain::SessionId;
use wagon_domain::label::LabelChange;

use crate::call::CallError;

#[async_trait]
pub trait Labels {
    /// Whether the account belongs to a business: WhatsApp has labels for no other.
    async fn has_labels(&self, session: &SessionId) -> Result<bool, CallError>;

    async fn change_labels(&self, session: &SessionId, change: &LabelChange) -> Result<(), CallError>;
}
