//! Across organisations; for those who run the gateway.

mod audit;
mod organizations;
mod rotate_token_key;
mod sessions;

pub(crate) use audit::handler as audit;
pub(crate) use organizations::handler as organizations;
pub(crate) use rotate_token_key::handler as rotate_token_key;
pub(crate) use sessions::handler as sessions;
