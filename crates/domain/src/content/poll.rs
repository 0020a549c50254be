use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// A question with answers to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// The question.
    pub name: String,
    #[serde(default)]
    pub options: Vec<String>,
    /// How many options one person may choose; 0 means any number.
    #[serde(default)]
    pub selectable: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// Who voted for what is not shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hide_votes: bool,
}
