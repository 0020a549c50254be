//! Who is calling.

mod get;
mod update;

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Caller", "Who is calling.")
        .get(
            "/me",
            get::handler,
            op("getMe", "Who is calling, and what they may do"),
        )
        .patch(
            "/me",
            update::handler,
            op("updateMe", "Changes one's own name and password"),
        )
}
