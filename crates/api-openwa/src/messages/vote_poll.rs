//! `POST …/messages/vote-poll`.

use schemars::JsonSchema;
use serde::Deserialize;
use wagon_services::{Named, Operation};

use super::operate::{Body, whole};
use crate::check::Checks;
use crate::error::Refusal;

const MAX_OPTIONS: usize = 12;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct VotePoll {
    #[schemars(required)]
    chat_id: Option<String>,
    #[schemars(required)]
    poll_message_id: Option<String>,
    /// By their texts; none takes an earlier vote back.
    #[schemars(required)]
    options: Option<Vec<String>>,
}

impl Body for VotePoll {
    fn read(self) -> Result<(Named, Operation), Refusal> {
        let mut checks = Checks::default();
        let chat = checks.chat("chatId", self.chat_id.as_deref());
        let id = checks.message("pollMessageId", self.poll_message_id.as_deref());
        let options = checks.given("options", self.options, "an array");
        if options
            .as_ref()
            .is_some_and(|options| options.len() > MAX_OPTIONS)
        {
            checks.problem("options must contain no more than 12 elements");
        }
        let ((chat, id), options) = checks.finish(chat.zip(id).zip(options))?;
        Ok((whole(chat, id), Operation::Vote { options }))
    }
}
