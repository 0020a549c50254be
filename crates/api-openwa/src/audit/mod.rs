//! Who did what.

mod list;
mod names;
mod view;

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Audit", "Who did what.").get(
        "/audit",
        list::handler,
        op("listAudit", "The audit log, latest first"),
    )
}
