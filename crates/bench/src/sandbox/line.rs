//! The client's end of a connection: Noise IK, frames and stanzas, and nothing of what a client does with them.

use anyhow::Context;
use buffa::Message as _;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_websockets::{ClientBuilder, MaybeTlsStream, Message, WebSocketStream};
use wacore::libsignal::protocol::KeyPair;
use wacore::noise::framing::{FrameDecoder, append_frame_into, encode_frame};
use wacore::noise::{IkHandshakeState, IkServerHelloOutcome, NoiseCipher};
use wacore_binary::consts::WA_CONN_HEADER;
use wacore_binary::{Node, OwnedNodeRef, util::unpack_bytes};
use waproto::whatsapp::ClientPayload;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(super) struct Line {
    socket: Socket,
    frames: FrameDecoder,
    write: NoiseCipher,
    read: NoiseCipher,
    written: u32,
    seen: u32,
    /// Frames that go out with the next [`Line::flush`].
    outgoing: Vec<u8>,
}

impl Line {
    pub(super) async fn open(
        url: &str,
        noise: KeyPair,
        server_key: [u8; 32],
        payload: &ClientPayload,
    ) -> anyhow::Result<Self> {
        let address = url.strip_prefix("http://").context("not an http URL")?;
        let tcp = TcpStream::connect(address).await?;
        tcp.set_nodelay(true)?;
        let (mut socket, _response) = ClientBuilder::new()
            .uri(&format!("ws://{address}/ws/chat"))?
            .connect_on(MaybeTlsStream::Plain(tcp))
            .await?;
        let mut handshake =
            IkHandshakeState::new(noise, server_key, payload.encode_to_vec(), &WA_CONN_HEADER)?;
        let hello = encode_frame(&handshake.build_client_hello()?, Some(&WA_CONN_HEADER))?;
        socket.send(Message::binary(hello)).await?;

        let mut frames = FrameDecoder::new();
        let hello = loop {
            if let Some(frame) = frames.decode_frame() {
                break frame;
            }
            feed(&mut socket, &mut frames).await?;
        };
        let IkServerHelloOutcome::Continue(ciphers) = handshake.read_server_hello(&hello)? else {
            anyhow::bail!("the sandbox does not own the key that it gave out");
        };
        Ok(Self {
            socket,
            frames,
            write: ciphers.write_cipher,
            read: ciphers.read_cipher,
            written: 0,
            seen: 0,
            outgoing: Vec::new(),
        })
    }

    /// The next stanza. Losing the future loses nothing.
    pub(super) async fn next(&mut self) -> anyhow::Result<OwnedNodeRef> {
        loop {
            if let Some(stanza) = self.arrived()? {
                return Ok(stanza);
            }
            feed(&mut self.socket, &mut self.frames).await?;
        }
    }

    /// A stanza that came along with the one before.
    pub(super) fn arrived(&mut self) -> anyhow::Result<Option<OwnedNodeRef>> {
        let Some(mut frame) = self.frames.decode_frame() else {
            return Ok(None);
        };
        self.read.decrypt_in_place_with_counter(self.seen, &mut frame)?;
        self.seen += 1;
        Ok(Some(OwnedNodeRef::new(unpack_bytes(frame)?)?))
    }

    /// Puts a stanza into the next message.
    pub(super) fn queue(&mut self, stanza: &Node) -> anyhow::Result<()> {
        let mut plain = wacore_binary::marshal(stanza)?;
        self.write
            .encrypt_in_place_with_counter(self.written, &mut plain)?;
        self.written += 1;
        append_frame_into(&plain, None, &mut self.outgoing)
    }

    pub(super) async fn flush(&mut self) -> anyhow::Result<()> {
        if !self.outgoing.is_empty() {
            let message = Message::binary(std::mem::take(&mut self.outgoing));
            self.socket.send(message).await?;
        }
        Ok(())
    }
}

async fn feed(socket: &mut Socket, frames: &mut FrameDecoder) -> anyhow::Result<()> {
    let message = socket.next().await.context("the sandbox hung up")??;
    if message.is_binary() {
        frames.feed(message.as_payload());
    }
    Ok(())
}
