//! Who did what.

mod list;
mod params;
mod view;

use wagon_domain::Capability::Admin;

use crate::openapi::{Api, op};

pub(crate) use params::Params;
pub(crate) use view::View;

pub(crate) fn routes(api: Api) -> Api {
    api.about("Audit", "Who did what.").get(
        "/audit",
        list::handler,
        op("listAudit", "Who did what in the organisation, latest first").needs(Admin),
    )
}
