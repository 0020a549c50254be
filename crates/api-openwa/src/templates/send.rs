//! `POST /sessions/{id}/messages/send-template`.

use axum::extract;
use http::{HeaderMap, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::template::Variables;
use wagon_http_kit::{LenientJson, needs};
use wagon_services::{Error, Missing, SendTemplate, TemplateRef};

use super::path::{unknown, worded};
use crate::access::{AtChat, Family};
use crate::check::Checks;
use crate::error::{Failure, OpenWa, Refusal};
use crate::messages::{SentView, idempotency_key};
use crate::state::State;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "SendTemplate")]
pub(crate) struct Request {
    #[schemars(required)]
    chat_id: Option<String>,
    template_id: Option<String>,
    template_name: Option<String>,
    vars: Option<Variables>,
    mentions: Option<Vec<String>>,
    #[serde(rename = "linkPreview")]
    _link_preview: Option<bool>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    headers: HeaderMap,
    request: LenientJson<Request, OpenWa>,
) -> Result<SentView, Failure> {
    let request = request.0.read(idempotency_key(&headers)?)?;
    at.admit(&request.to)?;
    let named = request.template.clone();
    let session = at.session(Family::Messages)?;
    match state.services.templates.send(&at.caller, session, request).await {
        Ok(sent) => Ok(SentView::try_from(sent)?),
        Err(error) => Err(match (&error, &named) {
            (_, TemplateRef::Id(id)) if worded(&error, id.as_str()).is_some() => unknown(id.as_str()).into(),
            (Error::NotFound(Missing::Template), TemplateRef::Name(name)) => {
                let message = format!("Template with name '{name}' not found");
                Refusal::new(StatusCode::NOT_FOUND, message).into()
            }
            _ => at.refuse(error, Family::Messages),
        }),
    }
}

impl Request {
    fn read(self, idempotency_key: Option<String>) -> Result<SendTemplate, Failure> {
        let mut checks = Checks::default();
        let to = checks.chat("chatId", self.chat_id.as_deref());
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let template = match (filled(self.template_id), filled(self.template_name)) {
            // What cannot be an id is no template.
            (Some(id), _) => Some(TemplateRef::Id(id.parse().map_err(|_| unknown(&id))?)),
            (None, Some(name)) => Some(TemplateRef::Name(name)),
            (None, None) => {
                checks.problem("Either templateId or templateName must be provided");
                None
            }
        };
        let mentions = checks.mentions(&self.mentions.unwrap_or_default());
        let (to, template) = checks.finish(to.zip(template))?;
        Ok(SendTemplate {
            to,
            template,
            variables: self.vars.unwrap_or_default(),
            mentions,
            idempotency_key,
        })
    }
}
