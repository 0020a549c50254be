//! What a phone writes into its account's app state, and how it reads what is there.
//!
//! The phone takes part like any other device: it encrypts, and builds on the version it has seen.

use std::sync::Arc;

use buffa::MessageField;
use serde::{Deserialize, Serialize};
use wacore::appstate::{
    ExpandedAppStateKeys, decode_record, encode_record, expand_app_state_keys,
    hash::{HashState, generate_patch_mac},
    schemas::{self, COLLECTIONS, IndexPart, Schema},
};
use waproto::whatsapp::{
    KeyId, SyncActionValue, SyncdMutation, SyncdPatch, SyncdRecord, SyncdSnapshot,
    sync_action_value::{
        ArchiveChatAction, ClearChatAction, ContactAction, DeleteChatAction, LabelAssociationAction,
        LabelEditAction, MarkChatAsReadAction, MuteAction, PinAction, PushNameSetting, StarAction,
    },
    syncd_mutation::SyncdOperation,
};

use super::content::APP_STATE_KEY_ID;
use crate::{
    network::Network,
    route,
    state::{Account, PushError},
};

/// Writes that lose against another device's are tried again this often.
const ATTEMPTS: u32 = 10;
/// The MAC at the end of an encrypted value.
const MAC: usize = 32;

/// Something the user does on the phone that all devices of the account learn.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Change {
    Archive {
        chat: String,
        archived: bool,
    },
    Pin {
        chat: String,
        pinned: bool,
    },
    /// Mutes until a time in milliseconds, or for good; `muted: false` ends it.
    Mute {
        chat: String,
        muted: bool,
        until: Option<i64>,
    },
    Read {
        chat: String,
        read: bool,
    },
    Star {
        chat: String,
        id: String,
        from_me: bool,
        participant: Option<String>,
        starred: bool,
    },
    DeleteChat {
        chat: String,
    },
    ClearChat {
        chat: String,
    },
    Contact {
        jid: String,
        full_name: Option<String>,
        first_name: Option<String>,
    },
    PushName {
        name: String,
    },
    /// Makes a label, or takes it away.
    Label {
        id: String,
        name: Option<String>,
        color: Option<i32>,
        #[serde(default)]
        deleted: bool,
    },
    /// Puts a label on a chat, or takes it off.
    LabelChat {
        id: String,
        chat: String,
        labeled: bool,
    },
}

/// One entry of app state, opened.
#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) collection: &'static str,
    pub(crate) index: Vec<String>,
    #[serde(flatten)]
    value: Value,
}

/// What an entry says, as far as phones know what to make of it.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Value {
    #[serde(skip_serializing_if = "Option::is_none")]
    archived: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pinned: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    muted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starred: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labeled: Option<bool>,
}

/// Why a phone could not write.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    #[error("other devices kept writing to the collection")]
    Busy,
    #[error("the collection refused the change")]
    Refused,
}

/// Makes a change and tells the linked devices that there is one.
pub(crate) fn write(
    network: &Arc<Network>,
    account: &Arc<Account>,
    change: Change,
) -> Result<(), WriteError> {
    if let Change::PushName { name } = &change {
        account.settings.set_name(name);
    }
    let (schema, index, value) = change.into_action(network.clock.now());
    let keys = expand_app_state_keys(&account.phone.keys().app_state);
    let collection = schema.collection.as_str();
    for _ in 0..ATTEMPTS {
        let (mutation, _) = encode_record(
            SyncdOperation::SET,
            &index,
            &value,
            &keys,
            &APP_STATE_KEY_ID,
            &rand::random(),
            i32::try_from(schema.version).unwrap_or_default(),
        );
        let current = account.app_state.snapshot(collection).unwrap_or_default();
        let base = current.version.version.unwrap_or_default();
        match account
            .app_state
            .push(collection, base, patch(&keys, collection, &current, mutation))
        {
            Ok(version) => {
                let changed = [(collection.to_owned(), version)];
                route::app_state_changed(network, &super::send::origin(account), &changed);
                return Ok(());
            }
            Err(PushError::Conflict) => {}
            Err(PushError::Unknown | PushError::Malformed) => return Err(WriteError::Refused),
        }
    }
    Err(WriteError::Busy)
}

