//! `POST /sessions/{id}/templates`.

use axum::extract;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{LenientJson, needs};
use wagon_services::CreateTemplate;

use super::path::worded;
use super::view::View;
use crate::access::{AtSession, Family};
use crate::check::Checks;
use crate::error::{Failure, OpenWa, Refusal};
use crate::openapi::Created;
use crate::state::State;

pub(super) const MAX_NAME: usize = 100;
pub(super) const MAX_BODY: usize = 4096;
pub(super) const MAX_EDGE: usize = 1024;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateTemplate")]
pub(crate) struct Request {
    #[schemars(required)]
    name: Option<String>,
    #[schemars(required)]
    body: Option<String>,
    header: Option<String>,
    footer: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: LenientJson<Request, OpenWa>,
) -> Result<Created<View>, Failure> {
    let request = request.0.read()?;
    let name = request.name.clone();
    let session = at.session(Family::Sessions)?;
    match state
        .services
        .templates
        .create(&at.caller, session, request)
        .await
    {
        Ok(template) => Ok(Created(template.into())),
        Err(error) => Err(match worded(&error, &name) {
            Some(refusal) => refusal.into(),
            None => error.into(),
        }),
    }
}

impl Request {
    fn read(self) -> Result<CreateTemplate, Refusal> {
        let mut checks = Checks::default();
        let name = checks.filled("name", self.name, MAX_NAME);
        let body = checks.filled("body", self.body, MAX_BODY);
        let header = checks.optional("header", self.header, MAX_EDGE);
        let footer = checks.optional("footer", self.footer, MAX_EDGE);
        let (name, body) = checks.finish(name.zip(body))?;
        Ok(CreateTemplate {
            name,
            body,
            header,
            footer,
        })
    }
}
