//! `wagon sandbox`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use wagon_sandbox::{BUILT_IN_SCRIPTS, Config, Sandbox as Network, StateLocation};

use crate::cli::say;
use crate::config::LogFormat;
use crate::{people, signals, telemetry};

#[derive(Debug, Args)]
#[command(
    after_help = "Link a client: let it show its QR code and send the text of that to a phone's camera:\n  curl --data-raw \"$QR\" 'http://127.0.0.1:2786/admin/mock-phone/scan-qr?account=15550000100'\n\nWrite to it as somebody:\n  curl -d '{\"to\":\"15550000100\",\"text\":\"hello\"}' http://127.0.0.1:2786/admin/phones/15550000002/messages"
)]
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
    /// Scripts, and phones that follow them, from this TOML file; --print-scripts shows the format
    #[arg(long, value_name = "FILE")]
    scripts: Option<PathBuf>,
    /// Where the chances of faults come from: a run with the same seed strikes the same stanzas
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Print the built-in scripts and the default cast as a TOML file, and end
    #[arg(long)]
    print_scripts: bool,
    /// What to log
    #[arg(long, value_name = "FILTER", default_value = "info")]
    log: String,
}

impl Sandbox {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        if self.print_scripts {
            say(BUILT_IN_SCRIPTS.trim_end());
            return Ok(());
        }
        telemetry::init(&self.log, LogFormat::Text)?;
        let config = Config {
            listen: self.listen,
            state: self.state.map_or(StateLocation::Memory, StateLocation::File),
            cast: !self.empty,
            scripts: self.scripts,
            seed: self.seed,
            ..Config::default()
        };
        let network = Network::start(config).await?;
        for line in welcome(&network) {
            say(&line);
        }
        signals::wanted().await;
        network.shutdown().await;
        Ok(())
    }
}

/// What to tell the person who started it.
fn welcome(network: &Network) -> Vec<String> {
    let addr = network.addr();
    let mut lines = vec![
        format!("An emulated WhatsApp network is ready: http://{addr}/ shows it"),
        format!("  clients connect to  ws://{addr}/ws/chat"),
        format!("  tests steer it at   http://{addr}/admin"),
    ];
    lines.extend(people::lines(network));
    lines
}
