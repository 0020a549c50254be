//! The device record: identity, noise key, registration.

use async_trait::async_trait;
use wacore::store::Device;
use wacore::store::error::Result;
use wacore::store::traits::DeviceStore;

use super::{DeviceBackend, kind};

const ID: &str = "self";

#[async_trait]
impl DeviceStore for DeviceBackend {
    async fn save(&self, device: &Device) -> Result<()> {
        self.put_json(kind::DEVICE, ID, device).await
    }

    async fn load(&self) -> Result<Option<Device>> {
        self.get_json(kind::DEVICE, ID).await
    }

    async fn exists(&self) -> Result<bool> {
        Ok(self.row(kind::DEVICE, ID).await?.is_some())
    }

    async fn create(&self) -> Result<i32> {
        self.save(&Device::new()).await?;
        // The library numbers devices within one store; here a session has a store of its own.
        Ok(1)
    }
}
