//! Where the running gateway listens, for scripts and tests that let the system choose ports.

use std::net::SocketAddr;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The content of `wagon.addr` in the data folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Addresses {
    pub http: SocketAddr,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<SocketAddr>,
}

impl Addresses {
    const FILE: &str = "wagon.addr";

    pub fn write(&self, data_dir: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string(self)?;
        Ok(crate::data_dir::write_private(&data_dir.join(Self::FILE), &text)?)
    }

    pub fn remove(data_dir: &Path) {
        // Left behind by a crash or already gone: either way nobody listens there.
        let _ = std::fs::remove_file(data_dir.join(Self::FILE));
    }
}
