//! Templates: texts with places to be filled in.

mod change;
mod create;
mod delete;
mod find;
mod list;
mod path;
mod send;
mod view;

use crate::openapi::{Api, op};

/// The routes below `/sessions/{id}/templates`, and the one that sends a template.
pub(crate) fn routes(api: Api) -> Api {
    api.about("Templates", "Texts with places to fill in.")
        .get(
            "/sessions/{id}/templates",
            list::handler,
            op("listTemplates", "All templates of a session"),
        )
        .post(
            "/sessions/{id}/templates",
            create::handler,
            op("createTemplate", "Makes a template"),
        )
        .get(
            "/sessions/{id}/templates/{template}",
            find::handler,
            op("getTemplate", "One template"),
        )
        .put(
            "/sessions/{id}/templates/{template}",
            change::handler,
            op("changeTemplate", "Changes a template"),
        )
        .delete(
            "/sessions/{id}/templates/{template}",
            delete::handler,
            op("deleteTemplate", "Deletes a template"),
        )
        .post(
            "/sessions/{id}/messages/send-template",
            send::handler,
            op("sendTemplate", "Sends a template with its places filled"),
        )
}
