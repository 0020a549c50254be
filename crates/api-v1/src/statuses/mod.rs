//! Status updates.

mod post;

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Status", "Status updates.").post(
        "/sessions/{session}/status",
        post::handler,
        op("postStatus", "Shows a status update").live(),
    )
}
