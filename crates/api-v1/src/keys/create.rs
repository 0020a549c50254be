//! `POST /keys`. The answer is the only place that ever shows the key.

use axum::extract;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::{Capability, Timestamp};
use wagon_http_kit::{Permitted, StrictJson, needs};
use wagon_services::{CreateKey, Error, KeyForm, Missing};

use super::view::View as KeyView;
use crate::error::{Rejection, V1};
use crate::openapi::Created;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "CreateKey")]
pub(crate) struct Request {
    name: String,
    /// `read` unless given.
    #[serde(default)]
    #[schemars(schema_with = "crate::openapi::words::capabilities")]
    capabilities: Option<Vec<Capability>>,
    sessions: Option<Vec<String>>,
    /// IP addresses and networks.
    addresses: Option<Vec<String>>,
    rate_per_min: Option<i64>,
    expires_at: Option<i64>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CreatedKey")]
pub(crate) struct View {
    key: String,
    #[serde(flatten)]
    record: KeyView,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<V1, needs::Admin>,
    request: StrictJson<Request, V1>,
) -> Result<Created<View>, Rejection> {
    let made = state.services.keys.create(&caller, request.0.parse()?).await?;
    let view = View {
        key: made.secret,
        record: made.record.into(),
    };
    Ok(Created(view))
}

impl Request {
    fn parse(self) -> Result<CreateKey, Error> {
        let capabilities = self.capabilities.unwrap_or_else(|| vec![Capability::Read]);
        let sessions = self.sessions.map(|sessions| {
            let ids = sessions.iter().map(|id| id.parse());
            ids.collect::<Result<_, _>>()
                .map_err(|_| Error::NotFound(Missing::Session))
        });
        let addresses = self.addresses.map(|addresses| {
            addresses
                .join(",")
                .parse()
                .map_err(|error: wagon_domain::networks::InvalidNetworks| {
                    invalid("addresses", format!("addresses: {error}"))
                })
        });
        let rate = self.rate_per_min.map(|rate| {
            u32::try_from(rate).map_err(|_| invalid("ratePerMin", "ratePerMin must be between 1 and 60000"))
        });
        Ok(CreateKey {
            name: self.name,
            capabilities: capabilities.into_iter().collect(),
            sessions: sessions.transpose()?,
            chats: None,
            addresses: addresses.transpose()?,
            rate_per_min: rate.transpose()?,
            expires_at: self.expires_at.map(Timestamp::from_millis),
            form: KeyForm::Native,
        })
    }
}

fn invalid(field: &'static str, message: impl Into<String>) -> Error {
    Error::Invalid {
        field,
        message: message.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(body: Value) -> Result<CreateKey, Error> {
        serde_json::from_value::<Request>(body).unwrap().parse()
    }

    #[test]
    fn a_key_reads_unless_told_otherwise() {
        let request = parse(json!({"name": "bot"})).unwrap();
        assert_eq!(request.capabilities.to_string(), "read");
        assert!(request.sessions.is_none() && request.addresses.is_none() && request.expires_at.is_none());
    }

    #[test]
    fn limits_are_read() {
        let body = json!({
            "name": "bot", "capabilities": ["send", "events"], "sessions": ["sess_1"],
            "addresses": ["10.0.0.0/8", "192.0.2.1"], "ratePerMin": 60, "expiresAt": 1_700_000_000_000_i64,
        });
        let request = parse(body).unwrap();
        assert_eq!(request.capabilities.to_string(), "send,events");
        assert_eq!(request.addresses.unwrap().to_string(), "10.0.0.0/8, 192.0.2.1");
        assert_eq!(
            (request.rate_per_min, request.sessions.unwrap().len()),
            (Some(60), 1)
        );
    }

    #[test]
    fn nonsense_is_named() {
        for (field, body) in [
            ("addresses", json!({"name": "bot", "addresses": ["office"]})),
            ("ratePerMin", json!({"name": "bot", "ratePerMin": -1})),
        ] {
            assert!(matches!(parse(body), Err(Error::Invalid { field: named, .. }) if named == field));
        }
        let foreign = parse(json!({"name": "bot", "sessions": ["x"]}));
        assert!(matches!(foreign, Err(Error::NotFound(Missing::Session))));
    }
}
