//! The product through its front door, with real clients of other make as witnesses.

mod gateway_baileys;
mod sandbox_baileys;
mod sandbox_phones;
