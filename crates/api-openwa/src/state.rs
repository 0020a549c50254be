//! What the handlers work with.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use wagon_domain::Clock;
use wagon_services::{Access, Services};

use crate::messages::Limits;
use crate::metrics::Metrics;
use crate::throttle;

#[derive(Clone)]
pub struct State {
    pub services: Services,
    pub clock: Arc<dyn Clock>,
    /// The most bytes of a file.
    pub media_limit: usize,
    /// The least pause between two messages of a batch.
    pub bulk_delay: Duration,
    pub throttle: throttle::Limits,
    /// Whether new sessions show that they are typing.
    pub simulate_typing: bool,
    pub metrics: Arc<Metrics>,
    pub about: About,
}

/// What answers tell of how the gateway was set up.
#[derive(Debug, Clone)]
pub struct About {
    /// Where clients reach it, if it was told.
    pub base_url: Option<Arc<str>>,
    /// `sqlite` or `postgres`.
    pub database: &'static str,
    /// `local` or `s3`.
    pub storage: &'static str,
}

impl State {
    pub(crate) const fn limits(&self) -> Limits {
        Limits {
            media: self.media_limit,
            bulk_delay: self.bulk_delay,
        }
    }
}

impl FromRef<State> for Access {
    fn from_ref(state: &State) -> Self {
        state.services.access.clone()
    }
}
