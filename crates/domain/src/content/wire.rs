use std::fmt;

/// The engine's own form of a message, which says more than [`Content`](super::Content): keys and
/// places of media, secrets of polls. Only the engine that made it can read it. It is kept with the
/// message, encrypted, so that media can be fetched and forwarded and votes be resolved later.
#[derive(Clone, PartialEq, Eq)]
pub struct WireContent(pub Vec<u8>);

impl fmt::Debug for WireContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WireContent({} bytes)", self.0.len())
    }
}
