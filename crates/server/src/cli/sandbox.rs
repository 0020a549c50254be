//! `wagon sandbox`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use wagon_sandbox::{Config, Sandbox as Network, StateLocation};

use crate::cli::say;
use crate::config::LogFormat;
use crate::{signals, telemetry};

#[derive(Debug, Args)]
pub(super) struct Sandbox {
    /// Address of the WhatsApp socket (/ws/chat), the media host and the admin API
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:2786")]
    listen: SocketAddr,
    /// Keep accounts, devices and queues in this file across restarts
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Start without the default cast of phones
    #[arg(long)]
    empty: bool,
    /// What to log
    #[arg(long, value_name = "FILTER", default_value = "info")]
    log: String,
}

impl Sandbox {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        telemetry::init(&self.log, LogFormat::Text)?;
        let config = Config {
            listen: self.listen,
            state: self.state.map_or(StateLocation::Memory, StateLocation::File),
            cast: !self.empty,
            ..Config::default()
        };
        let network = Network::start(config).await?;
        say(&format!(
            "sandbox ready: ws://{0}/ws/chat, admin API http://{0}/admin",
            network.addr()
        ));
        signals::wanted().await;
        network.shutdown().await;
        Ok(())
    }
}
