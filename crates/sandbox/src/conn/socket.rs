//! From an accepted WebSocket to a finished handshake.

use std::{sync::Arc, time::Duration};

use axum::extract::ws::{Message, WebSocket};
use bytes::BytesMut;
use futures_util::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use wacore_noise::framing::encode_frame;

use super::{ResetSwitch, login, registration};
use crate::{
    network::Network,
    wire::{
        self, Intake,
        handshake::{self, Established, Step},
    },
};

/// A client that does not finish its handshake is cut off.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(20);

/// Why a connection ended early.
#[derive(Debug, thiserror::Error)]
pub(super) enum Dropped {
    #[error(transparent)]
    Wire(#[from] wire::Error),
    #[error("the socket failed")]
    Socket(#[from] axum::Error),
    #[error("the client left")]
    Gone,
    #[error("the handshake took too long")]
    Slow,
    #[error("neither a login nor a registration")]
    Nameless,
}

/// The writing half of a socket, and how to end it with a reset.
pub(super) type Outgoing = (SplitSink<WebSocket, Message>, ResetSwitch);

/// The reading half of a socket, cut into frames.
pub(super) struct Frames {
    stream: SplitStream<WebSocket>,
    intake: Intake,
}

impl Frames {
    /// The next frame, still encrypted once the handshake is over.
    pub(super) async fn next(&mut self) -> Result<BytesMut, Dropped> {
        loop {
            if let Some(frame) = self.intake.next() {
                return Ok(frame);
            }
            match self.stream.next().await {
                Some(Ok(Message::Binary(data))) => self.intake.feed(&data)?,
                Some(Ok(Message::Close(_))) | None => return Err(Dropped::Gone),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
            }
        }
    }
}

/// Serves one client until it leaves or the sandbox shuts down.
pub(crate) async fn serve(network: Arc<Network>, socket: WebSocket, reset: ResetSwitch) {
    let (sink, stream) = socket.split();
    let frames = Frames {
        stream,
        intake: Intake::new(),
    };
    match connect(network, (sink, reset), frames).await {
        Ok(()) | Err(Dropped::Gone) => {}
        Err(error) => tracing::debug!(%error, "connection ended"),
    }
}

async fn connect(
    network: Arc<Network>,
    (mut sink, reset): Outgoing,
    mut frames: Frames,
) -> Result<(), Dropped> {
    let established = tokio::time::timeout(HANDSHAKE_LIMIT, shake_hands(&network, &mut sink, &mut frames))
        .await
        .map_err(|_| Dropped::Slow)??;
    tracing::debug!(pattern = established.pattern.name(), "handshake done");
    network.stats.handshake(established.pattern);
    if established.payload.username.is_some() {
        login::run(network, (sink, reset), frames, established).await
    } else if established.payload.device_pairing_data.is_set() {
        registration::run(network, (sink, reset), frames, established).await
    } else {
        Err(Dropped::Nameless)
    }
}

async fn shake_hands(
    network: &Network,
    sink: &mut SplitSink<WebSocket, Message>,
    frames: &mut Frames,
) -> Result<Established, Dropped> {
    let first = frames.next().await?;
    match handshake::respond(&network.pki, &first)? {
        Step::Complete { hello, established } => {
            send(sink, &hello).await?;
            Ok(established)
        }
        Step::Continue { hello, pending } => {
            send(sink, &hello).await?;
            let finish = frames.next().await?;
            Ok(pending.finish(&finish)?)
        }
    }
}

async fn send(sink: &mut SplitSink<WebSocket, Message>, payload: &[u8]) -> Result<(), Dropped> {
    let frame = encode_frame(payload, None).map_err(wire::Error::Frame)?;
    Ok(sink.send(Message::Binary(frame.into())).await?)
}
