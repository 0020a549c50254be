//! What tokens say.

use serde::{Deserialize, Serialize};

/// The claims of our own tokens, in the spelling that clients of the dialect know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    /// The user.
    pub sub: String,
    /// Seconds, as for `exp`.
    pub iat: i64,
    pub exp: i64,
    pub jti: String,
    /// The organisation that the person acts in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_organization_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// What we read of a token from outside. Roles in it are not read: who may do what is decided here.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExternalClaims {
    pub sub: String,
    pub email: Option<String>,
    /// Whether the issuer vouches for the address.
    #[serde(default, rename = "email_verified")]
    pub email_verified: bool,
    pub active_organization_id: Option<String>,
}
