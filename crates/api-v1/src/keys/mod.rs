//! API keys.

mod create;
mod delete;
mod get;
mod list;
mod path;
mod view;

use http::StatusCode;
use wagon_domain::Capability::Admin;

use crate::openapi::{Api, op};

pub(crate) use view::View as KeyView;

pub(crate) fn routes(api: Api) -> Api {
    api.about("Keys", "API keys.")
        .get(
            "/keys",
            list::handler,
            op("listKeys", "All keys, also revoked ones").needs(Admin),
        )
        .post(
            "/keys",
            create::handler,
            op("createKey", "Makes a key, which is shown this once")
                .refused(StatusCode::NOT_FOUND, "There is no such session."),
        )
        .get("/keys/{key}", get::handler, op("getKey", "One key").needs(Admin))
        .delete(
            "/keys/{key}",
            delete::handler,
            op("revokeKey", "Revokes a key").needs(Admin),
        )
}
