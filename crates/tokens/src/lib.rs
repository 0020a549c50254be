//! Access tokens: signing our own, and verifying those of an issuer outside.
//!
//! A token is believed for its signature by a known key, for its issuer, its audience and its times. The
//! algorithm is what the *key* is made for; what a token's header says must agree, and decides nothing. No
//! symmetric algorithm is known to the [provider] at all, so a public key can never be taken for
//! a shared secret.
//!
//! The crate does not know who people are or what they may do: claims come in and go out.

mod claims;
mod external;
mod jwks;
mod keypair;
mod own;
mod provider;

pub use claims::{Claims, ExternalClaims};
pub use external::{External, ExternalIssuer};
pub use jwks::{JwkView, JwksView};
pub use keypair::Keypair;
pub use own::{OwnIssuer, SigningKey, key_id};

/// A token that is not believed. Why not is for the log; whoever showed it is not told.
#[derive(Debug, thiserror::Error)]
pub enum Invalid {
    #[error("it names no key that is known")]
    UnknownKey,
    #[error(transparent)]
    Token(#[from] jsonwebtoken::errors::Error),
}
