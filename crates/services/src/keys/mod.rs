//! API keys: programs that call.

mod authenticate;
mod manage;
mod operator;
mod pace;
mod secret;

pub use authenticate::Keys;
pub use manage::{CreateKey, NewKey};
