//! Encryption of what is secret at rest: XChaCha20-Poly1305 with a random nonce per value.
//!
//! A stored value is `version (1) ‖ key id (4) ‖ nonce (24) ‖ ciphertext and tag`. The key id tells
//! a wrong key from damaged data.

use std::fmt;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::key_file::{self, KeyFileError};

const VERSION: u8 = 1;
const KEY_ID_LEN: usize = 4;
const NONCE_LEN: usize = 24;
const HEADER_LEN: usize = 1 + KEY_ID_LEN + NONCE_LEN;

/// Encrypts and decrypts with one key.
pub struct Cipher {
    aead: XChaCha20Poly1305,
    key_id: [u8; KEY_ID_LEN],
    file: Option<PathBuf>,
}

/// Why a stored value does not decrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undecryptable {
    #[error("it is not in a known format")]
    Format,
    #[error("it was encrypted with another key")]
    OtherKey,
    #[error("it was changed after it was stored")]
    Tampered,
}

impl Cipher {
    pub fn new(key: [u8; 32]) -> Self {
        Self::from_key(&Zeroizing::new(key), None)
    }

    /// Reads the key from a file, or makes one and writes it there.
    pub fn load_or_generate(path: impl AsRef<Path>) -> Result<Self, KeyFileError> {
        let path = path.as_ref();
        let key = key_file::load_or_generate(path)?;
        Ok(Self::from_key(&key, Some(path.to_owned())))
    }

    fn from_key(key: &Zeroizing<[u8; 32]>, file: Option<PathBuf>) -> Self {
        let digest = Sha256::new()
            .chain_update(b"wagon key id")
            .chain_update(key.as_slice())
            .finalize();
        let mut key_id = [0; KEY_ID_LEN];
        key_id.copy_from_slice(&digest[..KEY_ID_LEN]);
        Self {
            aead: XChaCha20Poly1305::new(key.as_slice().try_into().expect("a key has 32 bytes")),
            key_id,
            file,
        }
    }

    /// Where the key came from, in words for an operator.
    pub(crate) fn origin(&self) -> String {
        self.file.as_ref().map_or_else(
            || "the configuration".to_owned(),
            |path| path.display().to_string(),
        )
    }

    /// `context` is authenticated, not stored: a value moved to another row does not decrypt.
    pub(crate) fn encrypt(&self, context: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce);
        let sealed = self
            .aead
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: context,
                },
            )
            .expect("a value in memory is far below the cipher's length limit");
        let mut stored = Vec::with_capacity(HEADER_LEN + sealed.len());
        stored.push(VERSION);
        stored.extend_from_slice(&self.key_id);
        stored.extend_from_slice(&nonce);
        stored.extend_from_slice(&sealed);
        stored
    }

    pub(crate) fn decrypt(&self, context: &[u8], stored: &[u8]) -> Result<Vec<u8>, Undecryptable> {
        let (header, sealed) = stored.split_at_checked(HEADER_LEN).ok_or(Undecryptable::Format)?;
        if header[0] != VERSION {
            return Err(Undecryptable::Format);
        }
        let (key_id, nonce) = header[1..].split_at(KEY_ID_LEN);
        if key_id != self.key_id {
            return Err(Undecryptable::OtherKey);
        }
        let nonce = XNonce::try_from(nonce).expect("the header was split to size");
        self.aead
            .decrypt(
                &nonce,
                Payload {
                    msg: sealed,
                    aad: context,
                },
            )
            .map_err(|_| Undecryptable::Tampered)
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cipher")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_round_trip_in_their_own_context_only() {
        let cipher = Cipher::new([7; 32]);
        let stored = cipher.encrypt(b"here", b"secret");
        assert!(!stored.windows(6).any(|window| window == b"secret"));
        assert_ne!(stored, cipher.encrypt(b"here", b"secret"));
        assert_eq!(cipher.decrypt(b"here", &stored), Ok(b"secret".to_vec()));
        assert_eq!(cipher.decrypt(b"there", &stored), Err(Undecryptable::Tampered));
    }

    #[test]
    fn damage_and_foreign_keys_are_told_apart() {
        let cipher = Cipher::new([7; 32]);
        let mut stored = cipher.encrypt(b"", b"secret");
        assert_eq!(
            Cipher::new([8; 32]).decrypt(b"", &stored),
            Err(Undecryptable::OtherKey)
        );
        assert_eq!(cipher.decrypt(b"", &stored[..10]), Err(Undecryptable::Format));
        *stored.last_mut().unwrap() ^= 1;
        assert_eq!(cipher.decrypt(b"", &stored), Err(Undecryptable::Tampered));
    }
}
