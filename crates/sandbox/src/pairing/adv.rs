//! The phone's signatures over its linked devices.

use buffa::Message as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use waproto::{
    codec,
    whatsapp::{
        ADVDeviceIdentity, ADVEncryptionType, ADVKeyIndexList, ADVSignedDeviceIdentity,
        ADVSignedDeviceIdentityHMAC, ADVSignedKeyIndexList, DeviceProps,
    },
};

use crate::{clock, state::Account};

const DEVICE_IDENTITY: [u8; 2] = [6, 0];
const KEY_INDEX_LIST: [u8; 2] = [6, 2];

/// The answer to a scanned code: the device's identity, signed by the phone and authenticated
/// with the secret from the code.
pub(super) fn sign_device(account: &Account, key_index: u32, identity: &[u8], secret: &[u8]) -> Vec<u8> {
    let details = ADVDeviceIdentity {
        raw_id: Some(account.phone.registration_id()),
        timestamp: Some(clock::machine()),
        key_index: Some(key_index),
        account_type: Some(ADVEncryptionType::E2EE),
        device_type: Some(ADVEncryptionType::E2EE),
    }
    .encode_to_vec();
    let signature = account
        .phone
        .sign(&[&DEVICE_IDENTITY[..], &details, identity].concat());
    let signed = codec::adv_signed_device_identity_to_vec(&ADVSignedDeviceIdentity {
        details: Some(details),
        account_signature_key: Some(account.phone.identity()),
        account_signature: Some(signature),
        device_signature: None,
    });
    let mut mac = <Hmac<Sha256>>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(&signed);
    ADVSignedDeviceIdentityHMAC {
        hmac: Some(mac.finalize().into_bytes().to_vec()),
        details: Some(signed),
        ..Default::default()
    }
    .encode_to_vec()
}

/// The signed list of the account's valid devices. Clients drop users whose list lacks it.
pub(crate) fn key_index_list(account: &Account) -> Vec<u8> {
    let (devices, current_index) = account.device_list();
    let details = codec::adv_key_index_list_to_vec(&ADVKeyIndexList {
        raw_id: Some(account.phone.registration_id()),
        timestamp: Some(clock::machine()),
        current_index: Some(current_index),
        valid_indexes: devices.into_iter().map(|(_, key_index)| key_index).collect(),
        account_type: None,
    });
    let signature = account.phone.sign(&[&KEY_INDEX_LIST[..], &details].concat());
    codec::adv_signed_key_index_list_to_vec(&ADVSignedKeyIndexList {
        details: Some(details),
        account_signature: Some(signature),
        account_signature_key: Some(account.phone.identity()),
    })
}

/// How a device calls itself in its registration.
pub(crate) fn platform_name(device_props: &[u8]) -> Option<String> {
    DeviceProps::decode_from_slice(device_props).ok()?.os
}
