//! Signing in, staying signed in, signing out.

mod refresh;
mod sign_in;
mod sign_out;
mod view;

pub(crate) use refresh::handler as refresh;
pub(crate) use sign_in::handler as sign_in;
pub(crate) use sign_out::handler as sign_out;
