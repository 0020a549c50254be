//! The command line.

mod keys;
mod sandbox;
mod serve;
mod token_keys;
mod users;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use wagon_domain::{Clock, SystemClock};
use wagon_services::Pepper;
use wagon_store::Store;

use crate::config::{Config, DEFAULTS, Flags};
use crate::data_dir;

/// A self-hosted WhatsApp gateway: keeps WhatsApp numbers connected and lets programs send, receive
/// and manage over HTTP.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Try it without a phone:\n  wagon serve --sandbox\n\nWith real WhatsApp:\n  wagon serve\n  curl -H \"Authorization: Bearer $(cat data/api-key)\" --json '{\"label\":\"shop\"}' http://127.0.0.1:2785/api/v1/sessions"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the gateway
    ///
    /// Serves gateway v1 under /api/v1 and OpenWA under /api on one port. At first start it makes
    /// the data folder with a database, an encryption key and an API key.
    Serve(serve::Serve),
    /// Run an emulated WhatsApp network by itself
    ///
    /// For tests and for developers of WhatsApp clients: no phone, no Internet. State is kept in
    /// memory unless --state names a file.
    Sandbox(sandbox::Sandbox),
    /// Make, list and revoke API keys
    Keys(keys::Keys),
    /// Add, list and change the people who can sign in
    #[command(alias = "user")]
    Users(users::Users),
    /// Replace the key that signs access tokens
    TokenKeys(token_keys::TokenKeys),
    /// Print the configuration file with every setting, its default and its meaning
    Config,
    /// Print the OpenAPI document of a dialect
    #[command(name = "openapi")]
    OpenApi {
        #[arg(value_enum, default_value_t = Dialect::V1)]
        dialect: Dialect,
    },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Dialect {
    /// Gateway v1, at `/api/v1`
    V1,
    /// OpenWA, at `/api`
    #[value(name = "openwa")]
    OpenWa,
}

/// What every command that touches the gateway's data takes.
#[derive(Debug, Args)]
struct Common {
    /// Configuration file (TOML); `wagon config` prints one with every setting
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder with the database, the encryption key and the first API key [default: data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

impl Common {
    fn load(&self, flags: Flags) -> anyhow::Result<Config> {
        let flags = Flags {
            data_dir: self.data_dir.clone(),
            ..flags
        };
        Ok(Config::load(self.config.as_deref(), &flags)?)
    }

    /// Opens the gateway's data, which a running gateway may have open too.
    async fn open(&self) -> anyhow::Result<(Store, Arc<dyn Clock>, Pepper)> {
        let config = self.load(Flags::default())?;
        data_dir::create(&config.data_dir)?;
        let cipher = wagon_store::Cipher::load_or_generate(config.key_file())?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let store = wagon_store::Config {
            url: config.database(),
            cipher,
        };
        let store = Store::open(store, Arc::clone(&clock))
            .await
            .context("the database could not be opened")?;
        Ok((store, clock, config.pepper()))
    }
}

/// Runs the command to its end.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(command) => Box::pin(command.run()).await,
        Command::Sandbox(command) => command.run().await,
        Command::Keys(command) => command.run().await,
        Command::Users(command) => command.run().await,
        Command::TokenKeys(command) => command.run().await,
        Command::Config => {
            say(DEFAULTS.trim_end());
            Ok(())
        }
        Command::OpenApi { dialect } => {
            let document = match dialect {
                Dialect::V1 => wagon_api_v1::document(),
                Dialect::OpenWa => wagon_api_openwa::document(),
            };
            say(&serde_json::to_string_pretty(&document)?);
            Ok(())
        }
    }
}

/// Prints a line for the person at the terminal. Logs are something else; see [`crate::telemetry`].
#[expect(clippy::print_stdout, reason = "the command line talks to people")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Prints an error with its causes.
pub fn complain(error: &anyhow::Error) {
    eprintln!("error: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
}
