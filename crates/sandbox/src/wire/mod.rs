//! Bytes on the wire: connection header, frames, Noise handshake and stanza codec.

pub(crate) mod handshake;
mod intake;
mod stanza;

pub(crate) use intake::Intake;
pub(crate) use stanza::{Attributes, Stanza, attr_jid, attr_str, child, content, nodes, text};

/// Why a peer's bytes were refused. Every case ends the connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the connection does not start with the protocol header")]
    BadHeader,
    #[error("the handshake lacks its {0}")]
    MissingPart(&'static str),
    #[error("handshake failed")]
    Handshake(#[from] wacore_noise::HandshakeError),
    #[error("frame does not decrypt")]
    Cipher(#[from] wacore_noise::NoiseError),
    #[error("a frame cannot be written")]
    Frame(#[source] anyhow::Error),
    #[error("message counter exhausted")]
    CounterExhausted,
    #[error("malformed handshake message")]
    Protobuf(#[from] buffa::DecodeError),
    #[error("malformed stanza")]
    Stanza(#[from] wacore_binary::BinaryError),
}
