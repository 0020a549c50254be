//! What the handlers work with.

use std::sync::Arc;

use axum::extract::FromRef;
use wagon_domain::Clock;
use wagon_services::{Access, Services};

#[derive(Clone)]
pub struct State {
    pub services: Services,
    pub clock: Arc<dyn Clock>,
    /// The name of this process in session views.
    pub gateway_id: Arc<str>,
    /// Where clients reach the gateway, like `https://wagon.example.com`; tickets name it.
    pub public_url: Option<Arc<str>>,
}

impl FromRef<State> for Access {
    fn from_ref(state: &State) -> Self {
        state.services.access.clone()
    }
}
