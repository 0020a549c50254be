//! `wagon users`.

use std::io::{BufRead, stdin};

use anyhow::Context;
use clap::{Args, Subcommand};
use rand::RngExt;
use wagon_domain::{Email, Role};
use wagon_services::{CreateUser, Keys, UpdateUser, Users as UserService};
use wagon_store::Store;

use crate::cli::{Common, say};

const PAGE: u32 = 200;
/// Letters and digits that nobody mistakes for one another.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

#[derive(Debug, Args)]
pub(super) struct Users {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add someone to the first organisation; prints a password unless one is given
    Add {
        #[command(flatten)]
        common: Common,
        #[arg(long)]
        email: Email,
        #[arg(long)]
        name: Option<String>,
        /// What they are in it: owner, admin or member
        #[arg(long, default_value = "member")]
        role: Role,
        /// One of those who run the gateway
        #[arg(long)]
        super_admin: bool,
        /// Read the password from standard input, one line
        #[arg(long)]
        password_stdin: bool,
    },
    /// List everybody
    List {
        #[command(flatten)]
        common: Common,
    },
    /// Give someone a new password and end their sign-ins; prints it unless one is given
    Password {
        #[command(flatten)]
        common: Common,
        email: Email,
        /// Read the password from standard input, one line
        #[arg(long)]
        password_stdin: bool,
    },
    /// Keep someone from signing in
    Disable {
        #[command(flatten)]
        common: Common,
        email: Email,
    },
    /// Let someone sign in again
    Enable {
        #[command(flatten)]
        common: Common,
        email: Email,
    },
}

impl Users {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Add {
                common,
                email,
                name,
                role,
                super_admin,
                password_stdin,
            } => {
                let (password, told) = password(password_stdin)?;
                let (store, keys, users) = open(&common).await?;
                let org = keys.default_org().await?;
                let request = CreateUser {
                    email,
                    name,
                    password: Some(password),
                    super_admin,
                    member: Some((org, role)),
                };
                let user = users.create_as_operator(request).await?;
                if let Some(password) = told {
                    say(&password);
                }
                eprintln!("{} added as {role}", user.id);
                store.close().await;
            }
            Command::List { common } => list(&common).await?,
            Command::Password {
                common,
                email,
                password_stdin,
            } => {
                let (password, told) = password(password_stdin)?;
                let changes = UpdateUser {
                    password: Some(password),
                    ..UpdateUser::default()
                };
                change(&common, &email, changes).await?;
                if let Some(password) = told {
                    say(&password);
                }
            }
            Command::Disable { common, email } => {
                let changes = UpdateUser {
                    disabled: Some(true),
                    ..UpdateUser::default()
                };
                change(&common, &email, changes).await?;
            }
            Command::Enable { common, email } => {
                let changes = UpdateUser {
                    disabled: Some(false),
                    ..UpdateUser::default()
                };
                change(&common, &email, changes).await?;
            }
        }
        Ok(())
    }
}

async fn list(common: &Common) -> anyhow::Result<()> {
    let (store, _, users) = open(common).await?;
    let mut after = None;
    loop {
        let page = users.list_as_operator(after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        for user in page {
            let state = if user.disabled_at.is_some() {
                "disabled"
            } else {
                "enabled"
            };
            let power = if user.super_admin { "super_admin" } else { "" };
            say(&format!("{}  {state:<8}  {power:<11}  {}", user.id, user.email));
        }
    }
    store.close().await;
    Ok(())
}

async fn change(common: &Common, email: &Email, changes: UpdateUser) -> anyhow::Result<()> {
    let (store, _, users) = open(common).await?;
    let user = users.find_as_operator(email).await?;
    users.update_as_operator(&user.id, changes).await?;
    eprintln!("{} changed", user.id);
    store.close().await;
    Ok(())
}

/// The password to set, and what of it the person at the terminal does not know yet.
fn password(from_stdin: bool) -> anyhow::Result<(String, Option<String>)> {
    if from_stdin {
        let mut line = String::new();
        stdin()
            .lock()
            .read_line(&mut line)
            .context("no password on standard input")?;
        let password = line.trim_end_matches(['\r', '\n']).to_owned();
        return Ok((password, None));
    }
    let mut rng = rand::rng();
    let password: String = (0..20)
        .map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())]))
        .collect();
    Ok((password.clone(), Some(password)))
}

async fn open(common: &Common) -> anyhow::Result<(Store, Keys, UserService)> {
    let (store, clock, pepper) = common.open().await?;
    let keys = Keys::new(store.clone(), clock.clone(), pepper);
    Ok((store.clone(), keys, UserService::new(store, clock)))
}
