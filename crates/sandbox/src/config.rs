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
    /// Whether to create the default phones: "Echo", "Reader" and "Wagon Shop".
    pub cast: bool,
    /// Whether the port also accepts TLS, recognised by the first byte of a connection.
    pub tls: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            state: StateLocation::Memory,
            cast: true,
            tls: true,
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
