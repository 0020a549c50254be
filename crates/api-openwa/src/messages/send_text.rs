//! `POST …/messages/send-text`.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use wagon_domain::Jid;
use wagon_domain::outbox::{Context, Outgoing};
use wagon_http_kit::Problem;
use wagon_services::Draft;

use super::send::{Body, Limits};
use crate::check::Checks;
use crate::error::Failure;

pub(super) const MAX_TEXT: usize = 4096;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct SendText {
    #[schemars(required)]
    chat_id: Option<String>,
    #[schemars(required)]
    text: Option<String>,
    mentions: Option<Vec<String>>,
    #[serde(rename = "linkPreview")]
    _link_preview: Option<bool>,
    #[schemars(with = "Option<serde_json::Value>")]
    custom_link_preview: Option<IgnoredAny>,
    quoted_message_id: Option<String>,
}

impl Body for SendText {
    fn read(self, _limits: Limits) -> Result<(Jid, Draft), Failure> {
        if self.custom_link_preview.is_some() {
            return Err(Problem::NotSupported("customLinkPreview is not supported".to_owned()).into());
        }
        let mut checks = Checks::default();
        let to = checks.chat("chatId", self.chat_id.as_deref());
        let text = checks.filled("text", self.text, MAX_TEXT);
        let context = Context {
            mentions: checks.mentions(&self.mentions.unwrap_or_default()),
            reply_to: checks.quoted("quotedMessageId", self.quoted_message_id.as_deref()),
        };
        let (to, text) = checks.finish(to.zip(text))?;
        Ok((to, Outgoing::Text { text, context }.into()))
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use serde_json::json;

    use super::super::send::tests::read;
    use super::*;

    #[test]
    fn a_body_becomes_an_outgoing_text() {
        let body = json!({
            "chatId": "15550000001@c.us", "text": "hi @15550000002", "mentions": ["15550000002@c.us"],
            "linkPreview": false, "quotedMessageId": "false_15550000001@c.us_3EB0A1",
        });
        let (to, draft) = read::<SendText>(body).unwrap();
        assert_eq!(to.to_string(), "15550000001@s.whatsapp.net");
        let Draft::Ready(Outgoing::Text { text, context }) = draft else {
            panic!("not a text");
        };
        assert_eq!(text, "hi @15550000002");
        let expected = Context {
            mentions: vec!["15550000002@s.whatsapp.net".parse().unwrap()],
            reply_to: Some("3EB0A1".parse().unwrap()),
        };
        assert_eq!(context, expected);
    }

    #[test]
    fn previews_of_ones_own_are_refused() {
        let body = json!({"chatId": "15550000001@c.us", "text": "a", "customLinkPreview": {}});
        let refused = read::<SendText>(body).unwrap_err().into_response();
        assert_eq!(refused.status(), 501);
    }
}
