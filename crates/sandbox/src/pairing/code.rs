//! Linking with a code that the user types on the phone, over the wire.
//!
//! The device that shows the code sends an ephemeral key wrapped with it. The phone, told the code by its user,
//! answers with a wrapped key of its own, and the device seals a bundle of keys for the two ephemeral keys.
//! Nobody says whether the code was right: with a wrong one the bundle does not open.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use rand::RngExt as _;
use tokio::sync::oneshot;
use wacore::{crypto::hkdf_sha256_into, libsignal::crypto::aes_256_gcm_decrypt, pair_code::PairCodeUtils};
use wacore_binary::{CompactString, Jid, Node, builder::NodeBuilder};
use wacore_libsignal::protocol::{KeyPair, PublicKey};

use super::{
    scan::{self, CodeError},
    wrap::{self, WRAPPED_KEY},
};
use crate::{
    conn::PendingRegistration,
    iq::SERVER,
    keys,
    network::Network,
    state::{Account, lock},
    wire::Stanza,
};

/// Salt, nonce, three keys and the tag of a sealed bundle.
const SEALED_BUNDLE: usize = 32 + 12 + 96 + 16;
/// How long a device may take to answer the phone: it stretches the code 131,072 times.
const FINISH_DEADLINE: Duration = Duration::from_secs(30);

/// Devices that show a code, by the phone number they named. A new code for a number replaces the one before.
#[derive(Default)]
pub(super) struct Codes(Mutex<HashMap<CompactString, Arc<CodeOffer>>>);

/// A device that waits for its code to be typed.
pub(crate) struct CodeOffer {
    reference: Vec<u8>,
    wrapped_ephemeral: [u8; WRAPPED_KEY],
    pending: Arc<PendingRegistration>,
    created: Instant,
    /// Whoever has just typed a code and waits for the device's bundle.
    typing: Mutex<Option<oneshot::Sender<Finish>>>,
}

/// What the device sends once it has seen the phone's keys.
pub(crate) struct Finish {
    pub(crate) reference: Vec<u8>,
    pub(crate) sealed_bundle: Vec<u8>,
    pub(crate) identity: Vec<u8>,
}

impl Codes {
    pub(super) fn offer(
        &self,
        phone: &str,
        pending: &Arc<PendingRegistration>,
        wrapped_ephemeral: [u8; WRAPPED_KEY],
    ) -> Vec<u8> {
        let mut random = rand::rng();
        let reference: Vec<u8> = (0..32).map(|_| random.random_range(b'a'..=b'z')).collect();
        let offer = CodeOffer {
            reference: reference.clone(),
            wrapped_ephemeral,
            pending: Arc::clone(pending),
            created: Instant::now(),
            typing: Mutex::default(),
        };
        lock(&self.0).insert(phone.into(), Arc::new(offer));
        reference
    }

    /// The device that shows a code for this number.
    pub(super) fn get(&self, phone: &str) -> Option<Arc<CodeOffer>> {
        let offer = lock(&self.0).get(phone).cloned()?;
        (offer.created.elapsed() < PairCodeUtils::code_validity()).then_some(offer)
    }

    pub(super) fn withdraw(&self, pending: &Arc<PendingRegistration>) {
        lock(&self.0).retain(|_, offer| !Arc::ptr_eq(&offer.pending, pending));
    }

    /// Hands a bundle to whoever waits for it. Returns whether it belongs to a code that is out.
    pub(super) fn finish(&self, pending: &Arc<PendingRegistration>, finish: Finish) -> bool {
        let offers = lock(&self.0);
        let offer = offers
            .values()
            .find(|offer| Arc::ptr_eq(&offer.pending, pending) && offer.reference == finish.reference);
        let Some(offer) = offer else { return false };
        if let Some(typing) = lock(&offer.typing).take() {
            // Whoever typed may have run out of patience, which is no concern of the device.
            let _ = typing.send(finish);
        }
        true
    }
}

