//! `POST …/messages/send-poll`.

use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::Jid;
use wagon_domain::content::Poll;
use wagon_domain::outbox::{Context, Outgoing};
use wagon_services::Draft;

use super::send::{Body, Limits};
use crate::check::Checks;
use crate::error::Failure;

const MAX_NAME: usize = 255;
const OPTIONS: std::ops::RangeInclusive<usize> = 2..=12;
const MAX_OPTION: usize = 100;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct SendPoll {
    #[schemars(required)]
    chat_id: Option<String>,
    #[schemars(required)]
    name: Option<String>,
    #[schemars(required)]
    options: Option<Vec<String>>,
    allow_multiple_answers: Option<bool>,
    quoted_message_id: Option<String>,
}

impl Body for SendPoll {
    fn read(self, _limits: Limits) -> Result<(Jid, Draft), Failure> {
        let mut checks = Checks::default();
        let to = checks.chat("chatId", self.chat_id.as_deref());
        let name = checks.filled("name", self.name, MAX_NAME);
        let options = self.options.unwrap_or_default();
        if options.len() < *OPTIONS.start() {
            checks.problem("options must contain at least 2 elements");
        }
        if options.len() > *OPTIONS.end() {
            checks.problem("options must contain no more than 12 elements");
        }
        for option in &options {
            checks.at_most("each value in options", option, MAX_OPTION);
        }
        let reply_to = checks.quoted("quotedMessageId", self.quoted_message_id.as_deref());
        let (to, name) = checks.finish(to.zip(name))?;
        let poll = Poll {
            name,
            options,
            // None is as many as there are.
            selectable: u32::from(!self.allow_multiple_answers.unwrap_or(false)),
            ends_at: None,
            hide_votes: false,
        };
        let context = Context {
            mentions: Vec::new(),
            reply_to,
        };
        Ok((to, Outgoing::Poll { poll, context }.into()))
    }
}
