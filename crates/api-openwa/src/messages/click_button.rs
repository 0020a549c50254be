//! `POST …/messages/click-button`.

use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_services::{Error, Named, Operated, Operation};

use super::operate::{Body, named};
use super::result::View;
use super::send_text::MAX_TEXT;
use crate::check::Checks;
use crate::error::Refusal;
use crate::openapi::{Operation as Described, Output, Schemas};

const MAX_ID: usize = 256;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ClickButton {
    #[schemars(required)]
    chat_id: Option<String>,
    #[schemars(required)]
    message_id: Option<String>,
    #[schemars(required)]
    button_id: Option<String>,
    /// The words on the button.
    text: Option<String>,
}

impl Body for ClickButton {
    fn read(self) -> Result<(Named, Operation), Refusal> {
        let mut checks = Checks::default();
        let message = named(&mut checks, self.chat_id.as_deref(), self.message_id.as_deref());
        let button = checks.filled("buttonId", self.button_id, MAX_ID);
        let text = checks.optional("text", self.text, MAX_TEXT);
        checks.finish(message.zip(button)).map(|(message, button)| {
            let words = text.unwrap_or_else(|| button.clone());
            (message, Operation::ClickButton { button, words })
        })
    }

    fn answer(done: Operated) -> Result<Response, Error> {
        Ok(View::try_from(done.sent)?.into_response())
    }

    fn describe(operation: &mut Described, schemas: &mut Schemas) {
        <View as Output>::describe(operation, schemas);
    }
}
