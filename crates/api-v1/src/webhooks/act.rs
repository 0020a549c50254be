//! `POST /webhooks/{webhook}:test`, `:redeliver`, `:rotate-secret`. Routes cannot hold a literal after a
//! parameter, so the segment is taken apart here; each operation has a file of its own.

use axum::extract::{self, FromRequestParts};
use axum::response::Response;
use http::request::Parts;
use wagon_domain::WebhookId;
use wagon_http_kit::{PathValues, Permitted, needs};

use super::{path, redeliver_range, rotate_secret, test};
use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Debug, Clone, Copy)]
enum Action {
    Test,
    Redeliver,
    RotateSecret,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<V1, needs::Manage>,
    Target { webhook, action }: Target,
    request: extract::Request,
) -> Result<Response, Rejection> {
    let webhooks = &state.services.webhooks;
    match action {
        Action::Test => test::run(webhooks, &caller, &webhook).await,
        Action::Redeliver => redeliver_range::run(webhooks, &caller, &webhook, request).await,
        Action::RotateSecret => rotate_secret::run(webhooks, &caller, &webhook, request).await,
    }
}

pub(crate) struct Target {
    webhook: WebhookId,
    action: Action,
}

impl FromRequestParts<State> for Target {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        let (id, action) = path::split(values.get("webhook"), parts, "GET,HEAD,PATCH,DELETE")?;
        let action = match action {
            "test" => Action::Test,
            "redeliver" => Action::Redeliver,
            "rotate-secret" => Action::RotateSecret,
            _ => return Err(path::unknown(parts).into()),
        };
        Ok(Self {
            webhook: path::webhook(id)?,
            action,
        })
    }
}
