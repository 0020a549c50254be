//! Signal state: identities, sessions, pre-keys, sender keys.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use wacore::store::error::{Result, StoreError};
use wacore::store::traits::SignalStore;
use wagon_crash_point::{Overtaking, Step};

use super::{DeviceBackend, database, kind, row};

/// Zero-padded, so that the greatest id is the greatest text.
fn key_id(id: u32) -> String {
    format!("{id:010}")
}

fn parse_key_id(text: &str) -> Result<u32> {
    text.parse()
        .map_err(|_| StoreError::Validation(format!("pre-key id `{text}` is not a number")))
}

#[async_trait]
impl SignalStore for DeviceBackend {
    async fn put_identity(&self, address: &str, key: [u8; 32]) -> Result<()> {
        self.put_one(kind::IDENTITY, address, &key).await
    }

    async fn put_identities_batch(&self, identities: &[(Arc<str>, [u8; 32])]) -> Result<()> {
        let rows = identities
            .iter()
            .map(|(address, key)| row(address.as_ref(), key))
            .collect();
        self.put(kind::IDENTITY, rows).await
    }

    async fn load_identity(&self, address: &str) -> Result<Option<[u8; 32]>> {
        let Some(bytes) = self.get(kind::IDENTITY, address).await? else {
            return Ok(None);
        };
        let key = bytes
            .try_into()
            .map_err(|_| StoreError::Validation("identity key is not 32 bytes".into()))?;
        Ok(Some(key))
    }

    async fn delete_identity(&self, address: &str) -> Result<()> {
        self.delete(kind::IDENTITY, vec![address.to_owned()]).await
    }

    async fn get_session(&self, address: &str) -> Result<Option<Bytes>> {
        Ok(self.get(kind::SESSION, address).await?.map(Bytes::from))
    }

    async fn put_session(&self, address: &str, session: &[u8]) -> Result<()> {
        self.put_one(kind::SESSION, address, session).await
    }

    async fn put_sessions_batch(&self, sessions: &[(Arc<str>, Bytes)]) -> Result<()> {
        let rows = sessions
            .iter()
            .map(|(address, record)| row(address.as_ref(), record))
            .collect();
        let overtaking = Overtaking::begin(Step::ReceiveOvertaken);
        self.put(kind::SESSION, rows).await?;
        overtaking.done();
        Ok(())
    }

    async fn delete_session(&self, address: &str) -> Result<()> {
        self.delete(kind::SESSION, vec![address.to_owned()]).await
    }

    async fn has_signal_state_for_user(&self, user: &str) -> Result<bool> {
        for kind in [kind::SESSION, kind::IDENTITY] {
            for separator in ['@', ':'] {
                let prefix = format!("{user}{separator}");
                let rows = self
                    .store
                    .list_state_prefix(&self.session, kind, &prefix)
                    .await
                    .map_err(database)?;
                if !rows.is_empty() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    async fn store_prekey(&self, id: u32, record: &[u8], _uploaded: bool) -> Result<()> {
        self.put_one(kind::PRE_KEY, &key_id(id), record).await
    }

    async fn store_prekeys_batch(&self, keys: &[(u32, Bytes)], _uploaded: bool) -> Result<()> {
        let rows = keys.iter().map(|(id, record)| row(key_id(*id), record)).collect();
        self.put(kind::PRE_KEY, rows).await
    }

    async fn load_prekey(&self, id: u32) -> Result<Option<Bytes>> {
        Ok(self.get(kind::PRE_KEY, &key_id(id)).await?.map(Bytes::from))
    }

    async fn load_prekeys_batch(&self, ids: &[u32]) -> Result<Vec<(u32, Bytes)>> {
        let ids: Vec<String> = ids.iter().copied().map(key_id).collect();
        let rows = self
            .store
            .get_state_many(&self.session, kind::PRE_KEY, &ids)
            .await
            .map_err(database)?;
        rows.into_iter()
            .map(|row| Ok((parse_key_id(&row.id)?, Bytes::from(row.value))))
            .collect()
    }

    /// The library keeps its own watermark of uploaded keys in the device record; a mark per row
    /// would be written and never read.
    async fn mark_prekeys_uploaded(&self, _ids: &[u32]) -> Result<()> {
        Ok(())
    }

    async fn remove_prekey(&self, id: u32) -> Result<()> {
        self.delete(kind::PRE_KEY, vec![key_id(id)]).await
    }

    async fn get_max_prekey_id(&self) -> Result<u32> {
        let max = self
            .store
            .max_state_id(&self.session, kind::PRE_KEY)
            .await
            .map_err(database)?;
        max.map_or(Ok(0), |id| parse_key_id(&id))
    }

    async fn store_signed_prekey(&self, id: u32, record: &[u8]) -> Result<()> {
        self.put_one(kind::SIGNED_PRE_KEY, &key_id(id), record).await
    }

    async fn load_signed_prekey(&self, id: u32) -> Result<Option<Vec<u8>>> {
        self.get(kind::SIGNED_PRE_KEY, &key_id(id)).await
    }

    async fn load_all_signed_prekeys(&self) -> Result<Vec<(u32, Vec<u8>)>> {
        let rows = self
            .store
            .list_state(&self.session, kind::SIGNED_PRE_KEY)
            .await
            .map_err(database)?;
        rows.into_iter()
            .map(|row| Ok((parse_key_id(&row.id)?, row.value)))
            .collect()
    }

    async fn remove_signed_prekey(&self, id: u32) -> Result<()> {
        self.delete(kind::SIGNED_PRE_KEY, vec![key_id(id)]).await
    }

    async fn put_sender_key(&self, address: &str, record: &[u8]) -> Result<()> {
        self.put_one(kind::SENDER_KEY, address, record).await
    }

    async fn put_sender_keys_batch(&self, sender_keys: &[(Arc<str>, Bytes)]) -> Result<()> {
        let rows = sender_keys
            .iter()
            .map(|(address, record)| row(address.as_ref(), record))
            .collect();
        self.put(kind::SENDER_KEY, rows).await
    }

    async fn get_sender_key(&self, address: &str) -> Result<Option<Vec<u8>>> {
        self.get(kind::SENDER_KEY, address).await
    }

    async fn delete_sender_key(&self, address: &str) -> Result<()> {
        self.delete(kind::SENDER_KEY, vec![address.to_owned()]).await
    }
}
