//! People, what they are in organisations, and what they sign in with.

mod external;
mod members;
mod refresh;
mod token_keys;
mod users;

pub use external::ExternalIdentity;
pub use members::{Member, Membership};
pub use refresh::RefreshToken;
pub use token_keys::TokenKey;
pub use users::User;
