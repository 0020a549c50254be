//! The caller's key, and the keys of the organisation.

mod create;
mod delete;
mod fields;
mod get;
mod list;
mod revoke;
mod role;
mod update;
mod validate;
mod view;

pub(crate) use role::Role;

pub(crate) use validate::ENGINE;

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Keys", "API keys, and what a key may do.")
        .post(
            "/auth/validate",
            validate::handler,
            op("validateKey", "What the key may do"),
        )
        .get(
            "/auth/api-keys",
            list::handler,
            op("listKeys", "All keys, without their secrets"),
        )
        .post(
            "/auth/api-keys",
            create::handler,
            op("createKey", "Makes a key, which is shown this once"),
        )
        .get("/auth/api-keys/{key}", get::handler, op("getKey", "One key"))
        .put(
            "/auth/api-keys/{key}",
            update::handler,
            op("updateKey", "Changes what a key may do"),
        )
        .delete(
            "/auth/api-keys/{key}",
            delete::handler,
            op("deleteKey", "Deletes a key"),
        )
        .post(
            "/auth/api-keys/{key}/revoke",
            revoke::handler,
            op("revokeKey", "Ends a key and keeps its record"),
        )
}
