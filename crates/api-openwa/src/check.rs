//! What is wrong with a body. A refusal lists everything, in the words of the validator that the
//! dialect's clients know.

use wagon_domain::{Jid, WaMessageId};

use crate::error::Refusal;
use crate::{jid, message_id};

const MAX_MENTIONS: usize = 1024;
const MAX_MENTION: usize = 64;

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    problems: Vec<String>,
}

impl Checks {
    pub(crate) fn problem(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }

    /// What was read, if nothing is wrong. Whoever leaves something out has said why.
    pub(crate) fn finish<T>(self, read: Option<T>) -> Result<T, Refusal> {
        match read {
            Some(read) if self.problems.is_empty() => Ok(read),
            _ => Err(Refusal::validation(self.problems)),
        }
    }

    /// Words that have to be there.
    pub(crate) fn filled(&mut self, field: &str, value: Option<String>, max: usize) -> Option<String> {
        let value = value.filter(|value| !value.is_empty());
        match &value {
            None => self.problem(format!("{field} should not be empty")),
            Some(value) => self.at_most(field, value, max),
        }
        value
    }

    /// Words that may be left out.
    pub(crate) fn optional(&mut self, field: &str, value: Option<String>, max: usize) -> Option<String> {
        let value = value.filter(|value| !value.is_empty());
        if let Some(value) = &value {
            self.at_most(field, value, max);
        }
        value
    }

    pub(crate) fn at_most(&mut self, field: &str, value: &str, max: usize) {
        if value.chars().count() > max {
            self.problem(format!(
                "{field} must be shorter than or equal to {max} characters"
            ));
        }
    }

    /// A value of another kind than words that has to be there.
    pub(crate) fn given<T>(&mut self, field: &str, value: Option<T>, kind: &str) -> Option<T> {
        if value.is_none() {
            self.problem(format!("{field} must be {kind}"));
        }
        value
    }

    /// The address of a chat.
    pub(crate) fn chat(&mut self, field: &str, value: Option<&str>) -> Option<Jid> {
        let Some(text) = value.filter(|text| !text.is_empty()) else {
            self.problem(format!("{field} should not be empty"));
            return None;
        };
        match jid::from_text(text) {
            Ok(jid) => Some(jid),
            Err(error) => {
                self.problem(format!(
                    "{field} must be an address like 15550000001@c.us: {error}"
                ));
                None
            }
        }
    }

    /// The id of a message that has to be there.
    pub(crate) fn message(&mut self, field: &str, value: Option<&str>) -> Option<WaMessageId> {
        match value {
            None | Some("") => {
                self.problem(format!("{field} should not be empty"));
                None
            }
            some => self.quoted(field, some),
        }
    }

    /// The id of a message that may be left out.
    pub(crate) fn quoted(&mut self, field: &str, value: Option<&str>) -> Option<WaMessageId> {
        let id = message_id::from_text(value?).ok();
        if id.is_none() {
            self.problem(format!("{field} must be a message id"));
        }
        id
    }

    /// Whom a message speaks of.
    pub(crate) fn mentions(&mut self, texts: &[String]) -> Vec<Jid> {
        if texts.len() > MAX_MENTIONS {
            self.problem(format!(
                "mentions must contain no more than {MAX_MENTIONS} elements"
            ));
        }
        if texts.iter().any(|text| text.chars().count() > MAX_MENTION) {
            self.problem(format!(
                "each value in mentions must be shorter than or equal to {MAX_MENTION} characters"
            ));
        }
        let mentions: Result<Vec<Jid>, _> = texts.iter().map(|text| jid::from_text(text)).collect();
        mentions.unwrap_or_else(|error| {
            self.problem(format!(
                "each value in mentions must be an address like 15550000001@c.us: {error}"
            ));
            Vec::new()
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use serde_json::{Value, json};

    use super::*;

    async fn problems(look: impl FnOnce(&mut Checks)) -> Value {
        let mut checks = Checks::default();
        look(&mut checks);
        match checks.finish(Some(())) {
            Ok(()) => Value::Null,
            Err(refusal) => {
                let body = refusal.into_response().into_body();
                let bytes = axum::body::to_bytes(body, 10_000).await.unwrap();
                serde_json::from_slice::<Value>(&bytes).unwrap()["message"].take()
            }
        }
    }

    #[tokio::test]
    async fn everything_that_is_wrong_is_listed() {
        let to = "15550000001@c.us";
        assert_eq!(
            problems(|checks| {
                checks.chat("chatId", None);
                checks.filled("text", Some(String::new()), 9);
                checks.message("messageId", Some(""));
                checks.quoted("quotedMessageId", Some(""));
                checks.given::<bool>("star", None, "a boolean value");
                checks.optional("filename", Some("é".repeat(10)), 9);
                checks.mentions(&vec![to.to_owned(); 1025]);
            })
            .await,
            json!([
                "chatId should not be empty",
                "text should not be empty",
                "messageId should not be empty",
                "quotedMessageId must be a message id",
                "star must be a boolean value",
                "filename must be shorter than or equal to 9 characters",
                "mentions must contain no more than 1024 elements",
            ])
        );
        let wrong = problems(|checks| {
            checks.chat("chatId", Some("15550000001"));
            checks.mentions(&["x".to_owned()]);
        })
        .await;
        for (at, start) in [
            (0, "chatId must be an address"),
            (1, "each value in mentions must be an address"),
        ] {
            assert!(wrong[at].as_str().unwrap().starts_with(start), "{wrong}");
        }
    }

    #[tokio::test]
    async fn what_is_right_passes() {
        let wrong = problems(|checks| {
            // Measured in characters, not in bytes.
            checks.filled("text", Some("😀".repeat(9)), 9);
            checks.optional("filename", None, 9);
            checks.quoted("quotedMessageId", None);
            checks.mentions(&[]);
        })
        .await;
        assert_eq!(wrong, Value::Null);
    }
}
