//! Tokens of an issuer outside, verified with the keys that it publishes.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use tokio::sync::{Mutex, MutexGuard};
use wagon_domain::{Clock, HttpUrl, Timestamp};
use wagon_outbound::{Limits, Outbound};

use crate::Invalid;
use crate::claims::ExternalClaims;
use crate::provider;

/// How long a key set counts as current.
const FRESH: Duration = Duration::from_hours(1);
/// Between two attempts to fetch it: a token may name any key it likes.
const PAUSE: Duration = Duration::from_mins(1);
/// The same as long as there is no key at all.
const PAUSE_AT_FIRST: Duration = Duration::from_secs(2);
const LIMITS: Limits = Limits {
    bytes: 256 * 1024,
    time: Duration::from_secs(10),
    redirects: 3,
};

/// Whom to believe.
#[derive(Debug, Clone)]
pub struct External {
    /// `iss`, exactly.
    pub issuer: String,
    /// One of `aud`.
    pub audience: String,
    pub jwks_url: HttpUrl,
}

/// An issuer, and what is known of its keys.
pub struct ExternalIssuer {
    config: External,
    outbound: Outbound,
    clock: Arc<dyn Clock>,
    known: RwLock<Arc<Known>>,
    /// When it was last tried; whoever holds it fetches.
    tried: Mutex<Option<Timestamp>>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, Key>,
    fetched: Option<Timestamp>,
}

/// A key with the algorithms that are for it.
struct Key {
    algorithms: Vec<Algorithm>,
    decoding: DecodingKey,
}

impl ExternalIssuer {
    pub fn new(config: External, outbound: Outbound, clock: Arc<dyn Clock>) -> Self {
        provider::install();
        Self {
            config,
            outbound,
            clock,
            known: RwLock::default(),
            tried: Mutex::default(),
        }
    }

    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    pub async fn verify(&self, token: &str) -> Result<ExternalClaims, Invalid> {
        let kid = decode_header(token)?.kid.ok_or(Invalid::UnknownKey)?;
        let known = self.knowing(&kid).await;
        let key = known.keys.get(&kid).ok_or(Invalid::UnknownKey)?;
        let first = key.algorithms.first().ok_or(ErrorKind::InvalidAlgorithm);
        let mut validation = Validation::new(*first.map_err(jsonwebtoken::errors::Error::from)?);
        validation.algorithms.clone_from(&key.algorithms);
        validation.set_issuer(&[&self.config.issuer]);
        validation.set_audience(&[&self.config.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        Ok(decode(token, &key.decoding, &validation)?.claims)
    }

    /// The key set, fetched if it is old or does not have the key. An old one is better than none: while
    /// it is fetched by someone, or cannot be, it stays in use.
    async fn knowing(&self, kid: &str) -> Arc<Known> {
        let known = self.known();
        let has = known.keys.contains_key(kid);
        if has && self.is_fresh(&known) {
            return known;
        }
        let tried = if has {
            self.tried.try_lock().ok()
        } else {
            Some(self.tried.lock().await)
        };
        if let Some(tried) = tried {
            self.fetch(kid, tried).await;
        }
        self.known()
    }

    async fn fetch(&self, kid: &str, mut tried: MutexGuard<'_, Option<Timestamp>>) {
        let (known, now) = (self.known(), self.clock.now());
        // Someone else may have fetched it while this one waited.
        if known.keys.contains_key(kid) && self.is_fresh(&known) {
            return;
        }
        let pause = if known.keys.is_empty() {
            PAUSE_AT_FIRST
        } else {
            PAUSE
        };
        if tried.is_some_and(|at| now.since(at) < pause) {
            return;
        }
        *tried = Some(now);
        match self.outbound.get(&self.config.jwks_url, LIMITS).await {
            Ok(download) => match keys(&download.bytes) {
                Ok(keys) => {
                    let known = Known {
                        keys,
                        fetched: Some(now),
                    };
                    *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
                }
                Err(error) => tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the key set of oidc_jwks_url is malformed"
                ),
            },
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "oidc_jwks_url cannot be read"
            ),
        }
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_fresh(&self, known: &Known) -> bool {
        known.fetched.is_some_and(|at| self.clock.now().since(at) < FRESH)
    }
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

/// The keys that can be used; one that cannot does not spoil the others.
fn keys(bytes: &[u8]) -> Result<HashMap<String, Key>, serde_json::Error> {
    let set: KeySet = serde_json::from_slice(bytes)?;
    let keys = set.keys.into_iter().filter_map(|value| {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        let kid = jwk.common.key_id.clone()?;
        Some((kid, usable(&jwk)?))
    });
    Ok(keys.collect())
}

/// The key, if it is a public one that is made for signatures.
fn usable(jwk: &Jwk) -> Option<Key> {
    if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
        return None;
    }
    let mut algorithms = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => vec![Algorithm::RS256, Algorithm::RS384, Algorithm::RS512],
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => vec![Algorithm::ES256],
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => vec![Algorithm::ES384],
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            vec![Algorithm::EdDSA]
        }
        _ => return None,
    };
    if let Some(declared) = &jwk.common.key_algorithm {
        algorithms.retain(|algorithm| KeyAlgorithm::from(*algorithm) == *declared);
    }
    if algorithms.is_empty() {
        return None;
    }
    let decoding = DecodingKey::from_jwk(jwk).ok()?;
    Some(Key { algorithms, decoding })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn algorithms(jwk: &serde_json::Value) -> Option<Vec<Algorithm>> {
        let set = json!({ "keys": [jwk] }).to_string();
        keys(set.as_bytes())
            .unwrap()
            .remove("k")
            .map(|key| key.algorithms)
    }

    #[test]
    fn the_key_says_which_algorithm_is_for_it() {
        let ed = json!({"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": "AAAA"});
        assert_eq!(algorithms(&ed), Some(vec![Algorithm::EdDSA]));
        let ec = json!({"kty": "EC", "crv": "P-256", "kid": "k", "x": "AAAA", "y": "AAAA"});
        assert_eq!(algorithms(&ec), Some(vec![Algorithm::ES256]));
        let rsa = json!({"kty": "RSA", "alg": "RS256", "kid": "k", "n": "AAAA", "e": "AQAB"});
        assert_eq!(algorithms(&rsa), Some(vec![Algorithm::RS256]));
    }

    #[test]
    fn keys_that_are_not_for_public_signatures_are_left_out() {
        for jwk in [
            json!({"kty": "oct", "kid": "k", "k": "AAAA"}),
            json!({"kty": "RSA", "use": "enc", "kid": "k", "n": "AAAA", "e": "AQAB"}),
            json!({"kty": "RSA", "alg": "HS256", "kid": "k", "n": "AAAA", "e": "AQAB"}),
            json!({"kty": "EC", "crv": "P-521", "kid": "k", "x": "AAAA", "y": "AAAA"}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}),
            json!({"kty": "?"}),
        ] {
            assert_eq!(algorithms(&jwk), None, "{jwk}");
        }
    }
}
