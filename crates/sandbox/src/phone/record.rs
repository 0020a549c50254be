use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, atomic::AtomicU32, atomic::Ordering},
};

use serde::{Deserialize, Serialize};
use wacore_libsignal::protocol::{
    IdentityKey, PreKeyRecord, ProtocolAddress, SenderKeyRecord, SessionRecord,
};

use super::{
    Past, Phone,
    group::{DeviceKey, GroupKeys},
    keys::PhoneKeys,
    scripts::ScriptName,
};
use crate::{
    Error,
    keys::{self, Blob, base64_bytes},
    state::lock,
};

/// The stored form of a [`Phone`]: keys, sessions and the history it was given, but not its inbox.
#[derive(Serialize, Deserialize)]
pub(crate) struct PhoneRecord {
    script: ScriptName,
    #[serde(default = "yes")]
    online: bool,
    registration_id: u32,
    #[serde(with = "base64_bytes")]
    identity: Vec<u8>,
    signed_id: u32,
    #[serde(with = "base64_bytes")]
    signed: Vec<u8>,
    #[serde(with = "base64_bytes")]
    signed_signature: Vec<u8>,
    one_time: BTreeMap<u32, Blob>,
    next_one_time: u32,
    #[serde(with = "base64_bytes")]
    app_state: Vec<u8>,
    sessions: BTreeMap<String, Blob>,
    identities: BTreeMap<String, Blob>,
    #[serde(default)]
    past: Vec<Past>,
    #[serde(default)]
    sender_keys: BTreeMap<String, Blob>,
    /// Who has been given the own key of a group.
    #[serde(default)]
    key_holders: BTreeMap<String, BTreeSet<DeviceKey>>,
}

fn yes() -> bool {
    true
}

impl Phone {
    pub(crate) async fn record(&self) -> PhoneRecord {
        let groups = self.groups.lock().await;
        let signal = self.signal.lock().await;
        let sessions = signal.sessions.0.iter().filter_map(|(address, session)| {
            Some((address.name().to_owned(), Blob(session.serialize().ok()?)))
        });
        let identities = signal
            .identities
            .known
            .iter()
            .map(|(address, identity)| (address.name().to_owned(), Blob(identity.serialize().to_vec())));
        let keys = self.keys();
        let one_time = lock(&keys.one_time);
        PhoneRecord {
            script: self.script(),
            online: self.is_online(),
            registration_id: keys.registration_id,
            identity: keys.pair.private_key.serialize().to_vec(),
            signed_id: keys.signed_id,
            signed: keys.signed.private_key.serialize().to_vec(),
            signed_signature: keys.signed_signature.clone(),
            one_time: one_time
                .iter()
                .filter_map(|(id, record)| {
                    let private = record.private_key().ok()?;
                    Some((u32::from(*id), Blob(private.serialize().to_vec())))
                })
                .collect(),
            next_one_time: keys.next_one_time.load(Ordering::Relaxed),
            app_state: keys.app_state.clone(),
            sessions: sessions.collect(),
            identities: identities.collect(),
            past: self.book.past(),
            sender_keys: groups
                .keys
                .0
                .iter()
                .filter_map(|(name, key)| Some((name.clone(), Blob(key.serialize().ok()?))))
                .collect(),
            key_holders: groups.holders.clone(),
        }
    }

    pub(crate) fn restore(record: PhoneRecord) -> Result<Self, Error> {
        let mut one_time = HashMap::new();
        for (id, private) in record.one_time {
            let pair = keys::restore(&private.0, "one-time key")?;
            one_time.insert(id.into(), PreKeyRecord::new(id.into(), &pair));
        }
        let keys = PhoneKeys {
            pair: keys::restore(&record.identity, "phone identity")?,
            registration_id: record.registration_id,
            signed_id: record.signed_id,
            signed: keys::restore(&record.signed, "signed key")?,
            signed_signature: record.signed_signature,
            one_time: Arc::new(Mutex::new(one_time)),
            next_one_time: AtomicU32::new(record.next_one_time),
            app_state: record.app_state,
        };
        let mut signal = keys.signal();
        for (address, session) in record.sessions {
            let session = SessionRecord::deserialize(&session.0)
                .map_err(|_| Error::CorruptState { what: "session" })?;
            signal
                .sessions
                .0
                .insert(ProtocolAddress::new(&address, 0.into()), session);
        }
        for (address, identity) in record.identities {
            let identity = IdentityKey::decode(&identity.0).map_err(|_| Error::CorruptState {
                what: "remote identity",
            })?;
            signal
                .identities
                .known
                .insert(ProtocolAddress::new(&address, 0.into()), identity);
        }
        let mut groups = GroupKeys {
            holders: record.key_holders,
            ..GroupKeys::default()
        };
        for (name, key) in record.sender_keys {
            let key = SenderKeyRecord::deserialize(&key.0)
                .map_err(|_| Error::CorruptState { what: "sender key" })?;
            groups.keys.0.insert(name, key);
        }
        let phone = Self::assemble(keys, signal, groups, record.script, record.online);
        phone.book.add(record.past);
        Ok(phone)
    }
}
