//! How much goes through.

mod messages;
mod overview;
mod session;

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Statistics", "How much goes through.")
        .get(
            "/stats/overview",
            overview::handler,
            op("getStats", "Sessions by status, and messages in all"),
        )
        .get(
            "/stats/messages",
            messages::handler,
            op("getMessageStats", "The last day by hours, or more by days"),
        )
        .get(
            "/stats/sessions/{id}",
            session::handler,
            op("getStatsOfSession", "One session's figures"),
        )
}
