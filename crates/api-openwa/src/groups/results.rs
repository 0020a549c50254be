use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::Jid;
use wagon_services::MemberOutcome;

use crate::jid;

/// A list of people. Some routes take everybody when there is none.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Participants {
    #[serde(default)]
    pub(super) participants: Vec<String>,
}

/// What became of each.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ParticipantResults")]
pub(super) struct View {
    success: bool,
    message: &'static str,
    results: Vec<One>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ParticipantResult")]
struct One {
    id: String,
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl View {
    /// In the order they were asked for; WhatsApp may name people by their other address.
    pub(super) fn new(message: &'static str, asked: &[Jid], outcomes: Vec<MemberOutcome>) -> Self {
        let aligned = asked.len() == outcomes.len();
        let results = outcomes.into_iter().enumerate().map(|(index, outcome)| One {
            id: jid::to_text(asked.get(index).filter(|_| aligned).unwrap_or(&outcome.member)),
            success: outcome.refused.is_none(),
            status: outcome.refused.as_ref().map(|refusal| refusal.code),
            message: outcome.refused.map(|refusal| refusal.text),
        });
        Self {
            success: true,
            message,
            results: results.collect(),
        }
    }

    /// Whether there was somebody, and nobody it was possible for.
    pub(super) fn all_refused(&self) -> bool {
        !self.results.is_empty() && self.results.iter().all(|one| !one.success)
    }
}
