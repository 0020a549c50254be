//! Declining a call.

use async_trait::async_trait;
use wagon_domain::SessionId;
use wagon_engine::{CallError, Calls, Refusal};

use crate::call::failed;
use crate::engine::WhatsAppEngine;

#[async_trait]
impl Calls for WhatsAppEngine {
    async fn reject_call(&self, session: &SessionId, call: &str) -> Result<(), CallError> {
        let client = self.client(session)?;
        let ringing = self.ringing(session)?.take(call).ok_or_else(|| Refusal {
            code: 404,
            text: "no such call is ringing".to_owned(),
            retry_after: None,
        })?;
        client.voip().reject(&ringing).await.map_err(failed)
    }
}
