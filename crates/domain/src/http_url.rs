//! URLs that users give: where webhooks go and media comes from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// An absolute `http` or `https` URL with a host. Whether the gateway may call that host is decided
/// when it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HttpUrl {
    /// As it was given, which is how it is shown.
    text: Box<str>,
    url: Url,
}

/// Why a text cannot be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHttpUrl {
    #[error("must be an absolute URL, like https://example.com/hook")]
    Malformed,
    #[error("must begin with http:// or https://")]
    Scheme,
    /// They would be stored and shown in clear.
    #[error("must not contain a user name or password; use a header")]
    Credentials,
    #[error("must not name port 0")]
    Port,
    #[error("must not be longer than {} characters", HttpUrl::MAX_LEN)]
    TooLong,
}

impl HttpUrl {
    pub const MAX_LEN: usize = 2048;

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The URL as a request names it: normalised, every spelling of an address as that address.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Where a `Location` header leads from here.
    pub fn join(&self, location: &str) -> Result<Self, InvalidHttpUrl> {
        let url = self.url.join(location).map_err(|_| InvalidHttpUrl::Malformed)?;
        url.as_str().parse()
    }
}

impl FromStr for HttpUrl {
    type Err = InvalidHttpUrl;

    fn from_str(text: &str) -> Result<Self, InvalidHttpUrl> {
        if text.chars().count() > Self::MAX_LEN {
            return Err(InvalidHttpUrl::TooLong);
        }
        // A URL parser drops these, and people then see another URL than the one that is called.
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(InvalidHttpUrl::Malformed);
        }
        let mut url = Url::parse(text).map_err(|_| InvalidHttpUrl::Malformed)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(InvalidHttpUrl::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidHttpUrl::Credentials);
        }
        if url.port() == Some(0) {
            return Err(InvalidHttpUrl::Port);
        }
        let callable = match url.host() {
            Some(Host::Domain(name)) => is_host_name(name),
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
            None => false,
        };
        if !callable {
            return Err(InvalidHttpUrl::Malformed);
        }
        url.set_fragment(None);
        Ok(Self {
            text: text.into(),
            url,
        })
    }
}

/// The URL standard lets more pass than names can have, and than other parsers of URLs take.
fn is_host_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    name.len() <= 253 && name.split('.').all(label)
}

impl TryFrom<String> for HttpUrl {
    type Error = InvalidHttpUrl;

    fn try_from(text: String) -> Result<Self, InvalidHttpUrl> {
        text.parse()
    }
}

impl From<HttpUrl> for String {
    fn from(url: HttpUrl) -> Self {
        url.text.into()
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_as_it_was_given() {
        for text in [
            "https://example.com",
            "http://example.com:8080/a?b=c#d",
            "https://[2001:db8::1]/x",
            "HTTPS://Example.com/ü",
        ] {
            let url: HttpUrl = text.parse().unwrap();
            assert_eq!(url.to_string(), text);
            assert!(url.url().fragment().is_none());
        }
    }

    #[test]
    fn what_cannot_be_called_is_refused() {
        for (text, why) in [
            ("", InvalidHttpUrl::Malformed),
            ("example.com/hook", InvalidHttpUrl::Malformed),
            ("/hook", InvalidHttpUrl::Malformed),
            ("https://", InvalidHttpUrl::Malformed),
            ("http://exa mple.com", InvalidHttpUrl::Malformed),
            ("http://example.com/\n", InvalidHttpUrl::Malformed),
            ("http://example.com:99999/", InvalidHttpUrl::Malformed),
            ("http://256.256.256.256/", InvalidHttpUrl::Malformed),
            ("http://[::1/", InvalidHttpUrl::Malformed),
            ("http://a..b/", InvalidHttpUrl::Malformed),
            ("http://a}b/", InvalidHttpUrl::Malformed),
            ("ftp://example.com/", InvalidHttpUrl::Scheme),
            ("file:///etc/passwd", InvalidHttpUrl::Scheme),
            ("javascript:alert(1)", InvalidHttpUrl::Scheme),
            ("gopher://127.0.0.1:25/", InvalidHttpUrl::Scheme),
            ("https://user@example.com/", InvalidHttpUrl::Credentials),
            ("https://user:pass@example.com/", InvalidHttpUrl::Credentials),
            ("http://127.0.0.1:0/", InvalidHttpUrl::Port),
        ] {
            assert_eq!(text.parse::<HttpUrl>(), Err(why), "{text}");
        }
        let long = format!("https://example.com/{}", "a".repeat(HttpUrl::MAX_LEN));
        assert_eq!(long.parse::<HttpUrl>(), Err(InvalidHttpUrl::TooLong));
    }

    #[test]
    fn every_spelling_of_an_address_becomes_that_address() {
        for text in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://127.0.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://017700000001/",
            "http://127.0.0.1./",
            "http://127。0。0。1/",
            "http://①②⑦.⓪.⓪.①/",
            "http://%31%32%37.0.0.1/",
        ] {
            let url: HttpUrl = text.parse().unwrap();
            let host = url.url().host();
            assert_eq!(host, Some(Host::Ipv4(std::net::Ipv4Addr::LOCALHOST)), "{text}");
        }
    }

    #[test]
    fn a_location_is_taken_relative_to_where_it_came_from() {
        let from: HttpUrl = "https://example.com/a/b".parse().unwrap();
        assert_eq!(from.join("../c").unwrap().as_str(), "https://example.com/c");
        assert_eq!(
            from.join("//other.example/").unwrap().as_str(),
            "https://other.example/"
        );
        assert_eq!(from.join("file:///etc/passwd"), Err(InvalidHttpUrl::Scheme));
        assert_eq!(
            from.join("http://u:p@other.example/"),
            Err(InvalidHttpUrl::Credentials)
        );
    }
}
