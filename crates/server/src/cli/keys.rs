//! `wagon keys`.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Subcommand};
use wagon_domain::{Capabilities, Capability, Clock, KeyId, SystemClock};
use wagon_services::{CreateKey, Keys as KeyService};
use wagon_store::{Config as StoreConfig, Store};

use crate::cli::{Common, say};
use crate::config::Flags;
use crate::data_dir;

#[derive(Debug, Args)]
pub(super) struct Keys {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key; its secret is shown once
    Create {
        #[command(flatten)]
        common: Common,
        /// A name to recognise it by
        #[arg(long)]
        name: String,
        /// What it may do: read, send, manage, events, admin (comma-separated)
        #[arg(long, value_name = "LIST", default_value = "read")]
        capabilities: Capabilities,
        /// Days until it expires; never if left out
        #[arg(long, value_name = "DAYS")]
        expires_in: Option<u32>,
    },
    /// List all keys, revoked ones too
    List {
        #[command(flatten)]
        common: Common,
    },
    /// Revoke a key; a running gateway refuses it within seconds
    Revoke {
        #[command(flatten)]
        common: Common,
        /// The key's id (key_…), as listed
        id: KeyId,
    },
}

impl Keys {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Create {
                common,
                name,
                capabilities,
                expires_in,
            } => create(&common, name, capabilities, expires_in).await,
            Command::List { common } => list(&common).await,
            Command::Revoke { common, id } => revoke(&common, &id).await,
        }
    }
}

async fn create(
    common: &Common,
    name: String,
    capabilities: Capabilities,
    expires_in: Option<u32>,
) -> anyhow::Result<()> {
    let (store, keys) = open(common).await?;
    let org = keys.default_org().await?;
    let day = Duration::from_hours(24);
    let expires_at = expires_in.map(|days| SystemClock.now() + day * days);
    let made = keys
        .create(
            &org,
            CreateKey {
                name,
                capabilities,
                sessions: None,
                expires_at,
            },
        )
        .await?;
    say(&made.secret);
    eprintln!(
        "{} may {}. The secret above is not stored and cannot be shown again.",
        made.record.id, capabilities
    );
    store.close().await;
    Ok(())
}

async fn list(common: &Common) -> anyhow::Result<()> {
    let (store, keys) = open(common).await?;
    let org = keys.default_org().await?;
    let now = SystemClock.now();
    for key in keys.list(&org).await? {
        let state = match (key.revoked_at, key.expires_at) {
            (Some(_), _) => "revoked",
            (None, Some(at)) if at <= now => "expired",
            (None, _) => "valid",
        };
        let names: Vec<_> = key.capabilities.iter().map(Capability::as_str).collect();
        say(&format!(
            "{}  {state:<8} …{:<4}  {:<30}  {}",
            key.id,
            key.hint,
            names.join(","),
            key.name
        ));
    }
    store.close().await;
    Ok(())
}

async fn revoke(common: &Common, id: &KeyId) -> anyhow::Result<()> {
    let (store, keys) = open(common).await?;
    let org = keys.default_org().await?;
    keys.revoke(&org, id).await?;
    say(&format!("{id} revoked"));
    store.close().await;
    Ok(())
}

/// Opens the gateway's data, which a running gateway may have open too.
async fn open(common: &Common) -> anyhow::Result<(Store, KeyService)> {
    let config = common.load(Flags::default())?;
    data_dir::create(&config.data_dir)?;
    let cipher = wagon_store::Cipher::load_or_generate(config.key_file())?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = Store::open(
        StoreConfig {
            url: config.database(),
            cipher,
        },
        Arc::clone(&clock),
    )
    .await
    .context("the database could not be opened")?;
    Ok((store.clone(), KeyService::new(store, clock)))
}