/// Types `code` on the account's phone for the device behind `offer`.
pub(super) async fn exchange(
    network: &Arc<Network>,
    account: Arc<Account>,
    offer: &CodeOffer,
    code: String,
) -> Result<(Jid, Jid), CodeError> {
    let (sender, finished) = oneshot::channel();
    *lock(&offer.typing) = Some(sender);
    let ephemeral = keys::generate();
    let public = public_array(&ephemeral);
    let wrapped = offer.wrapped_ephemeral;
    let stretched =
        tokio::task::spawn_blocking(move || (wrap::unwrap(&wrapped, &code), wrap::wrap(&public, &code)));
    let (device_ephemeral, own_wrapped) = stretched.await.map_err(|_| CodeError::NoAnswer)?;
    let hello = primary_hello(network, &account, &offer.reference, &own_wrapped);
    offer
        .pending
        .tell(Stanza::encode(&hello).map_err(|_| CodeError::NoAnswer)?);
    let finish = tokio::select! {
        finish = tokio::time::timeout(FINISH_DEADLINE, finished) => finish.ok().and_then(Result::ok),
        () = offer.pending.gone() => None,
    }
    .ok_or(CodeError::NoAnswer)?;
    let secret = adv_secret(&account, &ephemeral, &device_ephemeral, &finish).ok_or(CodeError::WrongCode)?;
    if offer.pending.bundle.identity != finish.identity {
        return Err(scan::ScanError::ForeignKeys.into());
    }
    Ok(scan::accept(network, account, &offer.pending, &secret)?)
}

/// The secret that both sides derive, if the bundle opens and speaks of the right keys.
fn adv_secret(
    account: &Account,
    ephemeral: &KeyPair,
    device_ephemeral: &[u8; 32],
    finish: &Finish,
) -> Option<[u8; 32]> {
    let sealed = &finish.sealed_bundle;
    if sealed.len() != SEALED_BUNDLE {
        return None;
    }
    let device_ephemeral = PublicKey::from_djb_public_key_bytes(device_ephemeral).ok()?;
    let shared = ephemeral
        .private_key
        .calculate_agreement(&device_ephemeral)
        .ok()?;
    let mut key = [0; 32];
    let info = b"link_code_pairing_key_bundle_encryption_key";
    hkdf_sha256_into(&shared, Some(&sealed[..32]), info, &mut key).ok()?;
    let nonce = sealed[32..44].try_into().ok()?;
    let mut bundle = Vec::new();
    aes_256_gcm_decrypt(&key, &nonce, b"", &sealed[44..], &mut bundle).ok()?;
    let (identities, random) = bundle.split_at_checked(64)?;
    if identities != [&*finish.identity, &account.phone.identity()].concat() {
        return None;
    }
    let identity_shared = account.phone.agree(&finish.identity)?;
    let material = [&shared[..], &identity_shared, random].concat();
    let mut secret = [0; 32];
    hkdf_sha256_into(&material, None, b"adv_secret", &mut secret).ok()?;
    Some(secret)
}

fn primary_hello(network: &Network, account: &Account, reference: &[u8], wrapped: &[u8]) -> Node {
    let part = |tag, bytes: &[u8]| NodeBuilder::new(tag).bytes(bytes.to_vec()).build();
    let hello = NodeBuilder::new("link_code_companion_reg")
        .attr("stage", "primary_hello")
        .children([
            part("link_code_pairing_wrapped_primary_ephemeral_pub", wrapped),
            part("primary_identity_pub", &account.phone.identity()),
            part("link_code_pairing_ref", reference),
        ])
        .build();
    NodeBuilder::new("notification")
        .attr("type", "link_code_companion_reg")
        .attr("from", SERVER)
        .attr("id", network.next_id())
        .attr("t", network.clock.now())
        .children([hello])
        .build()
}

fn public_array(pair: &KeyPair) -> [u8; 32] {
    keys::public_bytes(pair)
        .try_into()
        .expect("Curve25519 public keys have 32 bytes")
}
