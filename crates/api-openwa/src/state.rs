//! What the handlers work with.

use std::sync::Arc;

use axum::extract::FromRef;
use wagon_domain::Clock;
use wagon_services::{Access, Services};

use crate::messages::Limits;

#[derive(Clone)]
pub struct State {
    pub services: Services,
    pub clock: Arc<dyn Clock>,
    /// The most bytes of a file.
    pub media_limit: usize,
}

impl State {
    pub(crate) const fn limits(&self) -> Limits {
        Limits {
            media: self.media_limit,
        }
    }
}

impl FromRef<State> for Access {
    fn from_ref(state: &State) -> Self {
        state.services.access.clone()
    }
}
