//! What the handlers work with.

use std::sync::Arc;

use axum::extract::FromRef;
use wagon_domain::Clock;
use wagon_services::{Access, Services};

#[derive(Clone)]
pub struct State {
    pub services: Services,
    pub clock: Arc<dyn Clock>,
}

impl FromRef<State> for Access {
    fn from_ref(state: &State) -> Self {
        state.services.access.clone()
    }
}
