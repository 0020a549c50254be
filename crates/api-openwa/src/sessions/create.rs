//! `POST /sessions`.

use axum::extract;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use wagon_http_kit::{LenientJson, needs};
use wagon_services::CreateSession;

use super::config::Config;
use super::proxy;
use super::view::View;
use crate::access::Unscoped;
use crate::error::{Failure, OpenWa, Refusal};
use crate::openapi::Created;
use crate::state::State;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "CreateSession")]
pub(crate) struct Request {
    #[schemars(required)]
    name: Option<String>,
    config: Option<Config>,
    proxy_url: Option<String>,
    #[expect(dead_code, reason = "the scheme of the URL says it")]
    #[schemars(with = "Option<String>")]
    proxy_type: Option<IgnoredAny>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Unscoped<needs::Manage>,
    request: LenientJson<Request, OpenWa>,
) -> Result<Created<View>, Failure> {
    let Request {
        name: label,
        config,
        proxy_url,
        ..
    } = request.0;
    let preferences = config.map(Config::read).transpose()?;
    let options = &state.services.session_options;
    let proxy = match proxy_url {
        Some(url) => Some(options.try_proxy(&caller, proxy::parse(&url)?).await?),
        None => None,
    };
    let request = CreateSession {
        label: Some(name(label)?),
        start: false,
        auto_read: false,
        presence_typing: state.simulate_typing,
    };
    let session = state.services.sessions.create_named(&caller, request).await?;
    if let Some(preferences) = preferences {
        options.set_preferences(&caller, &session.id, preferences).await?;
    }
    if proxy.is_some() {
        options.set_proxy(&caller, &session.id, proxy).await?;
    }
    Ok(Created(View::new(session, &state.services)))
}

fn name(name: Option<String>) -> Result<String, Refusal> {
    let name = name.unwrap_or_default();
    let mut errors = Vec::new();
    if !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        errors.push("name can only contain letters, numbers, and hyphens".to_owned());
    }
    match name.chars().count() {
        0 => errors.push("name should not be empty".to_owned()),
        1..3 => errors.push("name must be longer than or equal to 3 characters".to_owned()),
        3..=50 => {}
        _ => errors.push("name must be shorter than or equal to 50 characters".to_owned()),
    }
    if errors.is_empty() {
        Ok(name)
    } else {
        Err(Refusal::validation(errors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        for good in ["abc", "my-session-1", &"x".repeat(50)] {
            assert!(name(Some(good.to_owned())).is_ok(), "{good}");
        }
        for bad in ["", "ab", "a b c", "sess_1", "äöü", &"x".repeat(51)] {
            assert!(name(Some(bad.to_owned())).is_err(), "{bad}");
        }
        assert!(name(None).is_err());
    }
}
