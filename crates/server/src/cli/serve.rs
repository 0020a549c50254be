//! `wagon serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::app::App;
use crate::cli::{Common, say};
use crate::config::Flags;
use crate::{pairing_display, signals, telemetry};

#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    common: Common,
    /// Address of the HTTP API [default: 127.0.0.1:2785]
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// Use an emulated WhatsApp network instead of the real one: no phone, no Internet
    #[arg(long)]
    sandbox: bool,
    /// Address of the sandbox's socket, media and admin API [default: 127.0.0.1:2786]
    #[arg(long, value_name = "ADDR:PORT")]
    sandbox_listen: Option<SocketAddr>,
    /// Scripts for the sandbox's phones, and phones that follow them, from this TOML file
    #[arg(long, value_name = "FILE", requires = "sandbox")]
    scripts: Option<PathBuf>,
    /// Where the chances of the sandbox's faults come from: a run with the same seed strikes the same stanzas
    #[arg(long, value_name = "NUMBER", requires = "sandbox")]
    seed: Option<u64>,
    /// Join a sandbox that already runs on this machine, for example `http://127.0.0.1:2786`
    #[arg(long, value_name = "URL", conflicts_with_all = ["sandbox", "sandbox_listen"])]
    sandbox_url: Option<String>,
    /// What to log: error, warn, info, debug, or directives like `info,wagon_store=debug`
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.common.load(Flags {
            listen: self.listen,
            sandbox: self.sandbox.then_some(true),
            sandbox_listen: self.sandbox_listen,
            sandbox_scripts: self.scripts,
            sandbox_seed: self.seed,
            sandbox_url: self.sandbox_url,
            log: self.log,
            ..Flags::default()
        })?;
        telemetry::init(&config.log, config.log_format)?;
        let metrics = telemetry::metrics()?;
        let app = Box::pin(App::start(&config, Some(metrics))).await?;
        for line in app.welcome() {
            say(&line);
        }
        pairing_display::spawn(&app);
        let how = signals::wanted().await;
        tracing::info!(signal = how, "shutting down; a second signal ends at once");
        tokio::select! {
            () = app.shutdown() => tracing::info!("stopped"),
            _ = signals::wanted() => tracing::warn!("stopped at once"),
        }
        Ok(())
    }
}
