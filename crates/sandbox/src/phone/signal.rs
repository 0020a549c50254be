//! A Signal endpoint in memory: identity, pre-keys and sessions of one device.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use wacore_libsignal::protocol::{
    CiphertextMessage, Direction, IdentityChange, IdentityKey, IdentityKeyPair, IdentityKeyStore,
    PreKeyBundle, PreKeyId, PreKeyRecord, PreKeySignalMessage, PreKeyStore, ProtocolAddress, PublicKey,
    SessionRecord, SessionStore, SignalMessage, SignalProtocolError, SignedPreKeyId, SignedPreKeyRecord,
    SignedPreKeyStore, UsePQRatchet, message_decrypt, message_encrypt, process_prekey_bundle,
};

type Result<T> = std::result::Result<T, SignalProtocolError>;

/// One-time keys, shared with whoever hands out their public halves.
pub(crate) type OneTimeKeys = Arc<Mutex<HashMap<PreKeyId, PreKeyRecord>>>;

/// The public keys of a remote device.
pub(crate) struct RemoteKeys<'k> {
    pub(crate) registration_id: u32,
    pub(crate) identity: &'k [u8],
    pub(crate) signed: (u32, &'k [u8], &'k [u8]),
    pub(crate) one_time: Option<(u32, &'k [u8])>,
}

/// The two kinds of ciphertext a direct message can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Opens a session; carries the keys for it.
    PreKey,
    Message,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PreKey => "pkmsg",
            Self::Message => "msg",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "pkmsg" => Some(Self::PreKey),
            "msg" => Some(Self::Message),
            _ => None,
        }
    }
}

/// Keys and sessions of one device.
pub(crate) struct Signal {
    pub(crate) identities: Identities,
    pub(crate) sessions: Sessions,
    one_time: OneTimeStore,
    signed: SignedStore,
}

impl Signal {
    pub(crate) fn new(
        pair: IdentityKeyPair,
        registration_id: u32,
        signed: SignedPreKeyRecord,
        one_time: OneTimeKeys,
    ) -> Self {
        Self {
            identities: Identities {
                pair,
                registration_id,
                known: HashMap::new(),
            },
            sessions: Sessions::default(),
            one_time: OneTimeStore(one_time),
            signed: SignedStore(signed),
        }
    }

    pub(crate) fn has_session(&self, address: &ProtocolAddress) -> bool {
        self.sessions.0.contains_key(address)
    }

    /// Forgets a session, so that the next message opens a new one.
    pub(crate) fn drop_session(&mut self, address: &ProtocolAddress) {
        self.sessions.0.remove(address);
    }

    /// Opens a session with a device from its public keys.
    pub(crate) async fn open_session(
        &mut self,
        address: &ProtocolAddress,
        keys: RemoteKeys<'_>,
    ) -> Result<()> {
        let key = |bytes| {
            PublicKey::from_djb_public_key_bytes(bytes)
                .map_err(|_| SignalProtocolError::InvalidArgument("remote key".to_owned()))
        };
        let one_time = match keys.one_time {
            Some((id, public)) => Some((id.into(), key(public)?)),
            None => None,
        };
        let bundle = PreKeyBundle::new(
            keys.registration_id,
            0.into(),
            one_time,
            keys.signed.0.into(),
            key(keys.signed.1)?,
            keys.signed.2.to_vec(),
            IdentityKey::new(key(keys.identity)?),
        )?;
        let mut rng = rand::make_rng::<rand::rngs::StdRng>();
        process_prekey_bundle(
            address,
            &mut self.sessions,
            &mut self.identities,
            &bundle,
            &mut rng,
            UsePQRatchet::No,
        )
        .await?;
        Ok(())
    }

    pub(crate) async fn encrypt(
        &mut self,
        to: &ProtocolAddress,
        plaintext: &[u8],
    ) -> Result<(Kind, Vec<u8>)> {
        let message = message_encrypt(plaintext, to, &mut self.sessions, &mut self.identities).await?;
        let kind = match message {
            CiphertextMessage::PreKeySignalMessage(_) => Kind::PreKey,
            _ => Kind::Message,
        };
        Ok((kind, message.serialize().to_vec()))
    }

