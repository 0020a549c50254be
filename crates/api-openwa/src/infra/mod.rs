//! What the gateway runs on. Its configuration is a file and the environment, and nothing changes it from here.

mod engines;
mod health;
mod status;

use std::convert::Infallible;

use http::StatusCode;
use wagon_http_kit::needs;

use crate::access::Unscoped;
use crate::error::{Failure, Refusal};
use crate::openapi::{Api, op};

/// The probe, which is not throttled.
pub(crate) fn probe(api: Api) -> Api {
    api.about("Probe", "Whether the gateway lives.").get(
        "/infra/health",
        health::handler,
        op("getInfraHealth", "Whether the gateway answers"),
    )
}

pub(crate) fn routes(api: Api) -> Api {
    let api = api
        .about("Infrastructure", "What the gateway runs on.")
        .get(
            "/infra/status",
            status::handler,
            op("getInfraStatus", "Database, storage and engine"),
        )
        .get(
            "/infra/engines",
            engines::list,
            op("listEngines", "What runs sessions"),
        )
        .get(
            "/infra/engines/current",
            engines::current,
            op("getEngine", "What runs sessions now"),
        )
        .put(
            "/infra/config",
            refuse,
            op("changeInfraConfig", "Is not done from here").unsupported(WHERE),
        );
    let api = [
        ("/infra/config", "getInfraConfig"),
        ("/infra/update-check", "checkForUpdate"),
        ("/infra/export-data", "exportData"),
        ("/infra/storage/files/count", "countFiles"),
        ("/infra/storage/export", "exportFiles"),
    ]
    .into_iter()
    .fold(api, |api, (path, id)| {
        api.get(path, refuse, op(id, "Is not told from here").unsupported(WHERE))
    });
    [
        ("/infra/restart", "restart"),
        ("/infra/import-data", "importData"),
        ("/infra/storage/import", "importFiles"),
    ]
    .into_iter()
    .fold(api, |api, (path, id)| {
        api.post(path, refuse, op(id, "Is not done from here").unsupported(WHERE))
    })
}

const WHERE: &str =
    "The gateway is configured, backed up and updated on its own machine: see docs/operating.md";

/// What is done on the gateway's machine here.
async fn refuse(_caller: Unscoped<needs::Admin>) -> Result<Infallible, Failure> {
    Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, WHERE).into())
}
