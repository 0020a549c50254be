use std::net::SocketAddr;

use buffa::Message as _;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::Message;
use wacore_binary::consts::{NOISE_PATTERN_IK, NOISE_PATTERN_XX, NOISE_PATTERN_XXFALLBACK, WA_CONN_HEADER};
use wacore_libsignal::protocol::KeyPair;
use wacore_noise::{HandshakeUtils, NoiseHandshake, framing};
use waproto::whatsapp::{ClientPayload, handshake_message::ServerHello};

use super::{
    Client,
    client::{DEADLINE, Socket},
};

/// How a connection begins.
pub(crate) enum Hello<'k> {
    /// Nothing is known about the server.
    Xx,
    /// The server is expected to have this key.
    Ik(&'k [u8]),
}

/// A finished handshake and what the client learned of the server.
pub(crate) struct Connected {
    pub(crate) client: Client,
    pub(crate) pattern: &'static str,
    pub(crate) server_static: Vec<u8>,
    /// The certificate chain; IK sends it too, though nobody has to look.
    pub(crate) chain: Vec<u8>,
}

/// Connects and shakes hands as a client does.
pub(crate) async fn connect(
    addr: SocketAddr,
    hello: Hello<'_>,
    static_pair: &KeyPair,
    payload: &ClientPayload,
) -> Connected {
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{addr}/ws/chat"))
        .await
        .expect("the sandbox accepts");
    let payload = payload.encode_to_vec();
    let ephemeral = KeyPair::generate(&mut rand::rng());
    let private = ephemeral.private_key.serialize();

    let mut noise = None;
    let first = match hello {
        Hello::Xx => HandshakeUtils::build_client_hello(public(&ephemeral)),
        Hello::Ik(server) => {
            let mut ik = NoiseHandshake::new(NOISE_PATTERN_IK, &WA_CONN_HEADER).unwrap();
            ik.authenticate(server);
            ik.authenticate(public(&ephemeral));
            ik.mix_shared_secret(private, server).unwrap();
            let encrypted_static = ik.encrypt(public(static_pair)).unwrap();
            ik.mix_shared_secret(static_pair.private_key.serialize(), server)
                .unwrap();
            let encrypted_payload = ik.encrypt(&payload).unwrap();
            noise = Some(ik);
            HandshakeUtils::build_ik_client_hello(public(&ephemeral), encrypted_static, encrypted_payload)
        }
    };
    let frame = framing::encode_frame(&first.encode_to_vec(), Some(&WA_CONN_HEADER)).unwrap();
    socket.send(Message::Binary(frame.into())).await.unwrap();
    let answer = server_hello(&mut socket).await;
    let server_ephemeral = answer.ephemeral.clone().expect("ephemeral");

    if let (Some(mut ik), None) = (noise, &answer.r#static) {
        ik.authenticate(&server_ephemeral);
        ik.mix_shared_secret(private, &server_ephemeral).unwrap();
        ik.mix_shared_secret(static_pair.private_key.serialize(), &server_ephemeral)
            .unwrap();
        let chain = ik.decrypt(&answer.payload.expect("payload")).unwrap();
        let Hello::Ik(server) = hello else {
            unreachable!("only IK has a Noise state already")
        };
        let client = Client::new(socket, ik);
        return Connected {
            client,
            pattern: "IK",
            server_static: server.to_vec(),
            chain,
        };
    }
    let (pattern, name) = match hello {
        Hello::Xx => (NOISE_PATTERN_XX, "XX"),
        Hello::Ik(_) => (NOISE_PATTERN_XXFALLBACK, "XXfallback"),
    };
    let mut noise = NoiseHandshake::new(pattern, &WA_CONN_HEADER).unwrap();
    noise.authenticate(public(&ephemeral));
    noise.authenticate(&server_ephemeral);
    noise.mix_shared_secret(private, &server_ephemeral).unwrap();
    let server_static = noise.decrypt(&answer.r#static.expect("static")).unwrap();
    noise.mix_shared_secret(private, &server_static).unwrap();
    let chain = noise.decrypt(&answer.payload.expect("chain")).unwrap();
    let encrypted_static = noise.encrypt(public(static_pair)).unwrap();
    noise
        .mix_shared_secret(static_pair.private_key.serialize(), &server_ephemeral)
        .unwrap();
    let encrypted_payload = noise.encrypt(&payload).unwrap();
    let finish = HandshakeUtils::build_client_finish(encrypted_static, encrypted_payload).encode_to_vec();
    let frame = framing::encode_frame(&finish, None).unwrap();
    socket.send(Message::Binary(frame.into())).await.unwrap();
    Connected {
        client: Client::new(socket, noise),
        pattern: name,
        server_static,
        chain,
    }
}

async fn server_hello(socket: &mut Socket) -> ServerHello {
    let message = tokio::time::timeout(DEADLINE, socket.next())
        .await
        .expect("in time")
        .expect("open")
        .unwrap();
    let mut frames = framing::FrameDecoder::new();
    frames.feed(&message.into_data());
    HandshakeUtils::parse_server_hello_body(&frames.decode_frame().expect("a whole frame")).unwrap()
}

fn public(pair: &KeyPair) -> &[u8] {
    pair.public_key.public_key_bytes()
}
