//! Webhooks and their deliveries.

mod create;
mod delete;
mod deliveries;
mod delivery;
mod fields;
mod get;
mod list;
mod path;
mod redeliver;
mod redeliver_range;
mod rotate_secret;
mod test;
mod update;
mod view;

use http::StatusCode;
use wagon_domain::Capability::Manage;

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Webhooks", "Webhooks and their deliveries.")
        .get(
            "/webhooks",
            list::handler,
            op("listWebhooks", "All, newest first").needs(Manage),
        )
        .post(
            "/webhooks",
            create::handler,
            op("createWebhook", "Registers a webhook")
                .refused(StatusCode::NOT_FOUND, "There is no such session."),
        )
        .get(
            "/webhooks/{webhook}",
            get::handler,
            op("getWebhook", "One webhook").needs(Manage),
        )
        .patch(
            "/webhooks/{webhook}",
            update::handler,
            op("updateWebhook", "Changes what is given"),
        )
        .delete(
            "/webhooks/{webhook}",
            delete::handler,
            op("deleteWebhook", "Removes a webhook").needs(Manage),
        )
        .post(
            "/webhooks/{webhook}:test",
            test::handler,
            op("testWebhook", "One request now, and what came of it"),
        )
        .post(
            "/webhooks/{webhook}:redeliver",
            redeliver_range::handler,
            op("redeliverEvents", "Delivers a part of the log once more"),
        )
        .post(
            "/webhooks/{webhook}:rotate-secret",
            rotate_secret::handler,
            op(
                "rotateSecret",
                "A new secret; the old one goes on to sign beside it for a while",
            ),
        )
        .get(
            "/webhooks/{webhook}/deliveries",
            deliveries::handler,
            op("listDeliveries", "What became of each event, latest first").needs(Manage),
        )
        .get(
            "/webhooks/{webhook}/deliveries/{delivery}",
            delivery::handler,
            op("getDelivery", "One delivery with its attempts").needs(Manage),
        )
        .post(
            "/webhooks/{webhook}/deliveries/{delivery}:redeliver",
            redeliver::handler,
            op("redeliver", "Delivers one event once more").needs(Manage),
        )
}
