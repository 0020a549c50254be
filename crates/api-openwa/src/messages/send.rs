//! Routes that send one message: a body of their own, and everything else in common.

use std::time::Duration;

use axum::extract;
use http::HeaderMap;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use wagon_domain::Jid;
use wagon_http_kit::{LenientJson, needs};
use wagon_services::{Draft, Mode, Quoting, SendMessage};

use super::idempotency;
use super::result::View;
use crate::access::{AtChat, Family};
use crate::error::{Failure, OpenWa};
use crate::state::State;

/// The body of a route that sends.
pub(crate) trait Body: DeserializeOwned + JsonSchema + Default + Send + 'static {
    /// Whom to send what.
    fn read(self, limits: Limits) -> Result<(Jid, Draft), Failure>;
}

/// What the operator allows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes of a file.
    pub(crate) media: usize,
    /// The least pause between two messages of a batch.
    pub(crate) bulk_delay: Duration,
}

pub(crate) async fn handler<B: Body>(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    headers: HeaderMap,
    request: LenientJson<B, OpenWa>,
) -> Result<View, Failure> {
    let (to, draft) = request.0.read(state.limits())?;
    at.admit(&to)?;
    let request = SendMessage {
        to,
        draft,
        idempotency_key: idempotency::key(&headers)?,
        mode: Mode::Sync,
        quoting: Quoting::Stored,
    };
    let session = at.session(Family::Messages)?;
    match state.services.messages.send(&at.caller, session, request).await {
        Ok(sent) => Ok(View::try_from(sent)?),
        Err(error) => Err(at.refuse(error, Family::Messages)),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        media: 1024,
        bulk_delay: Duration::from_secs(1),
    };

    /// Reads a body as a route with a small limit does.
    pub(in crate::messages) fn read<B: Body>(body: serde_json::Value) -> Result<(Jid, Draft), Failure> {
        serde_json::from_value::<B>(body).unwrap().read(LIMITS)
    }
}
