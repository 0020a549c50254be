//! Typed path values of webhooks.

use axum::extract::FromRequestParts;
use http::request::Parts;
use wagon_domain::{DeliveryId, WebhookId};
use wagon_http_kit::{PathValues, Problem};
use wagon_services::{Error, Missing};

use crate::error::{Rejection, V1};
use crate::openapi::Input;
use crate::state::State;

/// `{webhook}`. A text that is no webhook's id names no webhook.
pub(crate) struct WebhookPath(pub(super) WebhookId);

impl Input for WebhookPath {}

impl FromRequestParts<State> for WebhookPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        Ok(Self(webhook(values.get("webhook"))?))
    }
}

/// `{webhook}` and `{delivery}`.
pub(crate) struct DeliveryPath {
    pub(super) webhook: WebhookId,
    pub(super) delivery: DeliveryId,
}

impl Input for DeliveryPath {}

impl FromRequestParts<State> for DeliveryPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        Ok(Self {
            webhook: webhook(values.get("webhook"))?,
            delivery: delivery(values.get("delivery"))?,
        })
    }
}

pub(super) fn webhook(text: &str) -> Result<WebhookId, Problem> {
    text.parse()
        .map_err(|_| Problem::Service(Error::NotFound(Missing::Webhook)))
}

pub(super) fn delivery(text: &str) -> Result<DeliveryId, Problem> {
    text.parse()
        .map_err(|_| Problem::Service(Error::NotFound(Missing::Delivery)))
}
