//! `PUT /sessions/{id}/templates/{template}`: what is left out stays.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{LenientJson, needs};
use wagon_services::{Conflict, Error, UpdateTemplate};

use super::create::{MAX_BODY, MAX_EDGE, MAX_NAME};
use super::path::{TemplatePath, worded};
use super::view::View;
use crate::access::{AtSession, Family};
use crate::check::Checks;
use crate::error::{Failure, OpenWa, Refusal};
use crate::state::State;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChangeTemplate")]
pub(crate) struct Request {
    name: Option<String>,
    body: Option<String>,
    header: Option<String>,
    footer: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    TemplatePath(id): TemplatePath,
    request: LenientJson<Request, OpenWa>,
) -> Result<Json<View>, Failure> {
    let change = request.0.read()?;
    let name = change.name.clone().unwrap_or_default();
    let session = at.session(Family::Sessions)?;
    let templates = &state.services.templates;
    match templates.update(&at.caller, session, &id, change).await {
        Ok(template) => Ok(Json(template.into())),
        Err(error) => {
            let named = match error {
                Error::Conflict(Conflict::TemplateNameTaken) => name.as_str(),
                _ => id.as_str(),
            };
            Err(match worded(&error, named) {
                Some(refusal) => refusal.into(),
                None => error.into(),
            })
        }
    }
}

impl Request {
    fn read(self) -> Result<UpdateTemplate, Refusal> {
        let mut checks = Checks::default();
        let mut given = |field: &str, value: Option<String>, max| {
            value.and_then(|value| checks.filled(field, Some(value), max))
        };
        let name = given("name", self.name, MAX_NAME);
        let body = given("body", self.body, MAX_BODY);
        for (field, edge) in [("header", &self.header), ("footer", &self.footer)] {
            checks.at_most(field, edge.as_deref().unwrap_or_default(), MAX_EDGE);
        }
        checks.finish(Some(UpdateTemplate {
            name,
            body,
            header: self.header,
            footer: self.footer,
        }))
    }
}
