use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

/// How to run one sandbox.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 picks a free one. The admin API has no authentication, so anything
    /// but loopback exposes it.
    pub listen: SocketAddr,
    /// Where accounts, keys and queues live.
    pub state: StateLocation,
    /// Whether to create the default cast of phones.
    pub cast: bool,
    /// A file of scripts and of phones that follow them.
    pub scripts: Option<PathBuf>,
    /// Whether the port also accepts TLS, recognised by the first byte of a connection.
    pub tls: bool,
    /// Where the chances of faults come from; a random one unless given.
    pub seed: Option<u64>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            state: StateLocation::Memory,
            cast: true,
            scripts: None,
            tls: true,
            seed: None,
        }
    }
}

/// Where the sandbox keeps what must survive a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateLocation {
    /// Nowhere: everything ends with the process.
    Memory,
    /// One JSON file, replaced atomically.
    File(PathBuf),
}
