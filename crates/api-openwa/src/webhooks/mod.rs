//! Webhooks, and what became of their deliveries.

mod create;
mod delete;
mod failures;
mod fields;
mod get;
mod list;
mod list_all;
mod redrive;
mod test;
mod update;
mod view;

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Webhooks", "Who is told of what, and what became of it.")
        .get(
            "/webhooks",
            list_all::handler,
            op("listAllWebhooks", "Webhooks of all sessions"),
        )
        .get(
            "/webhooks/delivery-failures",
            failures::handler,
            op("listDeliveryFailures", "Deliveries that were given up"),
        )
        .post(
            "/webhooks/delivery-failures/redrive",
            redrive::handler,
            op("redriveDeliveries", "Delivers again what was given up"),
        )
        .get(
            "/sessions/{id}/webhooks",
            list::handler,
            op("listWebhooks", "Webhooks of a session"),
        )
        .post(
            "/sessions/{id}/webhooks",
            create::handler,
            op("createWebhook", "Makes a webhook"),
        )
        .get(
            "/sessions/{id}/webhooks/{webhook}",
            get::handler,
            op("getWebhook", "One webhook"),
        )
        .put(
            "/sessions/{id}/webhooks/{webhook}",
            update::handler,
            op("updateWebhook", "Changes a webhook"),
        )
        .delete(
            "/sessions/{id}/webhooks/{webhook}",
            delete::handler,
            op("deleteWebhook", "Deletes a webhook"),
        )
        .post(
            "/sessions/{id}/webhooks/{webhook}/test",
            test::handler,
            op("testWebhook", "Delivers a test event and tells the answer"),
        )
}
