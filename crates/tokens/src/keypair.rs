//! Ed25519 key pairs.

use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

/// A new pair of keys.
pub struct Keypair {
    pub public: Vec<u8>,
    /// PKCS #8.
    pub private: Vec<u8>,
}

impl Keypair {
    pub fn generate() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
            .expect("the system has randomness, as everything else here assumes");
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("it was just made");
        Self {
            public: pair.public_key().as_ref().to_vec(),
            private: document.as_ref().to_vec(),
        }
    }
}
