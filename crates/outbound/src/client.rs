use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderValue, USER_AGENT};
use http::{Request, Response, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;
use wagon_domain::{HttpUrl, InvalidHttpUrl};

use crate::allow::Allow;
use crate::connector::Connector;
use crate::dial::{DialError, Dialer};
use crate::error::{Error, Refusal};
use crate::resolve::{Resolve, SystemResolver};

const IDLE: Duration = Duration::from_secs(30);
const IDLE_PER_HOST: usize = 16;

/// How calls are made.
pub struct Options {
    pub allow: Allow,
    pub resolver: Arc<dyn Resolve>,
    /// Authorities to trust besides the public ones, for receivers inside an operator's network.
    pub roots: Vec<CertificateDer<'static>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            allow: Allow::default(),
            resolver: Arc::new(SystemResolver),
            roots: Vec::new(),
        }
    }
}

/// Calls URLs that users gave. Clones share connections.
#[derive(Clone)]
pub struct Outbound {
    client: Client<Connector, Full<Bytes>>,
    dialer: Arc<Dialer>,
}

impl Outbound {
    pub fn new(options: Options) -> Self {
        let Options {
            allow,
            resolver,
            roots,
        } = options;
        let dialer = Arc::new(Dialer { allow, resolver });
        let connector = Connector {
            dialer: Arc::clone(&dialer),
            tls: TlsConnector::from(Arc::new(tls(roots))),
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .build(connector);
        Self { client, dialer }
    }

    /// Whether the URL can be refused already: an address in it that may not be called. What a name
    /// resolves to is looked at with each call.
    pub fn check(&self, url: &HttpUrl) -> Result<(), Refusal> {
        self.dialer
            .check_literal(url.url().host_str().unwrap_or_default())
    }

    /// One exchange, up to the head of the answer. Redirects are answers.
    pub(crate) async fn exchange(
        &self,
        url: &HttpUrl,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, Error> {
        let uri: Uri = url
            .url()
            .as_str()
            .parse()
            .map_err(|_| Error::Url(InvalidHttpUrl::Malformed))?;
        *request.uri_mut() = uri;
        request
            .headers_mut()
            .entry(USER_AGENT)
            .or_insert(HeaderValue::from_static(concat!(
                "Wagon/",
                env!("CARGO_PKG_VERSION")
            )));
        self.client.request(request).await.map_err(broken)
    }
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound")
            .field("allow", &self.dialer.allow)
            .finish_non_exhaustive()
    }
}

/// The reason inside a failure: the connector's own, or else a connection that broke.
fn broken(error: hyper_util::client::legacy::Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(current) = cause {
        if let Some(dial) = current.downcast_ref::<DialError>() {
            return Error::Dial(dial.clone());
        }
        cause = current.source();
    }
    Error::Broken(Box::new(error))
}

fn tls(own: Vec<CertificateDer<'static>>) -> ClientConfig {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    roots.add_parsable_certificates(own);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider supports the default versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
