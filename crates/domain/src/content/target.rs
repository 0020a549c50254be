use serde::{Deserialize, Serialize};

use crate::id::WaMessageId;
use crate::jid::Jid;

/// The earlier message that an edit, a revoke, a reaction or a vote is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    pub id: WaMessageId,
    /// Its author, when it is not the account's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Jid>,
    /// The account itself wrote it.
    #[serde(default)]
    pub from_me: bool,
}