    pub(crate) async fn decrypt(
        &mut self,
        from: &ProtocolAddress,
        kind: Kind,
        ciphertext: &[u8],
    ) -> Result<Vec<u8>> {
        let message = match kind {
            Kind::PreKey => {
                CiphertextMessage::PreKeySignalMessage(PreKeySignalMessage::try_from(ciphertext)?)
            }
            Kind::Message => CiphertextMessage::SignalMessage(SignalMessage::try_from(ciphertext)?),
        };
        let mut rng = rand::make_rng::<rand::rngs::StdRng>();
        let opened = message_decrypt(
            &message,
            from,
            &mut self.sessions,
            &mut self.identities,
            &mut self.one_time,
            &self.signed,
            &mut rng,
            UsePQRatchet::No,
        )
        .await?;
        Ok(opened.plaintext)
    }
}

/// The own identity and those seen so far.
pub(crate) struct Identities {
    pair: IdentityKeyPair,
    registration_id: u32,
    pub(crate) known: HashMap<ProtocolAddress, IdentityKey>,
}

#[async_trait]
impl IdentityKeyStore for Identities {
    async fn get_identity_key_pair(&self) -> Result<IdentityKeyPair> {
        Ok(self.pair.clone())
    }

    async fn get_local_registration_id(&self) -> Result<u32> {
        Ok(self.registration_id)
    }

    async fn save_identity(
        &mut self,
        address: &ProtocolAddress,
        identity: &IdentityKey,
    ) -> Result<IdentityChange> {
        let before = self.known.insert(address.clone(), *identity);
        Ok(IdentityChange::from_changed(
            before.is_some_and(|before| before != *identity),
        ))
    }

    async fn is_trusted_identity(&self, _: &ProtocolAddress, _: &IdentityKey, _: Direction) -> Result<bool> {
        Ok(true)
    }

    async fn get_identity(&self, address: &ProtocolAddress) -> Result<Option<IdentityKey>> {
        Ok(self.known.get(address).copied())
    }
}

/// Sessions by the address of the other device.
#[derive(Default)]
pub(crate) struct Sessions(pub(crate) HashMap<ProtocolAddress, SessionRecord>);

#[async_trait]
impl SessionStore for Sessions {
    async fn load_session(&self, address: &ProtocolAddress) -> Result<Option<SessionRecord>> {
        Ok(self.0.get(address).cloned())
    }

    async fn has_session(&self, address: &ProtocolAddress) -> Result<bool> {
        Ok(self.0.contains_key(address))
    }

    async fn store_session(&mut self, address: &ProtocolAddress, record: SessionRecord) -> Result<()> {
        self.0.insert(address.clone(), record);
        Ok(())
    }
}

struct OneTimeStore(OneTimeKeys);

#[async_trait]
impl PreKeyStore for OneTimeStore {
    async fn get_pre_key(&self, id: PreKeyId) -> Result<PreKeyRecord> {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.get(&id).cloned().ok_or(SignalProtocolError::InvalidPreKeyId)
    }

    async fn save_pre_key(&mut self, id: PreKeyId, record: &PreKeyRecord) -> Result<()> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, record.clone());
        Ok(())
    }

    async fn remove_pre_key(&mut self, id: PreKeyId) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        Ok(())
    }
}

struct SignedStore(SignedPreKeyRecord);

#[async_trait]
impl SignedPreKeyStore for SignedStore {
    async fn get_signed_pre_key(&self, _: SignedPreKeyId) -> Result<SignedPreKeyRecord> {
        Ok(self.0.clone())
    }

    async fn save_signed_pre_key(&mut self, _: SignedPreKeyId, record: &SignedPreKeyRecord) -> Result<()> {
        self.0 = record.clone();
        Ok(())
    }
}
