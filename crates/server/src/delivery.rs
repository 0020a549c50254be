//! Calls to URLs that users give, and webhooks among them, put together.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wagon_delivery::{Courier, Settings, Words, Worker};
use wagon_domain::Clock;
use wagon_outbound::{Options, Outbound};
use wagon_services::Attached;
use wagon_store::Store;

use crate::config::Config;

/// How URLs that users gave, and the operator's for identity, are called.
pub(crate) fn outbound(config: &Config) -> anyhow::Result<Outbound> {
    let roots = match &config.outbound_ca_file {
        None => Vec::new(),
        Some(path) => CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .with_context(|| format!("outbound_ca_file = {} cannot be read", path.display()))?,
    };
    Ok(Outbound::new(Options {
        allow: config.outbound_allow.clone(),
        roots,
        ..Options::default()
    }))
}

/// Takes events to webhooks, in the words of the dialect that each was registered in.
pub(crate) fn courier(
    config: &Config,
    outbound: Outbound,
    files: Attached,
    store: &Store,
    clock: &Arc<dyn Clock>,
) -> Courier {
    let timeout = Duration::from_secs(config.webhook_timeout_seconds.max(1).into());
    Courier::new(
        outbound,
        Words {
            native: Arc::new(wagon_api_v1::render),
            openwa: Arc::new(wagon_api_openwa::OpenWaLetters {
                largest_file: config.webhook_media_inline_max_bytes,
            }),
        },
        Arc::new(files),
        store.clone(),
        Arc::clone(clock),
        timeout,
    )
}

/// Delivers in the background until `stop`.
pub(crate) fn start(
    config: &Config,
    store: &Store,
    courier: &Courier,
    clock: &Arc<dyn Clock>,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) {
    let disable_after = config.webhook_disable_after_seconds;
    let settings = Settings {
        in_flight: usize::try_from(config.webhook_in_flight.max(1)).unwrap_or(1),
        disable_after: (disable_after > 0).then(|| Duration::from_secs(disable_after.into())),
    };
    let worker = Worker::new(
        store.clone(),
        courier.clone(),
        Arc::clone(clock),
        settings,
        tasks.clone(),
        stop.clone(),
    );
    tasks.spawn(worker.run());
}
