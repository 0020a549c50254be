//! `POST …/messages/reply`.

use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::Jid;
use wagon_domain::outbox::{Context, Outgoing};
use wagon_services::Draft;

use super::send::{Body, Limits};
use super::send_text::MAX_TEXT;
use crate::check::Checks;
use crate::error::Failure;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Reply {
    #[schemars(required)]
    chat_id: Option<String>,
    #[schemars(required)]
    quoted_message_id: Option<String>,
    #[schemars(required)]
    text: Option<String>,
    mentions: Option<Vec<String>>,
}

impl Body for Reply {
    fn read(self, _limits: Limits) -> Result<(Jid, Draft), Failure> {
        let mut checks = Checks::default();
        let to = checks.chat("chatId", self.chat_id.as_deref());
        let quoted = checks.message("quotedMessageId", self.quoted_message_id.as_deref());
        let text = checks.filled("text", self.text, MAX_TEXT);
        let mentions = checks.mentions(&self.mentions.unwrap_or_default());
        let ((to, quoted), text) = checks.finish(to.zip(quoted).zip(text))?;
        let context = Context {
            mentions,
            reply_to: Some(quoted),
        };
        Ok((to, Outgoing::Text { text, context }.into()))
    }
}
