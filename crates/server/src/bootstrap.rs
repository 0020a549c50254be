//! The first API key.

use std::path::{Path, PathBuf};

use anyhow::Context;
use wagon_domain::Capabilities;
use wagon_services::{CreateKey, Keys};

use crate::config::Secret;
use crate::data_dir;

/// A key that was made because there was none.
pub struct FirstKey {
    pub secret: String,
    pub file: PathBuf,
}

/// Makes sure that somebody can get in: with the configured master key, or else, at the very first
/// start, with a new key that is also written to a file only its owner may read.
pub async fn ensure_key(
    keys: &Keys,
    master: Option<&Secret>,
    data_dir: &Path,
) -> anyhow::Result<Option<FirstKey>> {
    let org = keys.default_org().await?;
    if let Some(Secret(secret)) = master {
        if secret.len() < 16 {
            tracing::warn!("API_MASTER_KEY is shorter than 16 characters; choose a long random one");
        }
        keys.adopt(&org, "API_MASTER_KEY", secret).await?;
        return Ok(None);
    }
    if keys.any_exist().await? {
        return Ok(None);
    }
    let request = CreateKey {
        name: "first key".to_owned(),
        capabilities: Capabilities::all(),
        sessions: None,
        expires_at: None,
    };
    let made = keys.create(&org, request).await?;
    let file = data_dir.join("api-key");
    data_dir::write_private(&file, &format!("{}\n", made.secret))
        .with_context(|| format!("the first API key could not be written to {}", file.display()))?;
    Ok(Some(FirstKey {
        secret: made.secret,
        file,
    }))
}
