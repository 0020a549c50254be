//! `PATCH /webhooks/{webhook}`: what is absent stays as it is.

use std::collections::BTreeMap;

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::webhook::Headers;
use wagon_http_kit::{Permitted, StrictJson, needs};
use wagon_services::{Error, Missing, UpdateWebhook, WebhookScope};

use super::fields::{self, Patch, Retry};
use super::path::WebhookPath;
use super::view::View;
use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "UpdateWebhook")]
pub(crate) struct Request {
    url: Option<String>,
    events: Option<Vec<String>>,
    /// `null`: every session.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    session_id: Patch<String>,
    secret: Option<String>,
    custom_headers: Option<BTreeMap<String, String>>,
    retry_policy: Option<Retry>,
    active: Option<bool>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<V1, needs::Manage>,
    WebhookPath(id): WebhookPath,
    request: StrictJson<Request, V1>,
) -> Result<Json<View>, Rejection> {
    let changes = request.0.parse()?;
    let webhook = state.services.webhooks.update(&caller, &id, changes).await?;
    Ok(Json(View::from(webhook)))
}

impl Request {
    fn parse(self) -> Result<UpdateWebhook, Error> {
        let url = self.url.filter(|url| !url.is_empty());
        let session = match self.session_id {
            Patch::Absent => None,
            Patch::Null => Some(WebhookScope::AllSessions),
            Patch::Value(id) => {
                let id = id.parse().map_err(|_| Error::NotFound(Missing::Session))?;
                Some(WebhookScope::Session(id))
            }
        };
        Ok(UpdateWebhook {
            url: url.as_deref().map(fields::url).transpose()?,
            events: self.events.map(fields::events).transpose()?,
            session,
            secret: self.secret,
            headers: self.custom_headers.map(Headers),
            retry: self.retry_policy.map(Retry::parse).transpose()?,
            active: self.active,
            openwa: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(body: Value) -> UpdateWebhook {
        serde_json::from_value::<Request>(body).unwrap().parse().unwrap()
    }

    #[test]
    fn absent_and_null_differ_for_the_session() {
        assert_eq!(parse(json!({})).session, None);
        let scope = |id| parse(json!({ "sessionId": id })).session;
        assert_eq!(scope(Value::Null), Some(WebhookScope::AllSessions));
        let session = "sess_1".parse().unwrap();
        assert_eq!(scope(json!("sess_1")), Some(WebhookScope::Session(session)));
    }

    #[test]
    fn an_empty_url_changes_nothing_and_an_empty_list_does() {
        let changes = parse(json!({"url": "", "events": [], "secret": ""}));
        assert_eq!((changes.url, changes.events), (None, Some(Vec::new())));
        assert_eq!(changes.secret.as_deref(), Some(""));
    }
}
