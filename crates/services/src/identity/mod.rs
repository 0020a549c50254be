//! Who people are: users, organisations, signing in, and what is known of who did what.

mod access;
mod attempts;
mod audit;
mod me;
mod organizations;
mod passwords;
mod sign_in;
mod standing;
mod tokens;
mod users;

pub use access::{Access, Credential, Identified};
pub use audit::Audit;
pub(crate) use audit::Ledger;
pub use me::{Me, NewPassword, UpdateMe, WhoAmI};
pub use organizations::{AddMember, Organizations};
pub(crate) use passwords::Passwords;
pub use sign_in::{Session as SignInSession, SignIn, SignInRequest};
pub(crate) use standing::Standing;
pub use tokens::Tokens;
pub use users::{CreateUser, UpdateUser, Users};
