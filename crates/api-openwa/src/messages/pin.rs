//! `POST …/messages/pin` and `…/unpin`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use wagon_services::{Named, Operation};

use super::operate::{Body, named};
use crate::check::Checks;
use crate::error::Refusal;

/// A day, a week and thirty days.
const DURATIONS: [u64; 3] = [86_400, 604_800, 2_592_000];

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "PinMessage")]
pub(crate) struct Pin {
    #[schemars(required)]
    chat_id: Option<String>,
    #[schemars(required)]
    message_id: Option<String>,
    duration_seconds: Option<u64>,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "UnpinMessage")]
pub(crate) struct Unpin {
    #[schemars(required)]
    chat_id: Option<String>,
    #[schemars(required)]
    message_id: Option<String>,
}

impl Body for Pin {
    fn read(self) -> Result<(Named, Operation), Refusal> {
        let mut checks = Checks::default();
        let message = named(&mut checks, self.chat_id.as_deref(), self.message_id.as_deref());
        let seconds = self.duration_seconds.unwrap_or(DURATIONS[0]);
        if !DURATIONS.contains(&seconds) {
            checks.problem("durationSeconds must be one of the following values: 86400, 604800, 2592000");
        }
        let duration = Some(Duration::from_secs(seconds));
        checks
            .finish(message)
            .map(|message| (message, Operation::Pin { duration }))
    }
}

impl Body for Unpin {
    fn read(self) -> Result<(Named, Operation), Refusal> {
        let mut checks = Checks::default();
        let message = named(&mut checks, self.chat_id.as_deref(), self.message_id.as_deref());
        checks
            .finish(message)
            .map(|message| (message, Operation::Pin { duration: None }))
    }
}
