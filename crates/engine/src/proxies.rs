//! What sessions connect through.

use std::io;

use async_trait::async_trait;
use wagon_domain::ProxyUrl;

#[async_trait]
pub trait Proxies {
    /// Reaches WhatsApp through a proxy, to see whether that works.
    async fn try_proxy(&self, proxy: &ProxyUrl) -> Result<(), ProxyFailure>;
}

/// Why there is no connection through a proxy. Tells neither its address nor its login.
#[derive(Debug, thiserror::Error)]
pub enum ProxyFailure {
    #[error("the proxy cannot be reached")]
    Unreachable(#[source] io::Error),
    #[error("the proxy closed the connection")]
    Broken(#[from] io::Error),
    #[error("the proxy did not answer in time")]
    TimedOut,
    #[error("the proxy answered {status}")]
    Refused { status: u16 },
    #[error("the proxy refused the login")]
    Login,
    #[error("what the proxy answered makes no sense")]
    Nonsense,
}
