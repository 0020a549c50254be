//! Labels, on all devices of the account. What other devices change arrives as a [`Notice`](crate::Notice).

use async_trait::async_trait;
use wagon_domain::SessionId;
use wagon_domain::label::LabelChange;

use crate::call::CallError;

#[async_trait]
pub trait Labels {
    async fn change_labels(&self, session: &SessionId, change: &LabelChange) -> Result<(), CallError>;
}
