//! `POST …/messages/delete`.

use http::StatusCode;
use serde::Deserialize;
use wagon_services::{Named, Operation};

use super::operate::{Body, named};
use crate::check::Checks;
use crate::error::Refusal;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Delete {
    chat_id: Option<String>,
    message_id: Option<String>,
    for_everyone: Option<bool>,
}

impl Body for Delete {
    fn read(self) -> Result<(Named, Operation), Refusal> {
        let mut checks = Checks::default();
        let message = named(&mut checks, self.chat_id.as_deref(), self.message_id.as_deref());
        let message = checks.finish(message)?;
        if self.for_everyone == Some(false) {
            let problem = "messages can be deleted for everyone only";
            return Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, problem));
        }
        Ok((message, Operation::Revoke))
    }
}
