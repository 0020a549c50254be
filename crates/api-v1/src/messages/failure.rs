//! Why a send failed, as clients see it.

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Timestamp;
use wagon_domain::outbox::SendFailure;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SendFailure")]
pub(crate) struct Failure {
    code: &'static str,
    message: String,
    /// When it makes sense to try again, if WhatsApp's limits are why.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_at: Option<i64>,
}

impl Failure {
    pub(crate) fn new(failure: &SendFailure, retry_at: Option<Timestamp>) -> Self {
        Self {
            code: failure.code(),
            message: failure.to_string(),
            retry_at: retry_at.map(Timestamp::as_millis),
        }
    }
}
