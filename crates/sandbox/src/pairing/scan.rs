//! What happens when a phone's user scans a QR code or types a pairing code.

use std::sync::Arc;

use wacore::adv::{AdvValidation, validate_adv_with_identity_key};
use wacore_binary::Jid;

use super::{adv, code, offers::Offer, qr::QrCode};
use crate::{
    conn::PendingRegistration,
    network::Network,
    phone::scripts::ScriptName,
    state::{Account, KeyBundle, Registration, SignedKey, Space},
};

/// A device the phone has agreed to, with the identity it signed.
pub(crate) struct Linked {
    pub(crate) account: Arc<Account>,
    pub(crate) device: u16,
    /// The encoded `ADVSignedDeviceIdentityHMAC`.
    pub(crate) identity: Vec<u8>,
}

impl Linked {
    pub(crate) fn pn(&self) -> Jid {
        self.account.jid(Space::Pn, self.device)
    }

    pub(crate) fn lid(&self) -> Jid {
        self.account.jid(Space::Lid, self.device)
    }
}

/// Why a scan came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScanError {
    #[error("this is not the text of a pairing QR code")]
    NotAQrCode,
    #[error("the reference in the QR code is unknown or used up")]
    UnknownReference,
    #[error("no such account")]
    UnknownAccount,
    #[error("the keys in the QR code are not those of the waiting device")]
    ForeignKeys,
    #[error("the waiting device cannot be told")]
    Unreachable,
}

/// Why a typed code came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CodeError {
    #[error("no such account")]
    UnknownAccount,
    #[error("wrong code")]
    WrongCode,
    #[error("the device that shows the code does not answer")]
    NoAnswer,
    #[error(transparent)]
    Scan(#[from] ScanError),
}

/// Lets a phone scan a QR code. Without an account the registration's push name chooses one.
pub(crate) fn scan(
    network: &Arc<Network>,
    text: &str,
    account: Option<&str>,
) -> Result<(Jid, Jid), ScanError> {
    let code = QrCode::parse(text).ok_or(ScanError::NotAQrCode)?;
    let offer = network
        .pairing
        .open_offer(code.reference)
        .ok_or(ScanError::UnknownReference)?;
    match offer {
        Offer::Wire(pending) => {
            if pending.noise_key != code.noise_key || pending.bundle.identity != code.identity {
                return Err(ScanError::ForeignKeys);
            }
            let account = choose(network, account, &pending.push_name)?;
            accept(network, account, &pending, &code.secret)
        }
        Offer::Store(offer) => {
            let account = choose(network, account, "")?;
            if !offer.claim() {
                return Err(ScanError::UnknownReference);
            }
            let bundle = KeyBundle {
                identity: code.identity.clone(),
                ..KeyBundle::default()
            };
            let registration = Registration {
                noise_key: code.noise_key.clone(),
                bundle,
                platform: None,
            };
            let linked = link(account, registration, &code.secret);
            let answer = (linked.pn(), linked.lid());
            offer.succeed(linked);
            network.persistence.touch();
            Ok(answer)
        }
    }
}

/// Links a connected client to an account and tells it so.
pub(super) fn accept(
    network: &Arc<Network>,
    account: Arc<Account>,
    pending: &PendingRegistration,
    secret: &[u8],
) -> Result<(Jid, Jid), ScanError> {
    if !pending.claim() {
        return Err(ScanError::UnknownReference);
    }
    let linked = link(account, pending.registration(), secret);
    let answer = (linked.pn(), linked.lid());
    pending
        .succeed(linked, network.next_id(), network.clock.now())
        .map_err(|_| ScanError::Unreachable)?;
    Ok(answer)
}

/// Types a pairing code on an account's phone.
pub(crate) async fn enter_code(
    network: &Arc<Network>,
    pn: &str,
    code: &str,
) -> Result<(Jid, Jid), CodeError> {
    let account = network.directory.by_pn(pn).ok_or(CodeError::UnknownAccount)?;
    let code: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_uppercase();
    if let Some(qr) = network.pairing.redeem(pn, &code) {
        return Ok(scan(network, &qr, Some(pn))?);
    }
    let offer = network.pairing.code_offer(pn).ok_or(CodeError::WrongCode)?;
    code::exchange(network, account, &offer, code).await
}

/// Stores the identity that the device has added its signature to, and the keys it registers with if
/// they were not known before. Returns whether the identity is genuine.
pub(crate) fn confirm(linked: &Linked, identity: &[u8], keys: Option<(Vec<u8>, SignedKey)>) -> bool {
    let account = &linked.account;
    let device_key = account.with_device(linked.device, |device| device.bundle.identity.clone());
    let identities = (
        device_key.and_then(|key| <[u8; 32]>::try_from(key).ok()),
        <[u8; 32]>::try_from(account.phone.identity()).ok(),
    );
    let (Some(device_key), account_key) = identities else {
        return false;
    };
    let genuine =
        validate_adv_with_identity_key(identity, &device_key, account_key.as_ref()) == AdvValidation::Valid;
    if genuine {
        account.with_device(linked.device, |device| {
            device.signed_identity = identity.to_vec();
            if let Some((registration, signed)) = keys {
                device.bundle.registration = registration;
                device.bundle.signed = signed;
            }
        });
    }
    genuine
}

fn choose(network: &Arc<Network>, account: Option<&str>, push_name: &str) -> Result<Arc<Account>, ScanError> {
    if let Some(pn) = account {
        return network.directory.by_pn(pn).ok_or(ScanError::UnknownAccount);
    }
    let name = Some(push_name).filter(|name| !name.is_empty());
    if let Some(account) = name.and_then(|name| network.directory.by_name(name)) {
        return Ok(account);
    }
    network
        .create_account(None, None, name.map(ToOwned::to_owned), ScriptName::SILENT)
        .map_err(|_| ScanError::UnknownAccount)
}

fn link(account: Arc<Account>, registration: Registration, secret: &[u8]) -> Linked {
    let companion = registration.bundle.identity.clone();
    let (device, key_index) = account.register(registration);
    let identity = adv::sign_device(&account, key_index, &companion, secret);
    Linked {
        account,
        device,
        identity,
    }
}
