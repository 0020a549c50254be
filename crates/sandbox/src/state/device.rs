use std::{collections::VecDeque, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{Mailbox, mailbox::ParcelRecord};
use crate::{conn::Link, keys::base64_bytes};

/// One linked device of an account.
pub(crate) struct Device {
    pub(crate) key_index: u32,
    /// The Noise public key that its logins must prove.
    pub(crate) noise_key: Vec<u8>,
    pub(crate) bundle: KeyBundle,
    /// The identity signed by phone and device; handed out with its bundles.
    pub(crate) signed_identity: Vec<u8>,
    pub(crate) platform: Option<String>,
    /// Whether others have been told about it.
    pub(crate) announced: bool,
    /// Whether the phone has given it the app-state key.
    pub(crate) provisioned: bool,
    /// Whether it has ever asked for app state.
    pub(crate) synced: bool,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) link: Option<Link>,
}

impl Device {
    /// Others can encrypt to it: the pairing is confirmed and its keys are here.
    pub(crate) fn is_reachable(&self) -> bool {
        !self.signed_identity.is_empty() && !self.bundle.signed.value.is_empty()
    }

    pub(crate) fn record(&self) -> DeviceRecord {
        DeviceRecord {
            key_index: self.key_index,
            noise_key: self.noise_key.clone(),
            bundle: self.bundle.clone(),
            signed_identity: self.signed_identity.clone(),
            platform: self.platform.clone(),
            announced: self.announced,
            provisioned: self.provisioned,
            synced: self.synced,
            mailbox: self.mailbox.records(),
        }
    }

    pub(crate) fn restore(record: DeviceRecord) -> Self {
        Self {
            key_index: record.key_index,
            noise_key: record.noise_key,
            bundle: record.bundle,
            signed_identity: record.signed_identity,
            platform: record.platform,
            announced: record.announced,
            provisioned: record.provisioned,
            synced: record.synced,
            mailbox: Arc::new(Mailbox::restore(record.mailbox)),
            link: None,
        }
    }
}

/// The stored form of a [`Device`].
#[derive(Serialize, Deserialize)]
pub(crate) struct DeviceRecord {
    key_index: u32,
    #[serde(with = "base64_bytes")]
    noise_key: Vec<u8>,
    bundle: KeyBundle,
    #[serde(with = "base64_bytes")]
    signed_identity: Vec<u8>,
    platform: Option<String>,
    announced: bool,
    provisioned: bool,
    #[serde(default)]
    synced: bool,
    mailbox: Vec<ParcelRecord>,
}

/// The public keys a device has uploaded.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct KeyBundle {
    #[serde(with = "base64_bytes")]
    pub(crate) registration: Vec<u8>,
    #[serde(with = "base64_bytes")]
    pub(crate) identity: Vec<u8>,
    pub(crate) signed: SignedKey,
    pub(crate) one_time: VecDeque<OneTimeKey>,
    /// Whether the device has been asked for more one-time keys.
    #[serde(default)]
    pub(crate) asked: bool,
}

impl KeyBundle {
    /// Adds the keys that are not known yet.
    pub(crate) fn append(&mut self, keys: impl IntoIterator<Item = OneTimeKey>) {
        let known: std::collections::HashSet<Vec<u8>> =
            self.one_time.iter().map(|key| key.id.clone()).collect();
        self.one_time
            .extend(keys.into_iter().filter(|key| !known.contains(&key.id)));
        self.asked = false;
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct SignedKey {
    #[serde(with = "base64_bytes")]
    pub(crate) id: Vec<u8>,
    #[serde(with = "base64_bytes")]
    pub(crate) value: Vec<u8>,
    #[serde(with = "base64_bytes")]
    pub(crate) signature: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OneTimeKey {
    #[serde(with = "base64_bytes")]
    pub(crate) id: Vec<u8>,
    #[serde(with = "base64_bytes")]
    pub(crate) value: Vec<u8>,
}

/// What one fetch of a device's keys yields.
pub(crate) struct FetchedBundle {
    pub(crate) registration: Vec<u8>,
    pub(crate) identity: Vec<u8>,
    pub(crate) signed: SignedKey,
    pub(crate) one_time: Option<OneTimeKey>,
    /// Empty for phones, whose identity is the account's.
    pub(crate) device_identity: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_one_time_keys_are_not_added_twice() {
        let key = |id: u8| OneTimeKey {
            id: vec![0, 0, id],
            value: vec![id; 32],
        };
        let mut bundle = KeyBundle {
            asked: true,
            ..KeyBundle::default()
        };
        bundle.append([key(1), key(2)]);
        bundle.append([key(2), key(3)]);
        let ids: Vec<u8> = bundle.one_time.iter().map(|key| key.id[2]).collect();
        assert_eq!(ids, [1, 2, 3]);
        assert!(!bundle.asked);
    }
}
