//! What a key is called and good for, as clients write it.

use chrono::DateTime;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::{Edit, Jid, KeyId, Networks, SessionId, Timestamp};
use wagon_services::{Error, Missing};

use super::role::Role;
use crate::error::Refusal;
use crate::jid;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "KeyFields")]
pub(crate) struct Fields {
    pub(super) name: Option<String>,
    pub(super) role: Option<Role>,
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    allowed_ips: Edit<Vec<String>>,
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    allowed_sessions: Edit<Vec<String>>,
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    allowed_chats: Edit<Vec<String>>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    expires_at: Edit<String>,
}

/// The same, read.
#[derive(Debug)]
pub(super) struct Limits {
    pub(super) addresses: Edit<Networks>,
    pub(super) sessions: Edit<Vec<SessionId>>,
    pub(super) chats: Edit<Vec<Jid>>,
    pub(super) expires_at: Edit<Timestamp>,
}

impl Fields {
    pub(super) fn name(&self, errors: &mut Vec<String>) {
        if let Some(name) = &self.name {
            match name.chars().count() {
                0..3 => errors.push("name must be longer than or equal to 3 characters".to_owned()),
                3..=100 => {}
                _ => errors.push("name must be shorter than or equal to 100 characters".to_owned()),
            }
        }
    }

    /// Everything that is wrong is listed.
    pub(super) fn limits(&self, errors: &mut Vec<String>) -> Limits {
        let mut check = |given: &Edit<Vec<String>>, wrong: &str, good: fn(&str) -> bool| {
            if let Edit::Set(texts) = given
                && !texts.iter().all(|text| good(text))
            {
                errors.push(wrong.to_owned());
            }
        };
        check(
            &self.allowed_ips,
            "each value in allowedIps must be an IP address or CIDR range",
            |text| !text.contains(',') && text.parse::<Networks>().is_ok(),
        );
        check(
            &self.allowed_sessions,
            "each value in allowedSessions must be a session id",
            |text| text.parse::<SessionId>().is_ok(),
        );
        check(
            &self.allowed_chats,
            "each value in allowedChats must be a chat id",
            |text| jid::from_text(text).is_ok(),
        );
        Limits {
            addresses: limit(&self.allowed_ips, |texts| texts.join(",").parse().ok()),
            sessions: limit(&self.allowed_sessions, |texts| {
                texts.iter().map(|text| text.parse().ok()).collect()
            }),
            chats: limit(&self.allowed_chats, |texts| {
                texts.iter().map(|text| jid::from_text(text).ok()).collect()
            }),
            expires_at: self.expires_at.as_ref().and_then(|text| expiry(text, errors)),
        }
    }
}

/// An empty list lifts the limit.
fn limit<T>(given: &Edit<Vec<String>>, read: impl FnOnce(&[String]) -> Option<T>) -> Edit<T> {
    given
        .as_ref()
        .and_then(|texts| if texts.is_empty() { None } else { read(texts) })
}

fn expiry(text: &str, errors: &mut Vec<String>) -> Option<Timestamp> {
    let at = DateTime::parse_from_rfc3339(text);
    if at.is_err() {
        errors.push("expiresAt must be a valid ISO 8601 date string".to_owned());
    }
    Some(Timestamp::from_millis(at.ok()?.timestamp_millis()))
}

/// The key that a path names.
pub(super) fn id(text: &str) -> Result<KeyId, Refusal> {
    text.parse().map_err(|_| unknown(text))
}

/// A key that is not there is named in the answer.
pub(super) fn named(error: Error, text: &str) -> crate::error::Failure {
    match error {
        Error::NotFound(Missing::Key) => unknown(text).into(),
        error => error.into(),
    }
}

fn unknown(text: &str) -> Refusal {
    Refusal::new(
        http::StatusCode::NOT_FOUND,
        format!("API key with id '{text}' not found"),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: serde_json::Value) -> (Limits, Vec<String>) {
        let fields: Fields = serde_json::from_value(body).unwrap();
        let mut errors = Vec::new();
        let limits = fields.limits(&mut errors);
        (limits, errors)
    }

    #[test]
    fn limits_are_read_lifted_and_left_alone() {
        let (limits, errors) = read(json!({
            "allowedIps": ["192.0.2.0/24"], "allowedChats": ["15550000001@c.us"],
            "allowedSessions": [], "expiresAt": null,
        }));
        assert!(errors.is_empty(), "{errors:?}");
        let addresses = limits.addresses.into_option().unwrap();
        assert_eq!(addresses.to_string(), "192.0.2.0/24");
        let chats = limits.chats.into_option().unwrap();
        assert_eq!(chats[0].to_string(), "15550000001@s.whatsapp.net");
        assert_eq!((limits.sessions, limits.expires_at), (Edit::Clear, Edit::Clear));
        let (limits, _) = read(json!({}));
        assert_eq!((limits.addresses, limits.expires_at), (Edit::Keep, Edit::Keep));
    }

    #[test]
    fn everything_that_is_wrong_is_listed() {
        let (_, errors) = read(json!({
            "allowedIps": ["office"], "allowedSessions": ["x"], "allowedChats": ["x"], "expiresAt": "soon",
        }));
        assert_eq!(errors.len(), 4, "{errors:?}");
    }
}
