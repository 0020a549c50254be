//! The key set that we publish.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

/// A JSON Web Key Set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JwksView {
    pub keys: Vec<JwkView>,
}

/// An Ed25519 public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JwkView {
    kty: &'static str,
    crv: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
    alg: &'static str,
    kid: String,
    x: String,
}

impl JwkView {
    pub fn new(kid: &str, public: &[u8]) -> Self {
        Self {
            kty: "OKP",
            crv: "Ed25519",
            usage: "sig",
            alg: "EdDSA",
            kid: kid.to_owned(),
            x: URL_SAFE_NO_PAD.encode(public),
        }
    }
}
