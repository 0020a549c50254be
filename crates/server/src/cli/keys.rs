//! `wagon keys`.

use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use wagon_domain::{Capabilities, Capability, Clock, KeyId, Networks, SessionId, SystemClock};
use wagon_services::{CreateKey, KeyForm, Keys as KeyService};
use wagon_store::Store;

use crate::cli::{Common, say};

/// Shorter ones can be guessed.
const SHORTEST_SECRET: usize = 16;

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
        /// A session it is for (can be given several times); all if left out
        #[arg(long = "session", value_name = "ID")]
        sessions: Vec<SessionId>,
        /// From where it may be used: addresses and networks (comma-separated); anywhere if left out
        #[arg(long, value_name = "LIST")]
        addresses: Option<Networks>,
        /// Requests it is good for in a minute; any number if left out
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=60_000))]
        rate_per_min: Option<u32>,
        /// Take the secret from standard input instead of making one: programs keep the key that they have
        #[arg(long)]
        secret_stdin: bool,
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
                sessions,
                addresses,
                rate_per_min,
                secret_stdin,
            } => {
                let day = Duration::from_hours(24);
                let request = CreateKey {
                    name,
                    capabilities,
                    sessions: Some(sessions).filter(|sessions| !sessions.is_empty()),
                    chats: None,
                    addresses,
                    rate_per_min,
                    form: KeyForm::Native,
                    expires_at: expires_in.map(|days| SystemClock.now() + day * days),
                };
                if secret_stdin {
                    adopt(&common, request).await
                } else {
                    create(&common, request).await
                }
            }
            Command::List { common } => list(&common).await,
            Command::Revoke { common, id } => revoke(&common, &id).await,
        }
    }
}

async fn create(common: &Common, request: CreateKey) -> anyhow::Result<()> {
    let (store, keys) = open(common).await?;
    let org = keys.default_org().await?;
    let made = keys.issue(&org, request).await?;
    say(&made.secret);
    eprintln!(
        "{} may {}. The secret above is not stored and cannot be shown again.",
        made.record.id, made.record.capabilities
    );
    store.close().await;
    Ok(())
}

async fn adopt(common: &Common, request: CreateKey) -> anyhow::Result<()> {
    let mut secret = String::new();
    std::io::stdin()
        .read_line(&mut secret)
        .context("standard input cannot be read")?;
    let secret = secret.trim();
    let is_usable = secret.len() >= SHORTEST_SECRET && secret.bytes().all(|byte| byte.is_ascii_graphic());
    anyhow::ensure!(
        is_usable,
        "a secret has at least {SHORTEST_SECRET} visible ASCII characters and no spaces"
    );
    let (store, keys) = open(common).await?;
    let org = keys.default_org().await?;
    keys.adopt(&org, request, secret).await?;
    eprintln!("the secret is a key now");
    store.close().await;
    Ok(())
}

async fn list(common: &Common) -> anyhow::Result<()> {
    let (store, keys) = open(common).await?;
    let org = keys.default_org().await?;
    let now = SystemClock.now();
    for key in keys.list_as_operator(&org).await? {
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
    keys.revoke_as_operator(&org, id).await?;
    say(&format!("{id} revoked"));
    store.close().await;
    Ok(())
}

async fn open(common: &Common) -> anyhow::Result<(Store, KeyService)> {
    let (store, clock, pepper) = common.open().await?;
    Ok((store.clone(), KeyService::new(store, clock, pepper)))
}
