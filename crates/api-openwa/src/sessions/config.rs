//! `GET` and `PATCH /sessions/{id}/config`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wagon_domain::Edit;
use wagon_domain::session::Preferences;
use wagon_http_kit::{LenientJson, needs};

use crate::access::{AtSession, Family};
use crate::error::{Failure, OpenWa, Refusal};
use crate::state::State;

/// What the dialect shows where nothing was set; rests are shorter then.
const USUAL_DELAY: u32 = 5000;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SessionConfig")]
pub(crate) struct View {
    auto_reject_calls: bool,
    /// `null`: as many as it takes.
    max_reconnect_attempts: Option<u32>,
    reconnect_base_delay: u32,
}

impl From<Preferences> for View {
    fn from(preferences: Preferences) -> Self {
        Self {
            auto_reject_calls: preferences.auto_reject_calls,
            max_reconnect_attempts: preferences.max_reconnect_attempts,
            reconnect_base_delay: preferences.reconnect_base_delay.unwrap_or(USUAL_DELAY),
        }
    }
}

/// What is left out stays, null restores the default.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "ChangeSessionConfig")]
pub(crate) struct Change {
    #[serde(default)]
    #[schemars(with = "Option<bool>")]
    auto_reject_calls: Edit<bool>,
    #[serde(default)]
    #[schemars(with = "Option<u32>")]
    max_reconnect_attempts: Edit<u32>,
    #[serde(default)]
    #[schemars(with = "Option<u32>")]
    reconnect_base_delay: Edit<u32>,
}

/// The same at creation, where anything else is kept too.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NewSessionConfig")]
pub(super) struct Config {
    #[serde(flatten)]
    members: Map<String, Value>,
}

impl Config {
    pub(super) fn read(mut self) -> Result<Preferences, Refusal> {
        let mut known = Map::new();
        for name in ["autoRejectCalls", "maxReconnectAttempts", "reconnectBaseDelay"] {
            if let Some(value) = self.members.remove(name) {
                known.insert(name.to_owned(), value);
            }
        }
        let change: Change = serde_json::from_value(known.into()).map_err(|_| {
            Refusal::validation(vec![
                "config.autoRejectCalls must be a boolean value, the reconnect settings integer numbers"
                    .to_owned(),
            ])
        })?;
        let mut preferences = Preferences {
            other: self.members,
            ..Preferences::default()
        };
        change.apply(&mut preferences)?;
        Ok(preferences)
    }
}

impl Change {
    fn apply(self, preferences: &mut Preferences) -> Result<(), Refusal> {
        let mut errors = Vec::new();
        if matches!(self.max_reconnect_attempts, Edit::Set(21..)) {
            errors.push("maxReconnectAttempts must not be greater than 20".to_owned());
        }
        match self.reconnect_base_delay {
            Edit::Set(0..1000) => errors.push("reconnectBaseDelay must not be less than 1000".to_owned()),
            Edit::Set(300_001..) => {
                errors.push("reconnectBaseDelay must not be greater than 300000".to_owned());
            }
            _ => {}
        }
        if !errors.is_empty() {
            return Err(Refusal::validation(errors));
        }
        let defaults = Preferences::default();
        let mut reject = Some(preferences.auto_reject_calls);
        self.auto_reject_calls.apply(&mut reject);
        preferences.auto_reject_calls = reject.unwrap_or(defaults.auto_reject_calls);
        self.max_reconnect_attempts
            .apply(&mut preferences.max_reconnect_attempts);
        self.reconnect_base_delay
            .apply(&mut preferences.reconnect_base_delay);
        Ok(())
    }
}

pub(crate) async fn read(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
) -> Result<Json<View>, Failure> {
    let id = at.session(Family::Sessions)?;
    let preferences = state.services.session_options.preferences(&at.caller, id).await?;
    Ok(Json(preferences.into()))
}

pub(crate) async fn change(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Manage>,
    change: LenientJson<Change, OpenWa>,
) -> Result<Json<View>, Failure> {
    let id = at.session(Family::Sessions)?;
    let options = &state.services.session_options;
    let mut preferences = options.preferences(&at.caller, id).await?;
    change.0.apply(&mut preferences)?;
    options
        .set_preferences(&at.caller, id, preferences.clone())
        .await?;
    Ok(Json(preferences.into()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(config: Value) -> Option<Preferences> {
        serde_json::from_value::<Config>(config).unwrap().read().ok()
    }

    #[test]
    fn a_config_is_read_and_the_rest_of_it_kept() {
        let config = json!({ "autoRejectCalls": true, "maxReconnectAttempts": 3, "colour": "red" });
        let preferences = read(config).unwrap();
        assert!(preferences.auto_reject_calls);
        assert_eq!(preferences.max_reconnect_attempts, Some(3));
        assert_eq!(preferences.reconnect_base_delay, None);
        assert_eq!(View::from(preferences.clone()).reconnect_base_delay, 5000);
        assert_eq!(preferences.other["colour"], "red");
        for bad in [
            json!({ "maxReconnectAttempts": 21 }),
            json!({ "reconnectBaseDelay": 999 }),
            json!({ "reconnectBaseDelay": 300_001 }),
            json!({ "autoRejectCalls": "yes" }),
        ] {
            assert!(read(bad.clone()).is_none(), "{bad}");
        }
    }

    #[test]
    fn null_restores_the_default() {
        let mut preferences = read(json!({ "autoRejectCalls": true, "maxReconnectAttempts": 3 })).unwrap();
        let change: Change =
            serde_json::from_value(json!({ "autoRejectCalls": null, "maxReconnectAttempts": null })).unwrap();
        change.apply(&mut preferences).unwrap();
        assert_eq!(preferences, Preferences::default());
    }
}
