//! `GET /realtime`: the same frames as WebSocket messages. A ticket in the query opens it, because
//! browsers cannot put a key into the handshake.

use std::time::Duration;

use axum::extract;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use serde::Deserialize;
use tokio::time::timeout;
use tracing::Instrument;
use wagon_http_kit::{Dialect, Problem, Query, Rejection, Unauthenticated};

use crate::feed::Feed;
use crate::state::State;

/// How long a client may take to accept one frame.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the other side may take to agree that the connection is over.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// Clients have nothing to say, so what they say may be short.
const MAX_INCOMING: usize = 4 * 1024;

#[derive(Deserialize)]
pub(crate) struct Params {
    ticket: Option<String>,
}

pub(crate) async fn open_realtime<D: Dialect>(
    extract::State(state): extract::State<State>,
    params: Query<Params, D>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Rejection<D>> {
    let ticket = params.0.ticket.filter(|ticket| !ticket.is_empty());
    let ticket = ticket.ok_or(Problem::Unauthenticated(Unauthenticated::MissingTicket))?;
    // Before the ticket is spent, so that a request that cannot become a WebSocket does not use it up.
    let upgrade = upgrade.map_err(|_| Problem::NotWebSocket)?;
    let events = state.services.events.redeem(&ticket).await?;
    let events = events.ok_or(Problem::Unauthenticated(Unauthenticated::InvalidTicket))?;

    let feed = Feed::new(&state, events);
    let span = tracing::Span::current();
    Ok(quiet(upgrade).on_upgrade(move |socket| {
        state
            .connections
            .track_future(serve(socket, feed).instrument(span))
    }))
}

/// Frames leave at once and little is taken in.
fn quiet(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .write_buffer_size(0)
        .max_message_size(MAX_INCOMING)
        .max_frame_size(MAX_INCOMING)
}

async fn serve(mut socket: WebSocket, mut feed: Feed) {
    match tell(&mut socket, &mut feed).await {
        End::ByUs(code) => {
            let reason = "".into();
            if !write(&mut socket, Message::Close(Some(CloseFrame { code, reason }))).await {
                return;
            }
        }
        End::ByClient => {}
        End::Broken => return,
    }
    // Reading on also writes what is queued: the answer to the client's own close.
    let drained = timeout(CLOSE_TIMEOUT, async {
        while let Some(Ok(_)) = socket.recv().await {}
    })
    .await;
    if drained.is_err() {
        tracing::debug!("the client did not answer the close");
    }
}

/// How a connection ended.
enum End {
    ByUs(u16),
    ByClient,
    Broken,
}

async fn tell(socket: &mut WebSocket, feed: &mut Feed) -> End {
    loop {
        tokio::select! {
            incoming = socket.recv() => match incoming {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Text(_) | Message::Binary(_))) => return End::ByUs(close_code::POLICY),
                Some(Ok(Message::Close(_))) => return End::ByClient,
                Some(Err(_)) | None => return End::Broken,
            },
            frame = feed.next() => match frame {
                Some(frame) => {
                    if !write(socket, frame.json.into()).await {
                        return End::Broken;
                    }
                }
                None => return End::ByUs(close_code::NORMAL),
            },
        }
    }
}

/// Whether the client took the message.
async fn write(socket: &mut WebSocket, message: Message) -> bool {
    let written = matches!(timeout(WRITE_TIMEOUT, socket.send(message)).await, Ok(Ok(())));
    if !written {
        tracing::debug!("the client no longer takes frames");
    }
    written
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use futures_util::{SinkExt, StreamExt, stream};
    use tokio_tungstenite::tungstenite::Message as Frame;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::feed::tests::{CONNECTED, feed, two_events};

    const DEADLINE: Duration = Duration::from_secs(10);

    type Client =
        tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

    /// A connection to a feed that tells two events and then waits.
    async fn connect(shutdown: &CancellationToken) -> Client {
        let shutdown = shutdown.clone();
        let handler = move |upgrade: WebSocketUpgrade| async move {
            let feed = feed(two_events().chain(stream::pending()), State::HEARTBEAT, &shutdown);
            quiet(upgrade).on_upgrade(|socket| serve(socket, feed))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/", get(handler))).await });
        tokio_tungstenite::connect_async(format!("ws://{address}/"))
            .await
            .unwrap()
            .0
    }

    async fn next(client: &mut Client) -> Frame {
        timeout(DEADLINE, client.next()).await.unwrap().unwrap().unwrap()
    }

    fn close_code(frame: &Frame) -> u16 {
        match frame {
            Frame::Close(Some(close)) => close.code.into(),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn frames_arrive_one_by_one_until_shutdown() {
        let shutdown = CancellationToken::new();
        let mut client = connect(&shutdown).await;
        for expected in [CONNECTED, "evt_1", "evt_2"] {
            assert_eq!(next(&mut client).await, Frame::text(expected));
        }
        shutdown.cancel();
        assert_eq!(close_code(&next(&mut client).await), close_code::NORMAL);
    }

    #[tokio::test]
    async fn a_client_that_talks_is_closed() {
        let mut client = connect(&CancellationToken::new()).await;
        for _ in 0..3 {
            next(&mut client).await;
        }
        client.send(Frame::text("hello")).await.unwrap();
        assert_eq!(close_code(&next(&mut client).await), close_code::POLICY);
    }

    #[tokio::test]
    async fn a_client_that_closes_gets_its_answer() {
        let mut client = connect(&CancellationToken::new()).await;
        for _ in 0..3 {
            next(&mut client).await;
        }
        client.close(None).await.unwrap();
        assert!(matches!(next(&mut client).await, Frame::Close(_)));
        assert!(timeout(DEADLINE, client.next()).await.unwrap().is_none());
    }
}
