//! Calls.

mod reject;

use wagon_domain::Capability::Send;

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Calls", "Calls.").post(
        "/sessions/{session}/calls/{call}:reject",
        reject::handler,
        op("rejectCall", "Declines a call that rings now")
            .needs(Send)
            .live(),
    )
}
