use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};
use wagon_test_kit::{Answering, GatewayBuilder, Receiver};

pub(super) const ISSUER: &str = "https://login.example.com";
pub(super) const AUDIENCE: &str = "wagon";

/// An issuer of tokens outside, which publishes its keys at a server.
pub(super) struct Issuer {
    server: Receiver,
}

/// One of an issuer's keys, of the kinds that issuers use.
pub(super) enum Key {
    Ed(Ed25519KeyPair),
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl Issuer {
    pub(super) async fn start() -> Self {
        Self {
            server: Receiver::start().await,
        }
    }

    pub(super) fn trusted_by(&self, builder: GatewayBuilder) -> GatewayBuilder {
        builder
            .env("WAGON_OUTBOUND_ALLOW", "127.0.0.1")
            .env("WAGON_OIDC_ISSUER", ISSUER)
            .env("WAGON_OIDC_AUDIENCE", AUDIENCE)
            .env("WAGON_OIDC_JWKS_URL", self.server.url("jwks"))
    }

    pub(super) fn publish(&self, keys: &[(&str, &Key)]) {
        let keys: Vec<Value> = keys.iter().map(|(kid, key)| key.jwk(kid)).collect();
        self.server
            .answer("jwks", Answering::Json(json!({ "keys": keys }).to_string()));
    }

    pub(super) fn fail(&self) {
        self.server.answer("jwks", Answering::Status(503, "down"));
    }

    /// How often the key set was asked for.
    pub(super) fn fetched(&self) -> usize {
        self.server.at("jwks").len()
    }
}

impl Key {
    pub(super) fn ed() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::Ed(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap())
    }

    pub(super) fn ec() -> Self {
        let (rng, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let document = EcdsaKeyPair::generate_pkcs8(kind, &rng).unwrap();
        Self::Ec(EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &rng).unwrap())
    }

    /// A key that was made for these tests and protects nothing.
    pub(super) fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::from_der(include_bytes!("rsa-2048.der")).unwrap())
    }

    pub(super) const fn algorithm(&self) -> &'static str {
        match self {
            Self::Ed(_) => "EdDSA",
            Self::Ec(_) => "ES256",
            Self::Rsa(_) => "RS256",
        }
    }

    fn jwk(&self, kid: &str) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Ed(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "x": text(pair.public_key().as_ref()) })
            }
            Self::Ec(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": text(x), "y": text(y) })
            }
            Self::Rsa(pair) => {
                let public = PublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({ "kty": "RSA", "kid": kid, "alg": "RS256", "n": text(&public.n), "e": text(&public.e) })
            }
        }
    }

    /// A token with the algorithm of the key.
    pub(super) fn token(&self, kid: &str, claims: &Value) -> String {
        self.token_with(&json!({ "alg": self.algorithm(), "kid": kid }), claims)
    }

    /// A token whose header says what it likes.
    pub(super) fn token_with(&self, header: &Value, claims: &Value) -> String {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(header), encode(claims));
        let rng = SystemRandom::new();
        let signature = match self {
            Self::Ed(pair) => pair.sign(signed.as_bytes()).as_ref().to_vec(),
            Self::Ec(pair) => pair.sign(&rng, signed.as_bytes()).unwrap().as_ref().to_vec(),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &rng, signed.as_bytes(), &mut signature)
                    .unwrap();
                signature
            }
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The bytes of the public key, as someone would take them who confuses it with a shared secret.
    pub(super) fn public_bytes(&self) -> Vec<u8> {
        match self {
            Self::Ed(pair) => pair.public_key().as_ref().to_vec(),
            Self::Ec(pair) => pair.public_key().as_ref().to_vec(),
            Self::Rsa(pair) => pair.public_key().as_ref().to_vec(),
        }
    }
}

/// Claims of a token for this person that is good for a minute.
pub(super) fn claims(subject: &str, email: &str) -> Value {
    let now = now();
    json!({
        "iss": ISSUER, "aud": [AUDIENCE, "others"], "sub": subject, "iat": now, "exp": now + 60,
        "email": email, "email_verified": true,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "an issuer outside has a clock of its own"
)]
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
