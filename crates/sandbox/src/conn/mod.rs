//! One client connection: a reader task, a writer task and what they share.

mod link;
mod link_code;
mod login;
mod registration;
mod reset;
mod session;
mod socket;
mod writer;

pub(crate) use link::{Ending, Flow, Hangup, Link};
pub(crate) use registration::PendingRegistration;
pub(crate) use reset::{ResetSwitch, Resettable};
pub(crate) use session::Peer;
pub(crate) use socket::serve;
