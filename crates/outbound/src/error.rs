use std::net::IpAddr;
use std::time::Duration;

use wagon_domain::InvalidHttpUrl;

use crate::address::Reserved;
use crate::dial::DialError;

/// An address that the gateway does not call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the address {address} is reserved ({reserved}) and not on the allow-list")]
pub struct Refusal {
    pub address: IpAddr,
    pub reserved: Reserved,
}

/// Why a call came to nothing, in words for whoever gave the URL.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the URL {0}")]
    Url(#[from] InvalidHttpUrl),
    #[error(transparent)]
    Dial(#[from] DialError),
    #[error("no answer within {} s", .0.as_secs_f32())]
    Timeout(Duration),
    #[error("answered {0}")]
    Status(u16),
    #[error("redirected more than {0} times")]
    TooManyRedirects(usize),
    #[error("redirected to an address that cannot be called: the URL {0}")]
    BadRedirect(InvalidHttpUrl),
    #[error("redirected from https to http")]
    Downgrade,
    #[error("longer than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the connection failed before the answer was complete")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Whether our own rules forbid the call, which repeating it will not change.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Url(_) | Self::BadRedirect(_) | Self::Downgrade | Self::Dial(DialError::Refused { .. })
        )
    }
}
