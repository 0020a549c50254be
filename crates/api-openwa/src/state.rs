//! What the handlers work with.

use std::sync::Arc;

use axum::extract::FromRef;
use wagon_domain::Clock;
use wagon_services::{Keys, Services};

#[derive(Clone)]
pub struct State {
    pub services: Services,
    pub clock: Arc<dyn Clock>,
}

impl FromRef<State> for Keys {
    fn from_ref(state: &State) -> Self {
        state.services.keys.clone()
    }
}
