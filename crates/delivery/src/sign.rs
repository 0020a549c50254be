//! Signatures, in two forms: a hex HMAC-SHA512 of the body, and the one of Standard Webhooks, which
//! covers id and time as well.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha512};

/// How secrets of Standard Webhooks begin; the key follows in base64.
const PREFIX: &str = "whsec_";

/// A new secret, in the form of Standard Webhooks.
pub fn generate_secret() -> String {
    let mut key = [0_u8; 32];
    rand::fill(&mut key);
    format!("{PREFIX}{}", STANDARD.encode(key))
}

/// HMAC-SHA512 of the body in lower-case hex. The key is the secret as it was given, byte for byte.
pub(crate) fn body_hmac(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha512>::new_from_slice(secret.as_bytes()).expect("any length of key will do");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// HMAC-SHA256 of the body in lower-case hex, with the secret's bytes as the key.
pub fn body_hmac_sha256(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length of key will do");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// One entry of `webhook-signature`. The key of a secret without the prefix is the secret itself.
pub(crate) fn standard(secret: &str, id: &str, timestamp: i64, body: &[u8]) -> String {
    let key = secret
        .strip_prefix(PREFIX)
        .and_then(|rest| STANDARD.decode(rest).ok());
    let key = key.unwrap_or_else(|| secret.as_bytes().to_vec());
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length of key will do");
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_signed_as_receivers_know_it() {
        assert_eq!(
            body_hmac("key", b"The quick brown fox jumps over the lazy dog"),
            "b42af09057bac1e2d41708e48a902e09b5ff7f12ab428a4fe86653c73dd248fb\
             82f948a549f7b791a5b41915ee4d1ec3935357e4e2317250d0372afa2ebeeb3a"
        );
    }

    #[test]
    fn standard_webhooks_libraries_verify_it() {
        // The example of the specification.
        assert_eq!(
            standard(
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330,
                br#"{"test": 2432232314}"#
            ),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn secrets_are_new_each_time() {
        let secret = generate_secret();
        assert!(secret.starts_with(PREFIX) && secret != generate_secret());
        assert_eq!(STANDARD.decode(&secret[PREFIX.len()..]).unwrap().len(), 32);
    }
}
