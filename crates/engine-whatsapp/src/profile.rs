//! The account's own profile.

use async_trait::async_trait;
use wagon_domain::SessionId;
use wagon_engine::{CallError, Profile};

use crate::call::failed;
use crate::engine::WhatsAppEngine;

#[async_trait]
impl Profile for WhatsAppEngine {
    async fn own_name(&self, session: &SessionId) -> Result<String, CallError> {
        Ok(self.client(session)?.push_name())
    }

    async fn set_own_name(&self, session: &SessionId, name: &str) -> Result<(), CallError> {
        let client = self.client(session)?;
        client.profile().set_push_name(name).await.map_err(failed)
    }

    async fn set_own_about(&self, session: &SessionId, about: &str) -> Result<(), CallError> {
        let client = self.client(session)?;
        client.profile().set_status_text(about).await.map_err(failed)
    }

    async fn set_own_picture(
        &self,
        session: &SessionId,
        image: Option<Vec<u8>>,
    ) -> Result<Option<String>, CallError> {
        let client = self.client(session)?;
        let profile = client.profile();
        match image {
            Some(image) => {
                let set = profile.set_profile_picture(image).await.map_err(failed)?;
                Ok(Some(set.id))
            }
            None => profile
                .remove_profile_picture()
                .await
                .map(|_| None)
                .map_err(failed),
        }
    }

    async fn set_online(&self, session: &SessionId, online: bool) -> Result<(), CallError> {
        let client = self.client(session)?;
        let presence = client.presence();
        let set = if online {
            presence.set_available().await
        } else {
            presence.set_unavailable().await
        };
        set.map_err(failed)
    }
}
