use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::{Channel, channel::State};
use crate::state::lock;

/// The stored form of a [`Channel`].
#[derive(Serialize, Deserialize)]
pub(crate) struct ChannelRecord {
    id: String,
    invite: String,
    created: u64,
    state: State,
}

impl Channel {
    pub(crate) fn record(&self) -> ChannelRecord {
        ChannelRecord {
            id: self.id.to_string(),
            invite: self.invite.clone(),
            created: self.created,
            state: lock(&self.state).clone(),
        }
    }

    pub(super) fn restore(record: ChannelRecord) -> Self {
        Self {
            id: record.id.into(),
            invite: record.invite,
            created: record.created,
            state: Mutex::new(record.state),
        }
    }
}
