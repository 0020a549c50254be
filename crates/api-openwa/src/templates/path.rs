use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use wagon_domain::TemplateId;
use wagon_http_kit::PathValues;
use wagon_services::{Conflict, Error, Missing};

use crate::error::{Failure, OpenWa, Refusal};
use crate::openapi::Input;
use crate::state::State;

/// The template that the path names.
pub(super) struct TemplatePath(pub(super) TemplateId);

impl Input for TemplatePath {}

impl FromRequestParts<State> for TemplatePath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Failure> {
        let values = PathValues::of::<OpenWa, _>(parts, state).await?;
        let text = values.get("template");
        // What cannot be an id is no template.
        text.parse().map(Self).map_err(|_| unknown(text).into())
    }
}

pub(super) fn unknown(id: &str) -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        format!("Template with id '{id}' not found"),
    )
}

/// What a service says about a template, with what it was called; `None` if it says something else.
pub(super) fn worded(error: &Error, named: &str) -> Option<Refusal> {
    match error {
        Error::NotFound(Missing::Template) => Some(unknown(named)),
        Error::Conflict(Conflict::TemplateNameTaken) => Some(Refusal::new(
            StatusCode::CONFLICT,
            format!("Template with name '{named}' already exists"),
        )),
        _ => None,
    }
}
