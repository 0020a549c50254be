//! Probes. They need no key.

mod check;
mod live;
mod ready;

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Health", "Whether the gateway lives and works. No key is needed.")
        .get(
            "/health",
            check::handler,
            op("getHealth", "Whether the gateway answers"),
        )
        .get(
            "/health/live",
            live::handler,
            op("getLiveness", "Whether the process lives"),
        )
        .get(
            "/health/ready",
            ready::handler,
            op("getReadiness", "Whether the gateway can work"),
        )
}
