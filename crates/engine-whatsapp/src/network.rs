//! Which WhatsApp to talk to: the real one, or a sandbox.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use http::Uri;
use ureq::ProxyProtocol;
use wacore::net::{
    HttpClient, HttpRequest, HttpResponse, StreamingHttpResponse, TransportFactory, UploadBody,
};
use wagon_domain::{ProxyKind, ProxyUrl};
use whatsapp_rust::http::UreqHttpClient;

use crate::transport::Sockets;

/// The client version told to the sandbox, which accepts any. Fixed, so that connecting there never
/// asks the Internet for the newest one.
pub(crate) const SANDBOX_CLIENT_VERSION: (u32, u32, u32) = (2, 3000, 0);

/// Kept open per session with a proxy: media goes to few hosts.
const IDLE_CONNECTIONS: usize = 2;

/// The network that sessions connect to.
#[derive(Debug, Clone, Default)]
pub enum Network {
    /// WhatsApp itself.
    #[default]
    WhatsApp,
    /// An emulated network on this machine.
    Sandbox(SandboxUrl),
}

impl Network {
    /// Opens this network's sockets.
    pub fn transport(&self) -> impl TransportFactory + Clone + use<> {
        self.transport_through(None)
    }

    /// The same through a proxy.
    pub(crate) fn transport_through(&self, proxy: Option<ProxyUrl>) -> impl TransportFactory + Clone + use<> {
        self.sockets(proxy)
    }

    pub(crate) fn sockets(&self, proxy: Option<ProxyUrl>) -> Sockets {
        let url = match self {
            Self::WhatsApp => Uri::from_static("wss://web.whatsapp.com/ws/chat"),
            Self::Sandbox(url) => url.socket.clone(),
        };
        Sockets::new(url, proxy)
    }

    pub(crate) fn http_client(&self) -> Http {
        self.http_client_with(UreqHttpClient::new())
    }

    /// A client all of whose requests go through the proxy.
    pub(crate) fn http_client_through(&self, proxy: &ProxyUrl) -> Result<Http, ureq::Error> {
        let protocol = match proxy.kind() {
            ProxyKind::Http => ProxyProtocol::Http,
            // The one whose proxy looks names up, as our own sockets want it.
            ProxyKind::Socks5 => ProxyProtocol::Socks5h,
        };
        let mut through = ureq::Proxy::builder(protocol)
            .host(proxy.host())
            .port(proxy.port());
        if let Some((user, password)) = proxy.login() {
            through = through.username(user).password(password);
        }
        let proxy = through.build()?;
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .proxy(Some(proxy))
            .max_idle_connections(IDLE_CONNECTIONS)
            .build()
            .into();
        Ok(self.http_client_with(UreqHttpClient::with_agent(agent)))
    }

    fn http_client_with(&self, inner: UreqHttpClient) -> Http {
        let sandbox = match self {
            Self::WhatsApp => None,
            Self::Sandbox(url) => Some(url.to_string().into()),
        };
        Http { inner, sandbox }
    }
}

/// The base address of a sandbox. Its sockets are plain text, so only loopback is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxUrl {
    authority: String,
    socket: Uri,
}

/// The text is not the address of a sandbox on this machine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a sandbox address looks like http://127.0.0.1:2786; only loopback addresses are accepted")]
pub struct InvalidSandboxUrl;

impl FromStr for SandboxUrl {
    type Err = InvalidSandboxUrl;

    fn from_str(text: &str) -> Result<Self, InvalidSandboxUrl> {
        let authority = text
            .strip_prefix("http://")
            .ok_or(InvalidSandboxUrl)?
            .trim_end_matches('/');
        let (host, port) = authority.rsplit_once(':').ok_or(InvalidSandboxUrl)?;
        let _: u16 = port.parse().map_err(|_| InvalidSandboxUrl)?;
        let address = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        let loopback = host == "localhost" || address.is_ok_and(|ip| ip.is_loopback());
        if !loopback {
            return Err(InvalidSandboxUrl);
        }
        let socket = format!("ws://{authority}/ws/chat");
        Ok(Self {
            authority: authority.to_owned(),
            socket: socket.parse().map_err(|_| InvalidSandboxUrl)?,
        })
    }
}

impl fmt::Display for SandboxUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.authority)
    }
}

/// The library's HTTP client for WhatsApp's own hosts (media, version). In a sandbox, which plays all
/// of those hosts, every request goes there instead.
#[derive(Clone)]
pub(crate) struct Http {
    inner: UreqHttpClient,
    sandbox: Option<Arc<str>>,
}

impl Http {
    fn redirected(&self, mut request: HttpRequest) -> HttpRequest {
        if let (Some(base), Some(rest)) = (&self.sandbox, request.url.strip_prefix("https://")) {
            let path = rest.find('/').map_or("/", |at| &rest[at..]);
            request.url = format!("{base}{path}");
        }
        request
    }
}

#[async_trait]
impl HttpClient for Http {
    async fn execute(&self, request: HttpRequest) -> anyhow::Result<HttpResponse> {
        self.inner.execute(self.redirected(request)).await
    }

    fn supports_streaming(&self) -> bool {
        true
    }

    fn execute_streaming(&self, request: HttpRequest) -> anyhow::Result<StreamingHttpResponse> {
        self.inner.execute_streaming(self.redirected(request))
    }

    fn supports_upload_streaming(&self) -> bool {
        true
    }

    fn execute_upload(
        &self,
        request: HttpRequest,
        body: UploadBody,
        content_length: u64,
    ) -> anyhow::Result<HttpResponse> {
        self.inner
            .execute_upload(self.redirected(request), body, content_length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_sandboxes_are_joined() {
        for text in [
            "http://127.0.0.1:2786",
            "http://localhost:1/",
            "http://[::1]:2786",
        ] {
            assert!(text.parse::<SandboxUrl>().is_ok(), "{text}");
        }
        for text in [
            "https://127.0.0.1:1",
            "http://10.0.0.1:2786",
            "http://example.org:80",
            "http://127.0.0.1",
            "127.0.0.1:1",
            "http://127.0.0.1.example.org:1",
        ] {
            assert!(text.parse::<SandboxUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn requests_for_whatsapp_reach_the_sandbox() {
        let http = Http {
            inner: UreqHttpClient::new(),
            sandbox: Some("http://127.0.0.1:9".into()),
        };
        let request = http.redirected(HttpRequest::get("https://mmg.whatsapp.net/v/t62/a.enc?x=1"));
        assert_eq!(request.url, "http://127.0.0.1:9/v/t62/a.enc?x=1");
    }
}
