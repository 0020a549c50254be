//! Proxies that a session's connections go through.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// The address of a proxy, as its owner wrote it; it may name a password, so it hides itself.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyUrl {
    text: String,
    kind: ProxyKind,
    host: String,
    port: u16,
    login: Option<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyKind {
    /// `CONNECT` over plain HTTP.
    Http,
    Socks5,
}

impl ProxyKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Socks5 => "socks5",
        }
    }
}

/// A text that is no address of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a proxy like http://proxy.example.org:3128 or socks5://user:password@192.0.2.1:1080")]
pub struct InvalidProxyUrl;

impl ProxyUrl {
    const MAX_LEN: usize = 255;

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn kind(&self) -> ProxyKind {
        self.kind
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// User and password.
    pub fn login(&self) -> Option<(&str, &str)> {
        let (user, password) = self.login.as_ref()?;
        Some((user, password))
    }
}

impl FromStr for ProxyUrl {
    type Err = InvalidProxyUrl;

    fn from_str(text: &str) -> Result<Self, InvalidProxyUrl> {
        if text.len() > Self::MAX_LEN {
            return Err(InvalidProxyUrl);
        }
        let url: Url = text.parse().map_err(|_| InvalidProxyUrl)?;
        let (kind, port) = match url.scheme() {
            "http" => (ProxyKind::Http, 80),
            "socks5" | "socks5h" => (ProxyKind::Socks5, 1080),
            _ => return Err(InvalidProxyUrl),
        };
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or(InvalidProxyUrl)?;
        let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        if !bare {
            return Err(InvalidProxyUrl);
        }
        let login = if url.username().is_empty() {
            None
        } else {
            Some((
                decoded(url.username())?,
                decoded(url.password().unwrap_or_default())?,
            ))
        };
        Ok(Self {
            kind,
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(port),
            login,
            text: text.to_owned(),
        })
    }
}

/// SOCKS counts each part's bytes in one byte.
fn decoded(part: &str) -> Result<String, InvalidProxyUrl> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = match (first, tail) {
            (b'%', [high, low, tail @ ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).ok_or(InvalidProxyUrl);
                let value = digit(high)? * 16 + digit(low)?;
                bytes.push(u8::try_from(value).map_err(|_| InvalidProxyUrl)?);
                tail
            }
            (byte, tail) => {
                bytes.push(*byte);
                tail
            }
        };
    }
    let text = String::from_utf8(bytes).map_err(|_| InvalidProxyUrl)?;
    let speakable = text.len() <= 255 && !text.chars().any(char::is_control);
    speakable.then_some(text).ok_or(InvalidProxyUrl)
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyUrl")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_of_both_kinds_are_read() {
        let proxy: ProxyUrl = "http://proxy.example.org:3128".parse().unwrap();
        assert_eq!(
            (proxy.kind(), proxy.host(), proxy.port()),
            (ProxyKind::Http, "proxy.example.org", 3128)
        );
        assert_eq!(proxy.login(), None);
        let proxy: ProxyUrl = "socks5://me:p%40ss@[::1]".parse().unwrap();
        assert_eq!(
            (proxy.kind(), proxy.host(), proxy.port()),
            (ProxyKind::Socks5, "::1", 1080)
        );
        assert_eq!(proxy.login(), Some(("me", "p@ss")));
        assert!(!format!("{proxy:?}").contains("ss@"));
        assert_eq!(proxy.as_str(), "socks5://me:p%40ss@[::1]");
    }

    #[test]
    fn what_is_no_proxy_is_refused() {
        for text in [
            "",
            "proxy:3128",
            "ftp://proxy",
            "socks4://proxy",
            "http://proxy/path",
            "http://a%00@proxy",
        ] {
            assert_eq!(text.parse::<ProxyUrl>(), Err(InvalidProxyUrl), "{text}");
        }
    }
}
