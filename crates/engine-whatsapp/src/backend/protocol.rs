//! Protocol bookkeeping: device lists, LID mappings, retry copies, the inbound buffer.

use std::sync::atomic::Ordering;

use async_trait::async_trait;
use wacore::store::error::{Result, StoreError};
use wacore::store::traits::{
    DeviceListRecord, LidPnMappingEntry, PendingInboundKey, PendingInboundRow, ProtocolStore, TcTokenEntry,
};
use wagon_crash_point::Step;
use wagon_store::StateRow;

use super::{DeviceBackend, compound, database, decode, encode, kind, row};

/// Stands where the copy of an inbound message stood. An encoded message is never empty.
const DEALT_WITH: &[u8] = &[];

#[async_trait]
impl ProtocolStore for DeviceBackend {
    async fn get_sender_key_devices(&self, group_jid: &str) -> Result<Vec<(String, bool)>> {
        let prefix = compound(&[group_jid, ""]);
        let rows = self
            .store
            .list_state_prefix(&self.session, kind::SENDER_KEY_DEVICE, &prefix)
            .await
            .map_err(database)?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id[prefix.len()..].to_owned(), row.num != 0))
            .collect())
    }

    async fn set_sender_key_status(&self, group_jid: &str, entries: &[(&str, bool)]) -> Result<()> {
        let rows = entries
            .iter()
            .map(|(device, has_key)| StateRow {
                id: compound(&[group_jid, device]),
                alt: Some((*device).to_owned()),
                num: i64::from(*has_key),
                value: Vec::new(),
            })
            .collect();
        self.put(kind::SENDER_KEY_DEVICE, rows).await
    }

    async fn clear_sender_key_devices(&self, group_jid: &str) -> Result<()> {
        self.delete_prefix(kind::SENDER_KEY_DEVICE, compound(&[group_jid, ""]))
            .await
    }

    async fn delete_sender_key_device_rows(&self, device_jids: &[&str]) -> Result<()> {
        self.open()?;
        let session = self.session.clone();
        let devices: Vec<String> = device_jids.iter().map(|jid| (*jid).to_owned()).collect();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.delete_state_by_alt(&session, kind::SENDER_KEY_DEVICE, &devices)
                        .await
                        .map(drop)
                })
            })
            .await
            .map_err(database)
    }

    async fn clear_all_sender_key_devices(&self) -> Result<()> {
        self.clear(kind::SENDER_KEY_DEVICE).await
    }

    async fn get_lid_mapping(&self, lid: &str) -> Result<Option<LidPnMappingEntry>> {
        self.get_json(kind::LID_MAPPING, lid).await
    }

    /// A number that moved to another LID is listed under both; the newer entry counts.
    async fn get_pn_mapping(&self, phone: &str) -> Result<Option<LidPnMappingEntry>> {
        let row = self
            .store
            .get_state_by_alt(&self.session, kind::LID_MAPPING, phone)
            .await
            .map_err(database)?;
        row.map(|row| decode(&row.value)).transpose()
    }

    async fn put_lid_mapping(&self, entry: &LidPnMappingEntry) -> Result<()> {
        self.put_lid_mappings(std::slice::from_ref(entry)).await
    }

    async fn put_lid_mappings(&self, entries: &[LidPnMappingEntry]) -> Result<()> {
        let mut rows: Vec<StateRow> = Vec::with_capacity(entries.len());
        for entry in entries {
            rows.retain(|row| row.id != entry.lid);
            rows.push(StateRow {
                id: entry.lid.clone(),
                alt: Some(entry.phone_number.clone()),
                num: entry.updated_at,
                value: encode(entry)?,
            });
        }
        self.put(kind::LID_MAPPING, rows).await
    }

    async fn get_all_lid_mappings(&self) -> Result<Vec<LidPnMappingEntry>> {
        let rows = self
            .store
            .list_state(&self.session, kind::LID_MAPPING)
            .await
            .map_err(database)?;
        rows.iter().map(|row| decode(&row.value)).collect()
    }

    async fn save_base_key(&self, address: &str, message_id: &str, base_key: &[u8]) -> Result<()> {
        self.put_one(kind::BASE_KEY, &compound(&[address, message_id]), base_key)
            .await
    }

    async fn has_same_base_key(
        &self,
        address: &str,
        message_id: &str,
        current_base_key: &[u8],
    ) -> Result<bool> {
        let stored = self
            .get(kind::BASE_KEY, &compound(&[address, message_id]))
            .await?;
        Ok(stored.is_some_and(|stored| stored == current_base_key))
    }

    async fn delete_base_key(&self, address: &str, message_id: &str) -> Result<()> {
        self.delete(kind::BASE_KEY, vec![compound(&[address, message_id])])
            .await
    }

    async fn update_device_list(&self, record: DeviceListRecord) -> Result<()> {
        self.put_json(kind::DEVICE_LIST, &record.user, &record).await
    }

    async fn update_device_lists(&self, records: Vec<DeviceListRecord>) -> Result<()> {
        let mut rows: Vec<StateRow> = Vec::with_capacity(records.len());
        for record in &records {
            rows.retain(|row| row.id != record.user);
            rows.push(row(record.user.as_str(), &encode(record)?));
        }
        self.put(kind::DEVICE_LIST, rows).await
    }

    async fn get_devices(&self, user: &str) -> Result<Option<DeviceListRecord>> {
        self.get_json(kind::DEVICE_LIST, user).await
    }

    async fn delete_devices(&self, user: &str) -> Result<()> {
        self.delete(kind::DEVICE_LIST, vec![user.to_owned()]).await?;
        // A list that moves from a number to its LID is deleted too, and is not lost.
        let moved = match self.get_pn_mapping(user).await? {
            Some(mapping) => self.get_devices(&mapping.lid).await?.is_some(),
            None => false,
        };
        if !moved {
            self.lists_dropped.fetch_add(1, Ordering::Release);
        }
        Ok(())
    }

    async fn get_group_metadata(&self, group_jid: &str) -> Result<Option<Vec<u8>>> {
        self.get(kind::GROUP, group_jid).await
    }

    async fn put_group_metadata(&self, group_jid: &str, blob: &[u8]) -> Result<()> {
        self.put_behind(kind::GROUP, vec![row(group_jid, blob)])
    }

    async fn delete_group_metadata(&self, group_jid: &str) -> Result<()> {
        self.delete(kind::GROUP, vec![group_jid.to_owned()]).await
    }

    async fn get_tc_token(&self, jid: &str) -> Result<Option<TcTokenEntry>> {
        self.get_json(kind::TC_TOKEN, jid).await
    }

    async fn put_tc_token(&self, jid: &str, entry: &TcTokenEntry) -> Result<()> {
        self.put_json(kind::TC_TOKEN, jid, entry).await
    }

    async fn delete_tc_token(&self, jid: &str) -> Result<()> {
        self.delete(kind::TC_TOKEN, vec![jid.to_owned()]).await
    }

    async fn get_all_tc_token_jids(&self) -> Result<Vec<String>> {
        let rows = self
            .store
            .list_state(&self.session, kind::TC_TOKEN)
            .await
            .map_err(database)?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// A row lives while its token or its sender bucket is still fresh.
    async fn delete_expired_tc_tokens(&self, token_cutoff: i64, sender_cutoff: i64) -> Result<u32> {
        let rows = self
            .store
            .list_state(&self.session, kind::TC_TOKEN)
            .await
            .map_err(database)?;
        let mut stale = Vec::new();
        for row in rows {
            let entry: TcTokenEntry = decode(&row.value)?;
            let token_fresh = !entry.token.is_empty() && entry.token_timestamp >= token_cutoff;
            let sender_fresh = entry.sender_timestamp.is_some_and(|t| t >= sender_cutoff);
            if !token_fresh && !sender_fresh {
                stale.push(row.id);
            }
        }
        let count = u32::try_from(stale.len()).unwrap_or(u32::MAX);
        if count > 0 {
            self.delete(kind::TC_TOKEN, stale).await?;
        }
        Ok(count)
    }

    /// The copy that answers a retry request. The client keeps the recent ones in memory, so this
    /// row only matters after a restart and need not hold up a send.
    async fn store_sent_message(&self, chat_jid: &str, message_id: &str, payload: &[u8]) -> Result<()> {
        let row = StateRow {
            id: compound(&[chat_jid, message_id]),
            alt: Some(message_id.to_owned()),
            num: wacore::time::now_secs(),
            value: payload.to_vec(),
        };
        self.put_behind(kind::SENT_MESSAGE, vec![row])
    }

    async fn take_sent_message(&self, chat_jid: &str, message_id: &str) -> Result<Option<Vec<u8>>> {
        let id = compound(&[chat_jid, message_id]);
        let payload = self.get(kind::SENT_MESSAGE, &id).await?;
        if payload.is_some() {
            self.delete_behind(kind::SENT_MESSAGE, vec![id])?;
        }
        Ok(payload)
    }

    async fn delete_expired_sent_messages(&self, cutoff_timestamp: i64) -> Result<u32> {
        self.delete_older(kind::RETRY_REQUEST, cutoff_timestamp).await?;
        self.delete_older(kind::SENT_MESSAGE, cutoff_timestamp).await
    }

    async fn store_pending_inbound(&self, chat: &str, sender: &str, id: &str, message: &[u8]) -> Result<()> {
        self.keep_copies(&[PendingInboundRow {
            chat,
            sender,
            id,
            message,
        }])
        .await
    }

    async fn store_pending_inbound_batch(&self, rows: &[PendingInboundRow<'_>]) -> Result<()> {
        wagon_crash_point::hold(Step::ReceiveOvertaken).await;
        self.keep_copies(rows).await?;
        self.redelivered.settled(rows.iter().map(|row| row.id));
        Ok(())
    }

    /// Asked when the key of a message that comes again is used up. No copy means that the message
    /// was dealt with; one of which nothing at all is known was not, and is asked for again instead.
    async fn get_pending_inbound(&self, chat: &str, sender: &str, id: &str) -> Result<Option<Vec<u8>>> {
        let copy = self
            .get(kind::PENDING_INBOUND, &compound(&[chat, sender, id]))
            .await?;
        let Some(copy) = copy else {
            self.redelivered.ask_again(id);
            return Err(StoreError::Validation("nothing is known of this message".into()));
        };
        self.redelivered.settled([id]);
        Ok(Some(copy).filter(|copy| copy != DEALT_WITH))
    }

    async fn delete_pending_inbound(&self, chat: &str, sender: &str, id: &str) -> Result<()> {
        self.delete(kind::PENDING_INBOUND, vec![compound(&[chat, sender, id])])
            .await
    }

    /// Runs after the messages are stored, and leaves a mark in place of each copy. A copy that a
    /// crash leaves behind is replayed into an inbox that knows the message already, so this need
    /// not be durable.
    async fn delete_pending_inbound_batch(&self, keys: &[PendingInboundKey<'_>]) -> Result<()> {
        let now = wacore::time::now_secs();
        let marks = keys
            .iter()
            .map(|key| StateRow {
                id: compound(&[key.chat, key.sender, key.id]),
                alt: None,
                num: now,
                value: DEALT_WITH.to_vec(),
            })
            .collect();
        self.put_behind(kind::PENDING_INBOUND, marks)
    }

    async fn delete_expired_pending_inbound(&self, cutoff_timestamp: i64) -> Result<u32> {
        self.delete_older(kind::PENDING_INBOUND, cutoff_timestamp).await
    }
}

impl DeviceBackend {
    async fn keep_copies(&self, rows: &[PendingInboundRow<'_>]) -> Result<()> {
        let now = wacore::time::now_secs();
        let mut stored: Vec<StateRow> = Vec::with_capacity(rows.len());
        let mut seen = std::collections::HashSet::with_capacity(rows.len());
        for pending in rows {
            let id = compound(&[pending.chat, pending.sender, pending.id]);
            if seen.insert(id.clone()) {
                stored.push(StateRow {
                    id,
                    alt: None,
                    num: now,
                    value: pending.message.to_vec(),
                });
            }
        }
        self.put(kind::PENDING_INBOUND, stored).await
    }
}