/// Writes down what a phone has set from the start: the name its user goes by. Devices that link without a name of their
/// own learn it here.
pub(crate) fn introduce(network: &Arc<Network>, account: &Arc<Account>) -> Result<(), WriteError> {
    let settings = schemas::SETTING_PUSH_NAME.collection.as_str();
    match account.settings.name() {
        Some(name) if account.app_state.snapshot(settings).is_none() => {
            write(network, account, Change::PushName { name })
        }
        _ => Ok(()),
    }
}

/// Everything in the account's app state that the phone's key opens.
pub(crate) fn entries(account: &Account) -> Vec<Entry> {
    let keys = expand_app_state_keys(&account.phone.keys().app_state);
    let mut entries = Vec::new();
    for collection in COLLECTIONS.iter().map(|collection| collection.as_str()) {
        let records = account.app_state.snapshot(collection).unwrap_or_default().records;
        entries.extend(
            records
                .iter()
                .filter_map(|record| open(&keys, collection, record)),
        );
    }
    entries
}

fn patch(
    keys: &ExpandedAppStateKeys,
    collection: &str,
    current: &SyncdSnapshot,
    mutation: SyncdMutation,
) -> SyncdPatch {
    let mut state = HashState {
        version: current.version.version.unwrap_or_default(),
        ..HashState::default()
    };
    state.update_hash_from_records(&current.records);
    let mutations = vec![mutation];
    // Neither part can fail: the operation is a known one, and the look-up is in memory.
    let _ = state.update_hash(&mutations, |index, _| Ok(value_mac(&current.records, index)));
    state.version += 1;
    let mut patch = SyncdPatch {
        snapshot_mac: Some(state.generate_snapshot_mac(collection, &keys.snapshot_mac)),
        key_id: MessageField::some(KeyId {
            id: Some(APP_STATE_KEY_ID.to_vec()),
        }),
        mutations,
        ..Default::default()
    };
    patch.patch_mac = Some(generate_patch_mac(
        &patch,
        collection,
        &keys.patch_mac,
        state.version,
    ));
    patch
}

fn value_mac(records: &[SyncdRecord], index: &[u8]) -> Option<Vec<u8>> {
    let record = records
        .iter()
        .find(|record| record.index.blob.as_deref() == Some(index))?;
    let value = record.value.blob.as_deref()?;
    Some(value[value.len().checked_sub(MAC)?..].to_vec())
}

fn open(keys: &ExpandedAppStateKeys, collection: &'static str, record: &SyncdRecord) -> Option<Entry> {
    let key_id = record.key_id.id.as_deref()?;
    let (mutation, _) = decode_record(SyncdOperation::SET, record, keys, key_id, true).ok()?;
    let action = mutation.action_value.unwrap_or_default();
    let mut value = Value::default();
    if let Some(archive) = action.archive_chat_action.as_option() {
        value.archived = archive.archived;
    }
    if let Some(pin) = action.pin_action.as_option() {
        value.pinned = pin.pinned;
    }
    if let Some(mute) = action.mute_action.as_option() {
        (value.muted, value.until) = (mute.muted, mute.mute_end_timestamp);
    }
    if let Some(read) = action.mark_chat_as_read_action.as_option() {
        value.read = read.read;
    }
    if let Some(star) = action.star_action.as_option() {
        value.starred = star.starred;
    }
    if let Some(contact) = action.contact_action.as_option() {
        value.full_name.clone_from(&contact.full_name);
        value.first_name.clone_from(&contact.first_name);
    }
    if let Some(label) = action.label_edit_action.as_option() {
        value.name.clone_from(&label.name);
        (value.color, value.deleted) = (label.color, label.deleted);
    }
    if let Some(association) = action.label_association_action.as_option() {
        value.labeled = association.labeled;
    }
    if let Some(setting) = action.push_name_setting.as_option() {
        value.name.clone_from(&setting.name);
    }
    Some(Entry {
        collection,
        index: mutation.index,
        value,
    })
}

