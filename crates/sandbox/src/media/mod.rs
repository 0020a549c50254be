//! The media host of the emulated network: what clients upload stays in memory, within bounds, until others fetch it.
//!
//! Clients only ever hand over ciphertext, addressed by its own SHA-256, so the host needs no accounts and no keys.

mod blobs;
mod download;
mod host;
mod life;
mod range;
mod seal;
#[cfg(test)]
mod tests;
mod upload;

pub(crate) use host::MediaHost;
pub(crate) use seal::Sealed;
