//! The responder of the Noise handshake: XX, IK and `XXfallback`.
//!
//! A client that remembers our static key sends an IK hello with its login inside. If that hello
//! was made for another key, the answer has the shape of XX and the client falls back.

use buffa::{Message as _, MessageField};
use wacore_binary::consts::{NOISE_PATTERN_IK, NOISE_PATTERN_XX, NOISE_PATTERN_XXFALLBACK, WA_CONN_HEADER};
use wacore_libsignal::protocol::KeyPair;
use wacore_noise::{NoiseCipher, NoiseHandshake};
use waproto::{
    codec,
    whatsapp::{
        ClientPayload, HandshakeMessage, handshake_message::ClientHello, handshake_message::ServerHello,
    },
};

use super::Error;
use crate::{keys, pki::Pki};

/// The pattern a connection ended up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pattern {
    Xx,
    Ik,
    XxFallback,
}

impl Pattern {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Xx => "XX",
            Self::Ik => "IK",
            Self::XxFallback => "XXfallback",
        }
    }
}

/// A finished handshake.
pub(crate) struct Established {
    pub(crate) pattern: Pattern,
    pub(crate) read: NoiseCipher,
    pub(crate) write: NoiseCipher,
    /// The client's Noise public key, which authenticates its login.
    pub(crate) client_static: Vec<u8>,
    pub(crate) payload: Box<ClientPayload>,
}

/// What to do after a client hello.
pub(crate) enum Step {
    /// Send the hello; the handshake is over.
    Complete {
        hello: Vec<u8>,
        established: Established,
    },
    /// Send the hello and wait for the client's finish.
    Continue { hello: Vec<u8>, pending: Pending },
}

/// An XX handshake that waits for the client's finish.
pub(crate) struct Pending {
    noise: NoiseHandshake,
    ephemeral: KeyPair,
    pattern: Pattern,
}

/// Answers the first frame of a connection.
pub(crate) fn respond(pki: &Pki, frame: &[u8]) -> Result<Step, Error> {
    let hello = codec::handshake_message_decode(frame)?
        .client_hello
        .into_option()
        .ok_or(Error::MissingPart("client hello"))?;
    let client_ephemeral = hello
        .ephemeral
        .as_deref()
        .ok_or(Error::MissingPart("client ephemeral"))?;
    let early = hello.r#static.as_deref().zip(hello.payload.as_deref());
    let Some((client_static, payload)) = early else {
        return respond_xx(pki, client_ephemeral, Pattern::Xx);
    };
    match open_ik(pki, client_ephemeral, client_static, payload) {
        Ok(opened) => respond_ik(pki, &hello, opened),
        Err(_) => respond_xx(pki, client_ephemeral, Pattern::XxFallback),
    }
}

/// An IK hello that was made for our static key.
struct OpenedIk {
    noise: NoiseHandshake,
    client_static: Vec<u8>,
    payload: Vec<u8>,
}

fn open_ik(
    pki: &Pki,
    client_ephemeral: &[u8],
    client_static: &[u8],
    payload: &[u8],
) -> Result<OpenedIk, Error> {
    let mut noise = NoiseHandshake::new(NOISE_PATTERN_IK, &WA_CONN_HEADER)?;
    noise.authenticate(pki.static_public());
    noise.authenticate(client_ephemeral);
    noise.mix_shared_secret(pki.static_private(), client_ephemeral)?;
    let client_static = noise.decrypt(client_static)?;
    noise.mix_shared_secret(pki.static_private(), &client_static)?;
    let payload = noise.decrypt(payload)?;
    Ok(OpenedIk {
        noise,
        client_static,
        payload,
    })
}

fn respond_ik(pki: &Pki, hello: &ClientHello, opened: OpenedIk) -> Result<Step, Error> {
    let OpenedIk {
        mut noise,
        client_static,
        payload,
    } = opened;
    let client_ephemeral = hello.ephemeral.as_deref().unwrap_or_default();
    let ephemeral = keys::generate();
    let private = ephemeral.private_key.serialize();
    noise.authenticate(keys::public_bytes(&ephemeral));
    noise.mix_shared_secret(private, client_ephemeral)?;
    noise.mix_shared_secret(private, &client_static)?;
    let certificate = noise.encrypt(pki.chain())?;
    let hello = server_hello(&ephemeral, None, certificate);
    let established = establish(noise, Pattern::Ik, client_static, &payload)?;
    Ok(Step::Complete { hello, established })
}

fn respond_xx(pki: &Pki, client_ephemeral: &[u8], pattern: Pattern) -> Result<Step, Error> {
    let name = if pattern == Pattern::Xx {
        NOISE_PATTERN_XX
    } else {
        NOISE_PATTERN_XXFALLBACK
    };
    let ephemeral = keys::generate();
    let mut noise = NoiseHandshake::new(name, &WA_CONN_HEADER)?;
    noise.authenticate(client_ephemeral);
    noise.authenticate(keys::public_bytes(&ephemeral));
    noise.mix_shared_secret(ephemeral.private_key.serialize(), client_ephemeral)?;
    let server_static = noise.encrypt(pki.static_public())?;
    noise.mix_shared_secret(pki.static_private(), client_ephemeral)?;
    let certificate = noise.encrypt(pki.chain())?;
    let hello = server_hello(&ephemeral, Some(server_static), certificate);
    Ok(Step::Continue {
        hello,
        pending: Pending {
            noise,
            ephemeral,
            pattern,
        },
    })
}

impl Pending {
    /// Takes the client's finish.
    pub(crate) fn finish(self, frame: &[u8]) -> Result<Established, Error> {
        let Self {
            mut noise,
            ephemeral,
            pattern,
        } = self;
        let finish = codec::handshake_message_decode(frame)?
            .client_finish
            .into_option()
            .ok_or(Error::MissingPart("client finish"))?;
        let client_static = finish
            .r#static
            .as_deref()
            .ok_or(Error::MissingPart("client static"))?;
        let client_static = noise.decrypt(client_static)?;
        noise.mix_shared_secret(ephemeral.private_key.serialize(), &client_static)?;
        let payload = finish
            .payload
            .as_deref()
            .ok_or(Error::MissingPart("client payload"))?;
        let payload = noise.decrypt(payload)?;
        establish(noise, pattern, client_static, &payload)
    }
}

fn establish(
    noise: NoiseHandshake,
    pattern: Pattern,
    client_static: Vec<u8>,
    payload: &[u8],
) -> Result<Established, Error> {
    // The client's write key is our read key.
    let (read, write) = noise.finish()?;
    let payload = Box::new(ClientPayload::decode_from_slice(payload)?);
    Ok(Established {
        pattern,
        read,
        write,
        client_static,
        payload,
    })
}

fn server_hello(ephemeral: &KeyPair, server_static: Option<Vec<u8>>, certificate: Vec<u8>) -> Vec<u8> {
    codec::handshake_message_to_vec(&HandshakeMessage {
        server_hello: MessageField::some(ServerHello {
            ephemeral: Some(keys::public_bytes(ephemeral).to_vec()),
            r#static: server_static,
            payload: Some(certificate),
            ..Default::default()
        }),
        ..Default::default()
    })
}
