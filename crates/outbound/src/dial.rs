//! Making a connection: resolve, check, dial what was checked.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::allow::Allow;
use crate::error::Refusal;
use crate::resolve::Resolve;

/// How long one address may take to answer before the next one is tried.
const ATTEMPT: Duration = Duration::from_secs(5);

/// Why there is no connection.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DialError {
    #[error("{host} cannot be called: {refusal}")]
    Refused { host: String, refusal: Refusal },
    #[error("{host} does not resolve")]
    Unresolved {
        host: String,
        #[source]
        source: Option<Arc<io::Error>>,
    },
    #[error("{host} does not accept connections ({})", .source.kind())]
    Unreachable {
        host: String,
        #[source]
        source: Arc<io::Error>,
    },
    #[error("{host} has no valid certificate, or does not speak TLS")]
    Tls {
        host: String,
        #[source]
        source: Arc<io::Error>,
    },
}

pub(crate) struct Dialer {
    pub(crate) allow: Allow,
    pub(crate) resolver: Arc<dyn Resolve>,
}

impl Dialer {
    /// `host` as a URL has it: a name, an address, or an IPv6 address in brackets.
    pub(crate) async fn dial(&self, host: &str, port: u16) -> Result<TcpStream, DialError> {
        let addresses = self.addresses(host).await?;
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for address in addresses {
            match timeout(ATTEMPT, TcpStream::connect(SocketAddr::new(address, port))).await {
                Ok(Ok(stream)) => {
                    stream
                        .set_nodelay(true)
                        .map_err(|source| unreachable(host, source))?;
                    return Ok(stream);
                }
                Ok(Err(error)) => last = error,
                Err(_) => last = io::ErrorKind::TimedOut.into(),
            }
        }
        Err(unreachable(host, last))
    }

    /// The addresses to dial. One that may not be called spoils the whole answer: no honest name has
    /// both kinds, and a mixed one is how a check is slipped past.
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, DialError> {
        let refused = |refusal| DialError::Refused {
            host: host.to_owned(),
            refusal,
        };
        if let Some(address) = literal(host) {
            self.allow.check(address).map_err(refused)?;
            return Ok(vec![address]);
        }
        let unresolved = |source| DialError::Unresolved {
            host: host.to_owned(),
            source,
        };
        let found = self.resolver.resolve(host).await;
        let found = found.map_err(|error| unresolved(Some(Arc::new(error))))?;
        if found.is_empty() {
            return Err(unresolved(None));
        }
        if !self.allow.host(host) {
            found
                .iter()
                .try_for_each(|address| self.allow.check(*address))
                .map_err(refused)?;
        }
        Ok(found)
    }

    /// What is known without asking anyone: whether a literal address may be called.
    pub(crate) fn check_literal(&self, host: &str) -> Result<(), Refusal> {
        literal(host).map_or(Ok(()), |address| self.allow.check(address))
    }
}

fn literal(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

fn unreachable(host: &str, source: io::Error) -> DialError {
    DialError::Unreachable {
        host: host.to_owned(),
        source: Arc::new(source),
    }
}
