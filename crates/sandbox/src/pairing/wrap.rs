//! Ephemeral keys wrapped with a typed code: salt, initialisation vector and ciphertext.

use std::num::NonZeroU32;

use ring::pbkdf2;
use wacore::libsignal::crypto::Aes256Ctr32;

/// Salt (32), initialisation vector (16) and ciphertext (32).
pub(crate) const WRAPPED_KEY: usize = 80;
/// How often a code is stretched before it is a key: it has 40 bits only.
const ROUNDS: NonZeroU32 = NonZeroU32::new(1 << 17).expect("not zero");

/// Wraps a key. Takes a while: the code is stretched.
pub(super) fn wrap(key: &[u8; 32], code: &str) -> [u8; WRAPPED_KEY] {
    let mut wrapped = [0; WRAPPED_KEY];
    let (head, ciphertext) = wrapped.split_at_mut(48);
    let mut random = rand::random::<[u8; 32]>();
    head[..32].copy_from_slice(&random);
    random = rand::random();
    head[32..].copy_from_slice(&random[..16]);
    ciphertext.copy_from_slice(key);
    apply(head, code, ciphertext);
    wrapped
}

/// The key inside; with another code, some other key.
pub(super) fn unwrap(wrapped: &[u8; WRAPPED_KEY], code: &str) -> [u8; 32] {
    let (head, ciphertext) = wrapped.split_at(48);
    let mut key: [u8; 32] = ciphertext.try_into().expect("80 bytes less 48");
    apply(head, code, &mut key);
    key
}

fn apply(head: &[u8], code: &str, text: &mut [u8]) {
    let mut key = [0; 32];
    // The library that clients use does the same, but takes seconds where this takes a twentieth.
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA256,
        ROUNDS,
        &head[..32],
        code.as_bytes(),
        &mut key,
    );
    let (nonce, counter) = head[32..].split_at(12);
    let counter = u32::from_be_bytes(counter.try_into().expect("16 bytes less 12"));
    Aes256Ctr32::from_key(&key, nonce, counter)
        .expect("a key of 32 bytes and a nonce of 12")
        .process(text);
}

#[cfg(test)]
mod tests {
    use wacore::pair_code::PairCodeUtils;

    use super::*;

    #[test]
    fn it_is_what_clients_do() {
        let key = rand::random();
        assert_eq!(
            unwrap(
                &PairCodeUtils::encrypt_ephemeral_pub(&key, "ABCD1234"),
                "ABCD1234"
            ),
            key
        );
        let wrapped = wrap(&key, "ABCD1234");
        let opened = PairCodeUtils::decrypt_primary_ephemeral_pub(&wrapped, "ABCD1234");
        assert_eq!(opened.expect("80 bytes"), key);
        assert_ne!(unwrap(&wrapped, "ABCD1235"), key);
    }
}
