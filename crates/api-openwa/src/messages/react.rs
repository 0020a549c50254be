//! `POST …/messages/react`.

use schemars::JsonSchema;
use serde::Deserialize;
use wagon_services::{Named, Operation};

use super::operate::{Body, named};
use crate::check::Checks;
use crate::error::Refusal;

const MAX_EMOJI: usize = 32;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct React {
    #[schemars(required)]
    chat_id: Option<String>,
    #[schemars(required)]
    message_id: Option<String>,
    /// Empty takes the reaction back.
    #[schemars(required)]
    emoji: Option<String>,
}

impl Body for React {
    fn read(self) -> Result<(Named, Operation), Refusal> {
        let mut checks = Checks::default();
        let message = named(&mut checks, self.chat_id.as_deref(), self.message_id.as_deref());
        let emoji = checks.given("emoji", self.emoji, "a string");
        checks.at_most("emoji", emoji.as_deref().unwrap_or_default(), MAX_EMOJI);
        checks.finish(message.zip(emoji)).map(|(message, emoji)| {
            let emoji = Some(emoji).filter(|emoji| !emoji.is_empty());
            (message, Operation::React { emoji })
        })
    }
}
