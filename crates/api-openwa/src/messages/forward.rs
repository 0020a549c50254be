//! `POST …/messages/forward`.

use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_services::{Error, Named, Operated, Operation};

use super::operate::{Body, whole};
use super::result::View;
use crate::check::Checks;
use crate::error::Refusal;
use crate::openapi::{Operation as Described, Output, Schemas};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "ForwardMessage")]
pub(crate) struct Forward {
    #[serde(rename = "fromChatId")]
    #[schemars(required)]
    from: Option<String>,
    #[serde(rename = "toChatId")]
    #[schemars(required)]
    to: Option<String>,
    #[schemars(required)]
    message_id: Option<String>,
}

impl Body for Forward {
    const IDEMPOTENT: bool = true;

    fn read(self) -> Result<(Named, Operation), Refusal> {
        let mut checks = Checks::default();
        let from = checks.chat("fromChatId", self.from.as_deref());
        let to = checks.chat("toChatId", self.to.as_deref());
        let id = checks.message("messageId", self.message_id.as_deref());
        let ((from, to), id) = checks.finish(from.zip(to).zip(id))?;
        Ok((whole(from, id), Operation::Forward { to }))
    }

    fn answer(done: Operated) -> Result<Response, Error> {
        Ok(View::try_from(done.sent)?.into_response())
    }

    fn describe(operation: &mut Described, schemas: &mut Schemas) {
        <View as Output>::describe(operation, schemas);
    }
}
