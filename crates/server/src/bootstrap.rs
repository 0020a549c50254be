//! The first API key and the first user.

use std::path::PathBuf;

use anyhow::Context;
use wagon_domain::{Capabilities, Role};
use wagon_services::{CreateKey, CreateUser, Keys, Services};

use crate::config::{Config, Secret};
use crate::data_dir;

/// Makes sure that somebody can get in: with the configured master key, or else, at the very first
/// start, with a new key that is also written to a file only its owner may read. The result is that new key.
pub async fn ensure_key(keys: &Keys, config: &Config) -> anyhow::Result<Option<String>> {
    let org = keys.default_org().await?;
    if let Some(Secret(secret)) = &config.api_master_key {
        if secret.len() < 16 {
            tracing::warn!("API_MASTER_KEY is shorter than 16 characters; choose a long random one");
        }
        let key = CreateKey::unlimited("API_MASTER_KEY", Capabilities::all());
        keys.adopt(&org, key, secret).await?;
        return Ok(None);
    }
    if keys.any_exist().await? {
        return Ok(None);
    }
    let mut files = vec![config.first_key_file()];
    if config.bootstrap_key_file.is_none() {
        // Where those who come from OpenWA look for it.
        files.push(config.data_dir.join(".api-key"));
    }
    // Before there is a key: one that nobody has would be the only one for good.
    write(&files, "")?;
    let request = CreateKey::unlimited("first key", Capabilities::all());
    let made = keys.issue(&org, request).await?;
    write(&files, &made.secret)?;
    Ok(Some(made.secret))
}

fn write(files: &[PathBuf], content: &str) -> anyhow::Result<()> {
    for file in files {
        data_dir::write_private(file, content)
            .with_context(|| format!("the first API key could not be written to {}", file.display()))?;
    }
    Ok(())
}

/// Makes the configured user while there is none: somebody who owns the first organisation and runs the
/// gateway. Later changes of the configuration change nobody's password.
pub async fn ensure_user(services: &Services, config: &Config) -> anyhow::Result<()> {
    let Some(email) = &config.admin_email else {
        return Ok(());
    };
    if services.users.any_exist().await? {
        return Ok(());
    }
    let password = config.admin_password.as_ref();
    let Secret(password) = password.context("admin_email is set and ADMIN_PASSWORD is not")?;
    let org = services.keys.default_org().await?;
    let request = CreateUser {
        email: email.clone(),
        name: None,
        password: Some(password.clone()),
        super_admin: true,
        member: Some((org, Role::Owner)),
    };
    services
        .users
        .create_as_operator(request)
        .await
        .context("the user that admin_email names could not be made")?;
    Ok(())
}
