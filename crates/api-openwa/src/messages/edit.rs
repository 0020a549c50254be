//! `POST …/messages/edit`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_services::{Error, Named, Operated, Operation};

use super::operate::{Body, named};
use super::result::View;
use super::send_text::MAX_TEXT;
use crate::check::Checks;
use crate::error::Refusal;
use crate::openapi::{Operation as Described, Schemas};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "EditMessage")]
pub(crate) struct Edit {
    #[schemars(required)]
    chat_id: Option<String>,
    #[schemars(required)]
    message_id: Option<String>,
    #[schemars(required)]
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

    fn describe(operation: &mut Described, schemas: &mut Schemas) {
        operation.succeeds(StatusCode::OK, Some(schemas.answer::<View>()));
    }
}
