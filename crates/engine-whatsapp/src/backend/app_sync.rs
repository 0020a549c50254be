//! App state: sync keys, collection versions, mutation MACs.

use std::collections::HashMap;

use async_trait::async_trait;
use wacore::appstate::hash::HashState;
use wacore::store::error::{Result, StoreError};
use wacore::store::traits::{AppStateSyncKey, AppSyncStore};
use wacore_appstate::processor::AppStateMutationMAC;

use super::{DeviceBackend, compound, database, kind, row};

const LATEST: &str = "latest";

fn mac_id(collection: &str, index_mac: &[u8]) -> String {
    compound(&[collection, &hex::encode(index_mac)])
}

#[async_trait]
impl AppSyncStore for DeviceBackend {
    async fn get_sync_key(&self, key_id: &[u8]) -> Result<Option<AppStateSyncKey>> {
        self.get_json(kind::SYNC_KEY, &hex::encode(key_id)).await
    }

    async fn set_sync_key(&self, key_id: &[u8], key: AppStateSyncKey) -> Result<()> {
        self.put_json(kind::SYNC_KEY, &hex::encode(key_id), &key).await?;
        self.put_one(kind::SYNC_KEY_LATEST, LATEST, key_id).await
    }

    async fn get_latest_sync_key_id(&self) -> Result<Option<Vec<u8>>> {
        self.get(kind::SYNC_KEY_LATEST, LATEST).await
    }

    async fn get_version(&self, name: &str) -> Result<HashState> {
        Ok(self.get_json(kind::SYNC_VERSION, name).await?.unwrap_or_default())
    }

    async fn set_version(&self, name: &str, state: HashState) -> Result<()> {
        self.put_json(kind::SYNC_VERSION, name, &state).await
    }

    async fn put_mutation_macs(
        &self,
        name: &str,
        _version: u64,
        mutations: &[AppStateMutationMAC],
    ) -> Result<()> {
        let rows = mutations
            .iter()
            .map(|m| row(mac_id(name, &m.index_mac), &m.value_mac))
            .collect();
        self.put(kind::MUTATION_MAC, rows).await
    }

    async fn get_mutation_mac(&self, name: &str, index_mac: &[u8]) -> Result<Option<Vec<u8>>> {
        self.get(kind::MUTATION_MAC, &mac_id(name, index_mac)).await
    }

    async fn get_mutation_macs(
        &self,
        name: &str,
        index_macs: &[[u8; 32]],
    ) -> Result<HashMap<[u8; 32], Vec<u8>>> {
        let ids: Vec<String> = index_macs.iter().map(|mac| mac_id(name, mac)).collect();
        let rows = self
            .store
            .get_state_many(&self.session, kind::MUTATION_MAC, &ids)
            .await
            .map_err(database)?;
        let mut found: HashMap<String, Vec<u8>> = rows.into_iter().map(|row| (row.id, row.value)).collect();
        Ok(ids
            .iter()
            .zip(index_macs)
            .filter_map(|(id, mac)| Some((*mac, found.remove(id)?)))
            .collect())
    }

    async fn delete_mutation_macs(&self, name: &str, index_macs: &[Vec<u8>]) -> Result<()> {
        self.delete(
            kind::MUTATION_MAC,
            index_macs.iter().map(|mac| mac_id(name, mac)).collect(),
        )
        .await
    }

    async fn clear_mutation_macs(&self, name: &str) -> Result<()> {
        if name.contains('|') {
            return Err(StoreError::Validation("a collection name holds no `|`".into()));
        }
        self.delete_prefix(kind::MUTATION_MAC, format!("{name}|")).await
    }
}
