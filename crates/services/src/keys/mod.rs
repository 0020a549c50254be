//! API keys: programs that call.

mod authenticate;
mod manage;
mod operator;
mod pace;
mod secret;
mod upkeep;
mod uses;

pub use authenticate::Keys;
pub use manage::{CreateKey, NewKey};
pub use secret::{KeyForm, Pepper};
pub use upkeep::UpdateKey;
