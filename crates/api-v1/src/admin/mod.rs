//! Across organisations; for those who run the gateway.

mod audit;
mod organizations;
mod rotate_token_key;
mod sessions;

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Admin", "Across organisations; for those who run the gateway.")
        .get(
            "/admin/audit",
            audit::handler,
            op("listAllAudit", "Who did what, everywhere"),
        )
        .get(
            "/admin/organizations",
            organizations::handler,
            op("listAllOrganizations", "All organisations"),
        )
        .get(
            "/admin/sessions",
            sessions::handler,
            op("listAllSessions", "All sessions, newest first"),
        )
        .post(
            "/admin/token-keys:rotate",
            rotate_token_key::handler,
            op("rotateTokenKey", "A new key signs access tokens from now on"),
        )
}
