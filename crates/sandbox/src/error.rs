use std::{io, net::SocketAddr, path::PathBuf};

/// Why the sandbox could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The listen address is taken or not ours.
    #[error("cannot listen on {addr}")]
    Listen {
        /// The address from the configuration.
        addr: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The state file exists but cannot be read.
    #[error("cannot read the state file {}", path.display())]
    ReadState {
        /// The file from the configuration.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The state file is not one of ours, or is damaged.
    #[error("the state file {} is damaged", path.display())]
    ParseState {
        /// The file from the configuration.
        path: PathBuf,
        /// Where parsing stopped.
        source: serde_json::Error,
    },
    /// A key or session inside the state file is not valid.
    #[error("the state file holds an unusable {what}")]
    CorruptState {
        /// The kind of record.
        what: &'static str,
    },
    /// The file of scripts cannot be read.
    #[error("cannot read the scripts in {}", path.display())]
    ReadScripts {
        /// The file from the configuration.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file of scripts is not one.
    #[error("the scripts in {} are not valid", path.display())]
    Scripts {
        /// The file from the configuration.
        path: PathBuf,
        /// What is wrong, and where.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A phone of the file of scripts cannot be created.
    #[error("a phone of the scripts cannot be created")]
    Phone(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The certificate of the TLS listener could not be made.
    #[error("cannot prepare TLS")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}
