//! Labels are app state.

use async_trait::async_trait;
use wagon_domain::SessionId;
use wagon_domain::label::LabelChange;
use wagon_engine::{CallError, Labels};

use crate::call::{failed, wire_address};
use crate::engine::WhatsAppEngine;

#[async_trait]
impl Labels for WhatsAppEngine {
    async fn has_labels(&self, session: &SessionId) -> Result<bool, CallError> {
        let client = self.client(session)?;
        let own = client.pn().ok_or(CallError::NotConnected)?.to_non_ad();
        let profile = client.get_business_profile(&own).await.map_err(failed)?;
        Ok(profile.is_some())
    }

    async fn change_labels(&self, session: &SessionId, change: &LabelChange) -> Result<(), CallError> {
        let client = self.client_with_app_state(session).await?;
        let labels = client.labels();
        let changed = match change {
            LabelChange::Set(label) => labels.create_label(&label.id, &label.name, label.color).await,
            LabelChange::Deleted { label } => labels.delete_label(label).await,
            LabelChange::Put { label, chat, on } => {
                let chat = wire_address("chat", chat)?;
                if *on {
                    labels.add_chat_label(label, &chat).await
                } else {
                    labels.remove_chat_label(label, &chat).await
                }
            }
        };
        changed.map_err(failed)
    }
}
