//! Secrets of messages that later traffic (votes, edits) refers to.

use std::collections::HashMap;

use async_trait::async_trait;
use wacore::store::error::{Result, StoreError};
use wacore::store::traits::{
    MsgSecretEntry, MsgSecretStore, merge_msg_secret_expiry, merge_msg_secret_message_ts,
};
use wagon_store::StateRow;

use super::{DeviceBackend, compound, database, kind};

/// The secret, then the message's time as eight bytes.
const SECRET: usize = 32;

fn split(value: &[u8]) -> Result<(Vec<u8>, i64)> {
    let corrupt = || StoreError::Validation("message secret has the wrong length".into());
    let (secret, time) = value.split_at_checked(SECRET).ok_or_else(corrupt)?;
    let time: [u8; 8] = time.try_into().map_err(|_| corrupt())?;
    Ok((secret.to_vec(), i64::from_be_bytes(time)))
}

#[async_trait]
impl MsgSecretStore for DeviceBackend {
    async fn put_msg_secrets(&self, entries: Vec<MsgSecretEntry>) -> Result<usize> {
        let stored = entries.len();
        let ids: Vec<String> = entries
            .iter()
            .map(|e| compound(&[&e.chat, &e.sender, &e.msg_id]))
            .collect();
        let known = self
            .store
            .get_state_many(&self.session, kind::MSG_SECRET, &ids)
            .await
            .map_err(database)?;
        let known: HashMap<&str, &StateRow> = known.iter().map(|row| (row.id.as_str(), row)).collect();

        let mut rows = HashMap::with_capacity(stored);
        for (id, entry) in ids.into_iter().zip(entries) {
            let (mut expires_at, mut message_ts) = (entry.expires_at, entry.message_ts);
            if let Some(earlier) = known.get(id.as_str()) {
                expires_at = merge_msg_secret_expiry(earlier.num, expires_at);
                message_ts = merge_msg_secret_message_ts(split(&earlier.value)?.1, message_ts);
            }
            let mut value = entry.secret.to_vec();
            value.extend_from_slice(&message_ts.to_be_bytes());
            // One statement cannot write a row twice, and a batch may name a message twice.
            rows.insert(
                id.clone(),
                StateRow {
                    id,
                    alt: None,
                    num: expires_at,
                    value,
                },
            );
        }
        self.put(kind::MSG_SECRET, rows.into_values().collect()).await?;
        Ok(stored)
    }

    async fn get_msg_secret(&self, chat: &str, sender: &str, msg_id: &str) -> Result<Option<Vec<u8>>> {
        Ok(self
            .get_msg_secret_with_ts(chat, sender, msg_id)
            .await?
            .map(|(secret, _)| secret))
    }

    async fn get_msg_secret_with_ts(
        &self,
        chat: &str,
        sender: &str,
        msg_id: &str,
    ) -> Result<Option<(Vec<u8>, i64)>> {
        let id = compound(&[chat, sender, msg_id]);
        self.get(kind::MSG_SECRET, &id)
            .await?
            .map(|value| split(&value))
            .transpose()
    }

    /// A deadline of zero means never.
    async fn delete_expired_msg_secrets(&self, cutoff_timestamp: i64) -> Result<u32> {
        self.delete_older(kind::MSG_SECRET, cutoff_timestamp.saturating_add(1))
            .await
    }
}
