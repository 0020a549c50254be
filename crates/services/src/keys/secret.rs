//! What a key looks like, and what is kept of it.

use std::fmt::{self, Write};
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use rand::RngExt;
use sha2::{Digest, Sha256};

/// The random part of a key: 64 letters, more than 360 bits.
const LEN: usize = 64;

/// What is hashed into every key and is not in the database: without it nobody can try guesses on a stolen one,
/// or add keys to it.
#[derive(Clone, Default)]
pub struct Pepper(Option<Arc<str>>);

impl Pepper {
    pub fn new(pepper: &str) -> Self {
        Self(Some(pepper.into()))
    }

    /// Keys are random and long, so a fast hash is the right one.
    pub(super) fn digest(&self, secret: &str) -> [u8; 32] {
        let Some(pepper) = &self.0 else {
            return Sha256::digest(secret.as_bytes()).into();
        };
        let mac = Hmac::<Sha256>::new_from_slice(pepper.as_bytes()).expect("any length of key will do");
        mac.chain_update(secret.as_bytes()).finalize().into_bytes().into()
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(…)")
    }
}

/// How a new key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyForm {
    #[default]
    Native,
    /// Hexadecimal digits behind `owa_k1_`, which programs made for OpenWA may check.
    OpenWa,
}

pub(super) fn generate(form: KeyForm) -> String {
    match form {
        KeyForm::Native => letters(),
        KeyForm::OpenWa => digits(),
    }
}

fn digits() -> String {
    let bytes: [u8; LEN / 2] = rand::random();
    bytes.iter().fold("owa_k1_".to_owned(), |mut key, byte| {
        // Writing to a string cannot fail.
        let _ = write!(key, "{byte:02x}");
        key
    })
}

fn letters() -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rng = rand::rng();
    let letters = (0..LEN).map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())]));
    "wa_".chars().chain(letters).collect()
}

/// The last four characters, for people to tell keys apart; nothing of a secret too short for it.
pub(super) fn hint(secret: &str) -> String {
    let count = secret.chars().count();
    if count < 16 {
        String::new()
    } else {
        secret.chars().skip(count - 4).collect()
    }
}

/// The first characters, for the same; nothing of a secret that is not much longer.
pub(super) fn prefix(secret: &str) -> String {
    const SHOWN: usize = 12;
    if secret.chars().count() < 4 * SHOWN {
        String::new()
    } else {
        secret.chars().take(SHOWN).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_form_that_clients_know() {
        let key = generate(KeyForm::Native);
        assert_eq!(key.len(), 67);
        assert!(key.starts_with("wa_") && key[3..].bytes().all(|b| b.is_ascii_alphabetic()));
        assert_ne!(key, generate(KeyForm::Native));
        let key = generate(KeyForm::OpenWa);
        let digits = key.strip_prefix("owa_k1_").unwrap();
        assert_eq!(digits.len(), 64);
        assert!(digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
    }

    #[test]
    fn a_pepper_is_the_key_of_an_hmac() {
        let plain = Pepper::default().digest("what do ya want for nothing?");
        assert_eq!(
            plain,
            <[u8; 32]>::from(Sha256::digest("what do ya want for nothing?"))
        );
        // RFC 4231, test case 2.
        let seasoned = Pepper::new("Jefe").digest("what do ya want for nothing?");
        assert_eq!(
            seasoned.map(|byte| format!("{byte:02x}")).concat(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_hint_never_gives_a_short_secret_away() {
        assert_eq!(hint("short"), "");
        assert_eq!(hint("wa_abcdefghijklmnop"), "mnop");
        assert_eq!(prefix("wa_abcdefghijklmnop"), "");
        assert_eq!(prefix(&format!("wa_{}", "x".repeat(64))), "wa_xxxxxxxxx");
    }
}
