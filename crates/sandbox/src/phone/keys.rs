use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use wacore_libsignal::protocol::{
    GenericSignedPreKey as _, IdentityKey, IdentityKeyPair, KeyPair, PreKeyRecord, PublicKey,
    SignedPreKeyRecord, Timestamp,
};

use super::signal::{OneTimeKeys, Signal};
use crate::{keys, state::lock};

/// The id of a phone's only signed pre-key.
const SIGNED_ID: u32 = 1;

/// A phone's long-lived keys and its stock of one-time keys.
pub(super) struct PhoneKeys {
    pub(super) pair: KeyPair,
    pub(super) registration_id: u32,
    pub(super) signed_id: u32,
    pub(super) signed: KeyPair,
    pub(super) signed_signature: Vec<u8>,
    pub(super) one_time: OneTimeKeys,
    pub(super) next_one_time: AtomicU32,
    /// The key that encrypts the account's app state.
    pub(super) app_state: Vec<u8>,
}

impl PhoneKeys {
    pub(super) fn generate() -> Self {
        let pair = keys::generate();
        let signed = keys::generate();
        let signed_signature = keys::sign(&pair, &signed.public_key.serialize());
        Self {
            pair,
            // Registration ids have 14 bits and are never 0.
            registration_id: (rand::random::<u32>() & 0x3fff).max(1),
            signed_id: SIGNED_ID,
            signed,
            signed_signature,
            one_time: Arc::new(Mutex::new(HashMap::new())),
            next_one_time: AtomicU32::new(1),
            app_state: rand::random::<[u8; 32]>().to_vec(),
        }
    }

    /// The keys of a new installation on the same account.
    pub(super) fn renewed(&self) -> Self {
        Self {
            app_state: self.app_state.clone(),
            ..Self::generate()
        }
    }

    pub(super) fn identity(&self) -> &[u8] {
        keys::public_bytes(&self.pair)
    }

    pub(super) fn signed_public(&self) -> &[u8] {
        keys::public_bytes(&self.signed)
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        keys::sign(&self.pair, message)
    }

    pub(super) fn agree(&self, foreign: &[u8]) -> Option<[u8; 32]> {
        let foreign = PublicKey::from_djb_public_key_bytes(foreign).ok()?;
        self.pair.private_key.calculate_agreement(&foreign).ok()
    }

    /// An endpoint without sessions that uses these keys.
    pub(super) fn signal(&self) -> Signal {
        let pair = IdentityKeyPair::new(
            IdentityKey::new(self.pair.public_key),
            self.pair.private_key.clone(),
        );
        let signed = SignedPreKeyRecord::new(
            self.signed_id.into(),
            Timestamp::from_epoch_millis(0),
            &self.signed,
            &self.signed_signature,
        );
        Signal::new(pair, self.registration_id, signed, Arc::clone(&self.one_time))
    }

    /// A new one-time key: its id and public half.
    pub(super) fn mint_one_time(&self) -> (u32, Vec<u8>) {
        // Key ids have three bytes on the wire.
        let id = self.next_one_time.fetch_add(1, Ordering::Relaxed) & 0x00ff_ffff;
        let pair = keys::generate();
        lock(&self.one_time).insert(id.into(), PreKeyRecord::new(id.into(), &pair));
        (id, keys::public_bytes(&pair).to_vec())
    }
}

/// The three-byte form of a key id.
pub(super) fn wire_id(id: u32) -> Vec<u8> {
    id.to_be_bytes()[1..].to_vec()
}
