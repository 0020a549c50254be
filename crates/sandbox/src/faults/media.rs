//! Faults of the media host.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::time::Duration;

use super::MediaVerdict;
use crate::{network::Network, trace::Direction};

/// How often slowed-down media makes progress.
const TICK: Duration = Duration::from_millis(50);
const TICKS_PER_SECOND: u32 = 20;

/// Strikes requests for media before the media host sees them.
pub(crate) async fn strike(State(network): State<Arc<Network>>, request: Request, next: Next) -> Response {
    let direction = if request.method() == Method::POST {
        Direction::In
    } else {
        Direction::Out
    };
    let kind = request.uri().path().split('/').nth(2).unwrap_or_default();
    match network.faults.judge_media(direction, kind) {
        None => next.run(request).await,
        Some(MediaVerdict::Status(status)) => StatusCode::from_u16(status)
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response(),
        Some(MediaVerdict::Delay(pause)) => {
            tokio::time::sleep(pause).await;
            next.run(request).await
        }
        // The future is dropped when the client gives up or the sandbox ends.
        Some(MediaVerdict::Never) => std::future::pending().await,
        Some(MediaVerdict::Slow { bytes_per_second }) => {
            let request = request.map(|body| slowly(body, bytes_per_second));
            let response = next.run(request).await;
            response.map(|body| slowly(body, bytes_per_second))
        }
    }
}

fn slowly(body: Body, bytes_per_second: u32) -> Body {
    let step = usize::try_from(bytes_per_second / TICKS_PER_SECOND)
        .unwrap_or(usize::MAX)
        .max(1);
    Body::from_stream(dripping(body, step))
}

/// The body in small pieces with pauses between them.
fn dripping(body: Body, step: usize) -> impl Stream<Item = Result<Bytes, axum::Error>> {
    let source = body.into_data_stream();
    stream::unfold((source, Bytes::new()), move |(mut source, mut rest)| async move {
        while rest.is_empty() {
            match source.next().await? {
                Ok(more) => rest = more,
                Err(error) => return Some((Err(error), (source, rest))),
            }
        }
        tokio::time::sleep(TICK).await;
        let piece = rest.split_to(step.min(rest.len()));
        Some((Ok(piece), (source, rest)))
    })
}
