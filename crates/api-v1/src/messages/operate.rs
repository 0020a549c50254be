//! What can be done about a message, one handler for each route below `…/messages/{mid}`.

use axum::extract;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::{Jid, WaMessageId};
use wagon_http_kit::{Problem, Query, StrictJson, needs};
use wagon_services::{Named, Operation};

use super::options::{IdempotencyKey, Params};
use super::result::View;
use crate::error::{Rejection, V1, invalid};
use crate::path::{InSession, MessagePath};
use crate::state::State;

/// A route's body: which message of which chat, and what to do about it.
pub(crate) trait Body: serde::de::DeserializeOwned + JsonSchema + Send + 'static {
    fn read(self) -> Result<(Whose, Operation), Problem>;
}

/// Where a message is, as bodies name it.
#[derive(Debug)]
pub(crate) struct Whose {
    chat: Jid,
    sender: Option<Jid>,
}

/// `PATCH …/messages/{mid}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EditMessage")]
pub(crate) struct Edit {
    chat: Option<String>,
    text: Option<String>,
}

/// `DELETE …/messages/{mid}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RevokeMessage")]
pub(crate) struct Revoke {
    chat: Option<String>,
    sender: Option<String>,
}

/// `POST …/messages/{mid}/reaction`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "React")]
pub(crate) struct React {
    chat: Option<String>,
    sender: Option<String>,
    emoji: Option<String>,
}

/// `DELETE …/messages/{mid}/reaction`, whose emoji means nothing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Unreact")]
pub(crate) struct Unreact {
    chat: Option<String>,
    sender: Option<String>,
    #[serde(rename = "emoji")]
    _emoji: Option<String>,
}

/// `POST …/messages/{mid}/forward`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ForwardMessage")]
pub(crate) struct Forward {
    chat: Option<String>,
    sender: Option<String>,
    to: Option<String>,
}

/// `POST …/messages/{mid}/vote`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Vote")]
pub(crate) struct Vote {
    chat: Option<String>,
    sender: Option<String>,
    options: Option<Vec<String>>,
}

pub(crate) async fn handler<B: Body>(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    MessagePath { session, message }: MessagePath,
    params: Query<Params, V1>,
    key: IdempotencyKey,
    request: StrictJson<B, V1>,
) -> Result<View, Rejection> {
    let (whose, operation) = request.0.read()?;
    let named = whose.named(message);
    let mode = params.0.mode()?;
    let done = state
        .services
        .messages
        .operate(&at.caller, &session, named, operation, key.0, mode)
        .await?;
    Ok(View::try_from(done.sent)?)
}

impl Whose {
    fn read(chat: Option<&str>, sender: Option<&str>) -> Result<Self, Problem> {
        Ok(Self {
            chat: address("chat", chat, "chat is required")?,
            sender: match sender.filter(|sender| !sender.is_empty()) {
                Some(sender) => Some(address("sender", Some(sender), "")?),
                None => None,
            },
        })
    }

    fn named(self, id: WaMessageId) -> Named {
        Named {
            id,
            chat: self.chat,
            sender: self.sender,
        }
    }
}

impl Body for Edit {
    fn read(self) -> Result<(Whose, Operation), Problem> {
        let text = self.text.unwrap_or_default();
        Ok((
            Whose::read(self.chat.as_deref(), None)?,
            Operation::Edit { text, mentions: None },
        ))
    }
}

impl Body for Revoke {
    fn read(self) -> Result<(Whose, Operation), Problem> {
        let whose = Whose::read(self.chat.as_deref(), self.sender.as_deref())?;
        Ok((whose, Operation::Revoke))
    }
}

impl Body for React {
    fn read(self) -> Result<(Whose, Operation), Problem> {
        let whose = Whose::read(self.chat.as_deref(), self.sender.as_deref())?;
        let emoji = self.emoji.ok_or_else(|| invalid("emoji", "emoji is required"))?;
        Ok((whose, Operation::React { emoji: Some(emoji) }))
    }
}

impl Body for Unreact {
    fn read(self) -> Result<(Whose, Operation), Problem> {
        let whose = Whose::read(self.chat.as_deref(), self.sender.as_deref())?;
        Ok((whose, Operation::React { emoji: None }))
    }
}

impl Body for Forward {
    fn read(self) -> Result<(Whose, Operation), Problem> {
        let whose = Whose::read(self.chat.as_deref(), self.sender.as_deref())?;
        let to = address(
            "to",
            self.to.as_deref(),
            "destination 'to' is required for forward",
        )?;
        Ok((whose, Operation::Forward { to }))
    }
}

impl Body for Vote {
    fn read(self) -> Result<(Whose, Operation), Problem> {
        let whose = Whose::read(self.chat.as_deref(), self.sender.as_deref())?;
        let options = self.options.unwrap_or_default();
        Ok((whose, Operation::Vote { options }))
    }
}

fn address(field: &'static str, text: Option<&str>, missing: &'static str) -> Result<Jid, Problem> {
    let text = text
        .filter(|text| !text.is_empty())
        .ok_or_else(|| invalid(field, missing))?;
    let jid: Jid = text
        .parse()
        .map_err(|error| invalid(field, format!("{field} is not valid: {error}")))?;
    Ok(jid.bare())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wagon_services::Error;

    use super::*;

    fn refused<B: Body>(body: Value) -> String {
        let body: B = serde_json::from_value(body).unwrap();
        match body.read() {
            Err(Problem::Service(Error::Invalid { message, .. })) => message,
            Err(other) => panic!("{other:?}"),
            Ok((_, operation)) => panic!("{operation:?}"),
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let chat = "15550000001@s.whatsapp.net";
        assert_eq!(refused::<Edit>(json!({"text": "a"})), "chat is required");
        assert_eq!(refused::<Revoke>(json!({"chat": ""})), "chat is required");
        assert_eq!(refused::<React>(json!({"chat": chat})), "emoji is required");
        assert_eq!(
            refused::<Forward>(json!({"chat": chat})),
            "destination 'to' is required for forward"
        );
        let wrong = refused::<Vote>(json!({"chat": chat, "sender": "nobody"}));
        assert!(wrong.starts_with("sender is not valid: "), "{wrong}");
    }

    #[test]
    fn a_vote_without_options_clears() {
        let body: Vote = serde_json::from_value(json!({"chat": "120363000000000001@g.us"})).unwrap();
        let (whose, operation) = body.read().unwrap();
        assert!(whose.chat.is_group());
        assert!(matches!(operation, Operation::Vote { options } if options.is_empty()));
    }
}
