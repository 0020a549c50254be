//! `POST …/messages/edit`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use wagon_services::{Error, Named, Operated, Operation};

use super::operate::{Body, named};
use super::result::View;
use super::send_text::MAX_TEXT;
use crate::check::Checks;
use crate::error::Refusal;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Edit {
    chat_id: Option<String>,
    message_id: Option<String>,
    body: Option<String>,
    /// Those of the message are not kept.
    mentions: Option<Vec<String>>,
}

impl Body for Edit {
    fn read(self) -> Result<(Named, Operation), Refusal> {
        let mut checks = Checks::default();
        let message = named(&mut checks, self.chat_id.as_deref(), self.message_id.as_deref());
        let text = checks.filled("body", self.body, MAX_TEXT);
        let mentions = Some(checks.mentions(&self.mentions.unwrap_or_default()));
        checks
            .finish(message.zip(text))
            .map(|(message, text)| (message, Operation::Edit { text, mentions }))
    }

    /// The message keeps its id and its time.
    fn answer(done: Operated) -> Result<Response, Error> {
        View::try_from(done.sent)?;
        Ok(Json(View::of_message(&done.message)).into_response())
    }
}
