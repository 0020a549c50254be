//! Our own tokens.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};

use crate::Invalid;
use crate::claims::Claims;
use crate::jwks::{JwkView, JwksView};
use crate::provider;

/// Clocks of several gateways on one database differ a little.
const LEEWAY_SECONDS: u64 = 5;

/// A key as it comes out of the store.
pub struct SigningKey {
    pub kid: String,
    pub public: Vec<u8>,
    /// PKCS #8.
    pub private: Vec<u8>,
    /// Whether it signs new tokens, or only stands for old ones.
    pub active: bool,
}

/// The keys of this gateway, the newest first, and the name it signs under.
pub struct OwnIssuer {
    name: String,
    keys: Vec<Key>,
}

struct Key {
    kid: String,
    public: Vec<u8>,
    decoding: DecodingKey,
    encoding: Option<EncodingKey>,
}

impl OwnIssuer {
    /// `name` is issuer and audience.
    pub fn new(name: String, keys: impl IntoIterator<Item = SigningKey>) -> Self {
        provider::install();
        let keys = keys.into_iter().map(|key| Key {
            decoding: DecodingKey::from_ed_der(&key.public),
            encoding: key.active.then(|| EncodingKey::from_ed_der(&key.private)),
            kid: key.kid,
            public: key.public,
        });
        Self {
            name,
            keys: keys.collect(),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether one of the keys has this id.
    pub fn has(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid == kid)
    }

    /// The token with these claims; none when no key signs.
    pub fn sign(&self, claims: &Claims) -> Option<Result<String, Invalid>> {
        let (kid, key) = self
            .keys
            .iter()
            .find_map(|key| Some((&key.kid, key.encoding.as_ref()?)))?;
        let header = Header {
            kid: Some(kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        Some(encode(&header, claims, key).map_err(Invalid::from))
    }

    pub fn verify(&self, token: &str) -> Result<Claims, Invalid> {
        let kid = decode_header(token)?.kid.ok_or(Invalid::UnknownKey)?;
        let key = self.keys.iter().find(|key| key.kid == kid);
        let key = key.ok_or(Invalid::UnknownKey)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.name]);
        validation.set_audience(&[&self.name]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = LEEWAY_SECONDS;
        Ok(decode(token, &key.decoding, &validation)?.claims)
    }

    /// What others verify our tokens with.
    pub fn jwks(&self) -> JwksView {
        JwksView {
            keys: self
                .keys
                .iter()
                .map(|key| JwkView::new(&key.kid, &key.public))
                .collect(),
        }
    }
}

/// The id of the key that a token says it was signed with.
pub fn key_id(token: &str) -> Option<String> {
    decode_header(token).ok()?.kid
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::get_current_timestamp;

    use super::*;
    use crate::keypair::Keypair;

    fn key(kid: &str, active: bool) -> SigningKey {
        let Keypair { public, private } = Keypair::generate();
        SigningKey {
            kid: kid.to_owned(),
            public,
            private,
            active,
        }
    }

    fn claims(issuer: &str, seconds: i64) -> Claims {
        let now = i64::try_from(get_current_timestamp()).unwrap();
        Claims {
            iss: issuer.to_owned(),
            aud: issuer.to_owned(),
            sub: "usr_1".to_owned(),
            iat: now,
            exp: now + seconds,
            jti: "1".to_owned(),
            active_organization_id: None,
            org_role: None,
            role: None,
        }
    }

    #[test]
    fn a_token_is_believed_by_its_own_issuer_only() {
        let issuer = OwnIssuer::new(
            "https://a.example".to_owned(),
            [key("new", true), key("old", false)],
        );
        let other = OwnIssuer::new("https://a.example".to_owned(), [key("new", true)]);
        let token = issuer.sign(&claims(issuer.name(), 60)).unwrap().unwrap();
        assert_eq!(key_id(&token).as_deref(), Some("new"));
        assert_eq!(issuer.verify(&token).unwrap().sub, "usr_1");
        assert!(
            other.verify(&token).is_err(),
            "signed by another key of that name"
        );
        for wrong in [claims("https://b.example", 60), claims(issuer.name(), -60)] {
            let token = issuer.sign(&wrong).unwrap().unwrap();
            assert!(issuer.verify(&token).is_err());
        }
        let mut cut = token;
        cut.pop();
        assert!(issuer.verify(&cut).is_err());
    }

    #[test]
    fn a_retired_key_verifies_and_signs_no_more() {
        let (retired, public, private) = {
            let key = key("k", true);
            (
                SigningKey {
                    kid: key.kid,
                    public: key.public.clone(),
                    private: key.private.clone(),
                    active: false,
                },
                key.public,
                key.private,
            )
        };
        let active = SigningKey {
            kid: "k".to_owned(),
            public,
            private,
            active: true,
        };
        let before = OwnIssuer::new("urn:w".to_owned(), [active]);
        let token = before.sign(&claims("urn:w", 60)).unwrap().unwrap();
        let after = OwnIssuer::new("urn:w".to_owned(), [retired]);
        assert!(after.sign(&claims("urn:w", 60)).is_none());
        assert!(after.verify(&token).is_ok());
        assert_eq!(after.jwks(), before.jwks());
    }
}
