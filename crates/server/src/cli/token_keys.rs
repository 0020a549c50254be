//! `wagon token-keys`.

use clap::{Args, Subcommand};
use wagon_services::Tokens;

use crate::cli::{Common, say};

#[derive(Debug, Args)]
pub(super) struct TokenKeys {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a new key; a running gateway signs with it within a minute
    ///
    /// Tokens that are signed already stay good until they expire.
    Rotate {
        #[command(flatten)]
        common: Common,
    },
}

impl TokenKeys {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Command::Rotate { common } = self.command;
        let (store, clock, _) = common.open().await?;
        // Nothing is signed here, so the name it would be signed under does not matter.
        let tokens = Tokens::new(store.clone(), clock, "", None);
        say(&format!(
            "{} signs from now on",
            tokens.rotate_as_operator().await?
        ));
        store.close().await;
        Ok(())
    }
}
