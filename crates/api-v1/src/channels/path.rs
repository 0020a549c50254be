use axum::extract::FromRequestParts;
use http::request::Parts;
use wagon_domain::jid::InvalidJid;
use wagon_domain::{Jid, SessionId};
use wagon_http_kit::PathValues;
use wagon_services::Error;

use crate::error::{Rejection, V1};
use crate::openapi::Input;
use crate::path;
use crate::state::State;

/// `{session}` and `{channel}`.
pub(crate) struct ChannelPath {
    pub(super) session: SessionId,
    pub(super) channel: Jid,
}

impl Input for ChannelPath {}

impl FromRequestParts<State> for ChannelPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        Ok(Self {
            session: path::session(&values)?,
            channel: channel(values.get("channel"))?,
        })
    }
}

pub(super) fn channel(text: &str) -> Result<Jid, Error> {
    text.parse().map_err(|error: InvalidJid| Error::Invalid {
        field: "jid",
        message: format!("jid: {error}"),
    })
}
