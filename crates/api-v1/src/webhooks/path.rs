//! Typed path values of webhooks.

use axum::extract::FromRequestParts;
use http::Method;
use http::request::Parts;
use wagon_domain::{DeliveryId, WebhookId};
use wagon_http_kit::{PathValues, Problem};
use wagon_services::{Error, Missing};

use crate::error::{Rejection, V1};
use crate::state::State;

/// `{webhook}`. A text that is no webhook's id names no webhook.
pub(crate) struct WebhookPath(pub(super) WebhookId);

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

/// An id and what to do with it, from one path segment like `wh_1:test`.
pub(super) fn split<'a>(
    segment: &'a str,
    parts: &Parts,
    allow: &'static str,
) -> Result<(&'a str, &'a str), Problem> {
    segment
        .rsplit_once(':')
        .ok_or(Problem::MethodNotAllowed { allow: Some(allow) })
        .and_then(|(id, action)| {
            if action.is_empty() {
                Err(unknown(parts))
            } else {
                Ok((id, action))
            }
        })
}

pub(super) fn unknown(parts: &Parts) -> Problem {
    Problem::RouteNotFound {
        method: Method::POST,
        path: parts.uri.path().to_owned(),
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
