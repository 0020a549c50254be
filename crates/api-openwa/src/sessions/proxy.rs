//! `GET` and `PATCH /sessions/{id}/proxy`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::{Edit, ProxyUrl};
use wagon_http_kit::{LenientJson, needs};

use crate::access::{AtSession, Family};
use crate::error::{Failure, OpenWa, Refusal};
use crate::state::State;

/// Without the login: nobody reads that back.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SessionProxy")]
pub(crate) struct View {
    enabled: bool,
    proxy_type: Option<&'static str>,
    proxy_host: Option<String>,
    has_credentials: bool,
}

impl From<Option<ProxyUrl>> for View {
    fn from(proxy: Option<ProxyUrl>) -> Self {
        Self {
            enabled: proxy.is_some(),
            proxy_type: proxy.as_ref().map(|proxy| proxy.kind().as_str()),
            proxy_host: proxy
                .as_ref()
                .map(|proxy| format!("{}:{}", proxy.host(), proxy.port())),
            has_credentials: proxy.is_some_and(|proxy| proxy.login().is_some()),
        }
    }
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "ChangeSessionProxy")]
pub(crate) struct Change {
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    proxy_url: Edit<String>,
}

pub(crate) async fn read(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
) -> Result<Json<View>, Failure> {
    let id = at.session(Family::Sessions)?;
    let proxy = state.services.session_options.proxy(&at.caller, id).await?;
    Ok(Json(proxy.into()))
}

pub(crate) async fn change(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Admin>,
    change: LenientJson<Change, OpenWa>,
) -> Result<Json<View>, Failure> {
    let id = at.session(Family::Sessions)?;
    let options = &state.services.session_options;
    let proxy = match change.0.proxy_url {
        Edit::Keep => {
            let message = "proxyUrl must be a string or null".to_owned();
            return Err(Refusal::validation(vec![message]).into());
        }
        Edit::Clear => None,
        Edit::Set(url) => Some(options.try_proxy(&at.caller, parse(&url)?).await?),
    };
    let view = View::from(proxy.as_ref().map(|proxy| proxy.url().clone()));
    options.set_proxy(&at.caller, id, proxy).await?;
    Ok(Json(view))
}

pub(super) fn parse(url: &str) -> Result<ProxyUrl, Refusal> {
    url.parse()
        .map_err(|error| Refusal::validation(vec![format!("proxyUrl: {error}")]))
}
