//! The sandbox's own certificate chain and Noise identity.
//!
//! Gateways that were paired at store level remember the static key and never look at a
//! certificate again, so it must survive restarts and its window must be long.

use buffa::{Message as _, MessageField};
use serde::{Deserialize, Serialize};
use wacore_libsignal::protocol::KeyPair;
use waproto::whatsapp::{CertChain, cert_chain::NoiseCertificate, cert_chain::noise_certificate::Details};

use crate::{Error, clock, keys};

const DAY: u64 = 24 * 60 * 60;
const LIFETIME: u64 = 20 * 365 * DAY;

/// Root, intermediate and static key pair with the chain they sign.
pub(crate) struct Pki {
    root: KeyPair,
    intermediate: KeyPair,
    static_pair: KeyPair,
    window: Window,
    chain: Vec<u8>,
}

/// Validity of both certificates, in seconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Window {
    pub(crate) not_before: u64,
    pub(crate) not_after: u64,
}

/// What the state file keeps of a [`Pki`].
#[derive(Serialize, Deserialize)]
pub(crate) struct PkiRecord {
    #[serde(with = "keys::base64_bytes")]
    root: Vec<u8>,
    #[serde(with = "keys::base64_bytes")]
    intermediate: Vec<u8>,
    #[serde(with = "keys::base64_bytes")]
    static_key: Vec<u8>,
    window: Window,
}

impl Pki {
    pub(crate) fn generate() -> Self {
        let now = clock::machine();
        let window = Window {
            not_before: now.saturating_sub(DAY),
            not_after: now + LIFETIME,
        };
        Self::assemble(keys::generate(), keys::generate(), keys::generate(), window)
    }

    pub(crate) fn restore(record: &PkiRecord) -> Result<Self, Error> {
        Ok(Self::assemble(
            keys::restore(&record.root, "root key")?,
            keys::restore(&record.intermediate, "intermediate key")?,
            keys::restore(&record.static_key, "static key")?,
            record.window,
        ))
    }

    pub(crate) fn record(&self) -> PkiRecord {
        PkiRecord {
            root: self.root.private_key.serialize().to_vec(),
            intermediate: self.intermediate.private_key.serialize().to_vec(),
            static_key: self.static_pair.private_key.serialize().to_vec(),
            window: self.window,
        }
    }

    pub(crate) fn root_public(&self) -> &[u8] {
        keys::public_bytes(&self.root)
    }

    pub(crate) fn intermediate_public(&self) -> &[u8] {
        keys::public_bytes(&self.intermediate)
    }

    pub(crate) fn static_public(&self) -> &[u8] {
        keys::public_bytes(&self.static_pair)
    }

    pub(crate) fn static_private(&self) -> &[u8] {
        self.static_pair.private_key.serialize()
    }

    pub(crate) fn window(&self) -> Window {
        self.window
    }

    /// The encoded `CertChain` of an XX server hello.
    pub(crate) fn chain(&self) -> &[u8] {
        &self.chain
    }

    fn assemble(root: KeyPair, intermediate: KeyPair, static_pair: KeyPair, window: Window) -> Self {
        let certificate = |serial, issuer_serial, subject: &KeyPair, issuer: &KeyPair| {
            let details = Details {
                serial: Some(serial),
                issuer_serial: Some(issuer_serial),
                key: Some(keys::public_bytes(subject).to_vec()),
                not_before: Some(window.not_before),
                not_after: Some(window.not_after),
            }
            .encode_to_vec();
            let signature = keys::sign(issuer, &details);
            NoiseCertificate {
                details: Some(details),
                signature: Some(signature),
            }
        };
        let chain = CertChain {
            intermediate: MessageField::some(certificate(1, 0, &intermediate, &root)),
            leaf: MessageField::some(certificate(2, 1, &static_pair, &intermediate)),
        }
        .encode_to_vec();
        Self {
            root,
            intermediate,
            static_pair,
            window,
            chain,
        }
    }
}

#[cfg(test)]
mod tests {
    use wacore_libsignal::protocol::PublicKey;

    use super::*;

    #[test]
    fn the_chain_verifies_against_the_root() {
        let pki = Pki::generate();
        let chain = waproto::codec::cert_chain_decode(pki.chain()).expect("own chain");
        let intermediate = chain.intermediate.into_option().expect("intermediate");
        let leaf = chain.leaf.into_option().expect("leaf");
        let verify = |key: &[u8], certificate: &NoiseCertificate| {
            PublicKey::from_djb_public_key_bytes(key)
                .expect("key")
                .verify_signature(
                    certificate.details.as_deref().expect("details"),
                    certificate.signature.as_deref().expect("signature"),
                )
        };
        assert!(verify(pki.root_public(), &intermediate));
        assert!(verify(pki.intermediate_public(), &leaf));
        assert!(!verify(pki.root_public(), &leaf));
    }

    #[test]
    fn keys_survive_the_record() {
        let pki = Pki::generate();
        let again = Pki::restore(&pki.record()).expect("own record");
        assert_eq!(pki.static_public(), again.static_public());
        assert_eq!(pki.root_public(), again.root_public());
        assert_eq!(pki.window(), again.window());
    }
}
