//! Where a request comes from.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use wagon_domain::Networks;

/// The proxies whose word about a client's address counts. Set with `axum::Extension`.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(pub Arc<Networks>);

/// The client's address, if it is known.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

impl ClientAddress {
    /// The address behind a request that is not at hand any more.
    pub fn of(parts: &Parts) -> Self {
        Self(client_address(parts))
    }
}

pub(crate) fn client_address(parts: &Parts) -> Option<IpAddr> {
    let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    let peer = peer.ip().to_canonical();
    let Some(TrustedProxies(trusted)) = parts.extensions.get() else {
        return Some(peer);
    };
    let forwarded = parts.headers.get_all("x-forwarded-for").iter();
    let named: Vec<&str> = forwarded
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    // Each proxy appends whom it was called by, and whatever stands before that anyone can have made up:
    // backwards, the first one that is no proxy of ours is the client.
    let mut client = peer;
    for hop in named.into_iter().rev() {
        if !trusted.contains(client) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(hop) => client = hop.to_canonical(),
            Err(_) => break,
        }
    }
    Some(client)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn client(peer: &str, forwarded: Option<&str>) -> String {
        let mut request = Request::get("/").body(()).unwrap();
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let proxies = "10.0.0.0/8".parse().unwrap();
        request.extensions_mut().insert(TrustedProxies(Arc::new(proxies)));
        if let Some(forwarded) = forwarded {
            request
                .headers_mut()
                .insert("x-forwarded-for", forwarded.parse().unwrap());
        }
        let (parts, ()) = request.into_parts();
        client_address(&parts).unwrap().to_string()
    }

    #[test]
    fn only_the_word_of_trusted_proxies_counts() {
        assert_eq!(client("192.0.2.1:1", None), "192.0.2.1");
        assert_eq!(client("192.0.2.1:1", Some("198.51.100.1")), "192.0.2.1");
        assert_eq!(client("10.0.0.1:1", Some("198.51.100.1")), "198.51.100.1");
        assert_eq!(client("10.0.0.1:1", None), "10.0.0.1");
        assert_eq!(
            client("[::ffff:10.0.0.1]:1", Some("198.51.100.1")),
            "198.51.100.1"
        );
    }

    #[test]
    fn what_a_client_made_up_is_passed_over() {
        let made_up = "203.0.113.9, 198.51.100.1, 10.0.0.2";
        assert_eq!(client("10.0.0.1:1", Some(made_up)), "198.51.100.1");
        assert_eq!(client("10.0.0.1:1", Some("nonsense")), "10.0.0.1");
    }
}
