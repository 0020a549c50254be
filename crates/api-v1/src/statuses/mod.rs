//! Status updates.

mod post;
mod revoke;

use wagon_domain::Capability::Send;
use wagon_http_kit::BodyLimit;

use crate::openapi::{Api, op};

/// One file of 16 MiB, as base64.
const POST_BODY: BodyLimit = BodyLimit(24 * 1024 * 1024);

pub(crate) fn routes(api: Api) -> Api {
    api.about("Status", "Status updates.")
        .post(
            "/sessions/{session}/status",
            post::handler,
            op("postStatus", "Shows a status update").limit(POST_BODY).live(),
        )
        .delete(
            "/sessions/{session}/status/{mid}",
            revoke::handler,
            op(
                "revokeStatus",
                "Takes an own status update back from those it was shown to",
            )
            .needs(Send)
            .live(),
        )
}
