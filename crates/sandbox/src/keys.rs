//! Small helpers around Curve25519 keys and their text forms.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use wacore_libsignal::protocol::{KeyPair, PrivateKey};

use crate::Error;

/// A fresh key pair.
pub(crate) fn generate() -> KeyPair {
    KeyPair::generate(&mut rand::rng())
}

/// Rebuilds a pair from its stored private half.
pub(crate) fn restore(private: &[u8], what: &'static str) -> Result<KeyPair, Error> {
    let private_key = PrivateKey::deserialize(private).map_err(|_| Error::CorruptState { what })?;
    let public_key = private_key
        .public_key()
        .map_err(|_| Error::CorruptState { what })?;
    Ok(KeyPair::new(public_key, private_key))
}

/// The 32 bytes that go over the wire.
pub(crate) fn public_bytes(pair: &KeyPair) -> &[u8] {
    pair.public_key.public_key_bytes()
}

/// An `XEdDSA` signature.
pub(crate) fn sign(pair: &KeyPair, message: &[u8]) -> Vec<u8> {
    pair.private_key
        .calculate_signature(message, &mut rand::rng())
        .expect("a Curve25519 private key signs any message")
        .to_vec()
}

/// Reads base64 as clients write it in QR payloads.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Writes base64 as clients expect it.
pub(crate) fn encode_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// An unsigned integer of up to four big-endian bytes, the form of key and registration ids.
pub(crate) fn id_from_bytes(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |value, byte| (value << 8) | u32::from(*byte))
}

/// Serde form of byte strings: base64 text instead of a list of numbers.
pub(crate) mod base64_bytes {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::encode_base64(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        super::decode_base64(&text).ok_or_else(|| D::Error::custom("not base64"))
    }
}

/// Bytes as an element of a list or map.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct Blob(#[serde(with = "base64_bytes")] pub(crate) Vec<u8>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_survives_storage() {
        let pair = generate();
        let again = restore(pair.private_key.serialize(), "key").expect("own key");
        assert_eq!(public_bytes(&pair), public_bytes(&again));
        assert!(restore(b"short", "key").is_err());
    }

    #[test]
    fn ids_are_big_endian() {
        assert_eq!(id_from_bytes(&[0, 1, 2]), 258);
        assert_eq!(id_from_bytes(&[0x12, 0x34, 0x56, 0x78]), 0x1234_5678);
    }
}