impl Change {
    /// The kind of entry, its encoded index and its value.
    fn into_action(self, now: u64) -> (&'static Schema, Vec<u8>, SyncActionValue) {
        let mut value = SyncActionValue {
            timestamp: i64::try_from(now * 1000).ok(),
            ..Default::default()
        };
        let (schema, arguments) = match self {
            Self::Archive { chat, archived } => {
                value.archive_chat_action = MessageField::some(ArchiveChatAction {
                    archived: Some(archived),
                    ..Default::default()
                });
                (&schemas::ARCHIVE, vec![chat])
            }
            Self::Pin { chat, pinned } => {
                value.pin_action = MessageField::some(PinAction { pinned: Some(pinned) });
                (&schemas::PIN, vec![chat])
            }
            Self::Mute { chat, muted, until } => {
                value.mute_action = MessageField::some(MuteAction {
                    muted: Some(muted),
                    mute_end_timestamp: Some(if muted { until.unwrap_or(-1) } else { 0 }),
                    ..Default::default()
                });
                (&schemas::MUTE, vec![chat])
            }
            Self::Read { chat, read } => {
                value.mark_chat_as_read_action = MessageField::some(MarkChatAsReadAction {
                    read: Some(read),
                    ..Default::default()
                });
                (&schemas::MARK_CHAT_AS_READ, vec![chat])
            }
            Self::Star {
                chat,
                id,
                from_me,
                participant,
                starred,
            } => {
                value.star_action = MessageField::some(StarAction {
                    starred: Some(starred),
                });
                let participant = participant.unwrap_or_else(|| "0".to_owned());
                (&schemas::STAR, vec![chat, id, flag(from_me), participant])
            }
            Self::DeleteChat { chat } => {
                value.delete_chat_action = MessageField::some(DeleteChatAction::default());
                (&schemas::DELETE_CHAT, vec![chat, flag(true)])
            }
            Self::ClearChat { chat } => {
                value.clear_chat_action = MessageField::some(ClearChatAction::default());
                (&schemas::CLEAR_CHAT, vec![chat, flag(true), flag(true)])
            }
            Self::Contact {
                jid,
                full_name,
                first_name,
            } => {
                value.contact_action = MessageField::some(ContactAction {
                    full_name,
                    first_name,
                    save_on_primary_addressbook: Some(true),
                    ..Default::default()
                });
                (&schemas::CONTACT, vec![jid])
            }
            Self::Label {
                id,
                name,
                color,
                deleted,
            } => {
                value.label_edit_action = MessageField::some(LabelEditAction {
                    name,
                    color,
                    deleted: Some(deleted),
                    ..Default::default()
                });
                (&schemas::LABEL_EDIT, vec![id])
            }
            Self::LabelChat { id, chat, labeled } => {
                value.label_association_action = MessageField::some(LabelAssociationAction {
                    labeled: Some(labeled),
                    ..Default::default()
                });
                (&schemas::LABEL_JID, vec![id, chat])
            }
            Self::PushName { name } => {
                value.push_name_setting = MessageField::some(PushNameSetting { name: Some(name) });
                (&schemas::SETTING_PUSH_NAME, Vec::new())
            }
        };
        (schema, index(schema, arguments), value)
    }
}

fn flag(set: bool) -> String {
    if set { "1" } else { "0" }.to_owned()
}

/// The index as clients write it: a JSON list of the fixed words and the arguments between them.
fn index(schema: &Schema, arguments: Vec<String>) -> Vec<u8> {
    let mut arguments = arguments.into_iter();
    let parts: Vec<String> = schema
        .index_parts
        .iter()
        .filter_map(|part| match part {
            IndexPart::Literal { value } => Some((*value).to_owned()),
            _ => arguments.next(),
        })
        .collect();
    serde_json::Value::from(parts).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_a_list_of_words() {
        let (schema, index, _) = Change::Star {
            chat: "15550000001@s.whatsapp.net".to_owned(),
            id: "3EB0".to_owned(),
            from_me: false,
            participant: None,
            starred: true,
        }
        .into_action(1_700_000_000);
        assert_eq!(schema.collection.as_str(), "regular_high");
        assert_eq!(
            String::from_utf8_lossy(&index),
            r#"["star","15550000001@s.whatsapp.net","3EB0","0","0"]"#
        );
    }
}
