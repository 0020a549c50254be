use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use crate::Journal;

/// What a [`Proxy`] speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyProtocol {
    /// HTTP's `CONNECT`.
    Http,
    Socks5,
}

/// A real proxy on loopback that wants a login and notes what goes through it.
#[derive(Debug)]
pub struct Proxy {
    protocol: ProxyProtocol,
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Whether it does its work, and what breaks its connections when it stops doing so.
    working: watch::Sender<Option<CancellationToken>>,
    _server: AbortOnDropHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    seen: Journal,
    turned_away: AtomicUsize,
}

const USER: &str = "session";
/// Has to be escaped in a URL.
const PASSWORD: &str = "p@ss/word";

impl Proxy {
    pub async fn start(protocol: ProxyProtocol) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared::default());
        let working = watch::Sender::new(Some(CancellationToken::new()));
        let state = working.subscribe();
        let server = tokio::spawn(serve(protocol, listener, Arc::clone(&shared), state));
        Self {
            protocol,
            address,
            shared,
            working,
            _server: AbortOnDropHandle::new(server),
        }
    }

    /// With the login that it wants.
    pub fn url(&self) -> String {
        self.url_with(USER, "p%40ss%2Fword")
    }

    /// With another login.
    pub fn url_with(&self, user: &str, password: &str) -> String {
        let scheme = match self.protocol {
            ProxyProtocol::Http => "http",
            ProxyProtocol::Socks5 => "socks5",
        };
        format!("{scheme}://{user}:{password}@{}", self.address)
    }

    /// The requests that went through: `target` and the first line as `request`. A socket begins with one too.
    pub fn seen(&self) -> &Journal {
        &self.shared.seen
    }

    /// How many clients it hung up on while it was [broken](Self::break_down).
    pub fn turned_away(&self) -> usize {
        self.shared.turned_away.load(Ordering::Relaxed)
    }

    /// Breaks all connections, and hangs up on every client from now on.
    pub fn break_down(&self) {
        if let Some(connections) = self.working.send_replace(None) {
            connections.cancel();
        }
    }

    /// Works again.
    pub fn mend(&self) {
        self.working.send_replace(Some(CancellationToken::new()));
    }
}

async fn serve(
    protocol: ProxyProtocol,
    listener: TcpListener,
    shared: Arc<Shared>,
    working: watch::Receiver<Option<CancellationToken>>,
) {
    while let Ok((client, _)) = listener.accept().await {
        let Some(broken) = working.borrow().clone() else {
            shared.turned_away.fetch_add(1, Ordering::Relaxed);
            continue;
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // A client that goes away ends its own connection only.
            let _ = broken
                .run_until_cancelled(through(protocol, client, &shared))
                .await;
        });
    }
}

async fn through(protocol: ProxyProtocol, mut client: TcpStream, shared: &Shared) -> io::Result<()> {
    let target = match protocol {
        ProxyProtocol::Http => connect(&mut client).await?,
        ProxyProtocol::Socks5 => socks(&mut client).await?,
    };
    let server = TcpStream::connect(&target).await?;
    let answer: &[u8] = match protocol {
        ProxyProtocol::Http => b"HTTP/1.1 200 Connection established\r\n\r\n",
        ProxyProtocol::Socks5 => &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0],
    };
    client.write_all(answer).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let there = async {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = from_client.read(&mut buffer).await?;
            if read == 0 {
                return to_server.shutdown().await;
            }
            if let Some(request) = first_line(&buffer[..read]) {
                shared.seen.push(json!({ "target": target, "request": request }));
            }
            to_server.write_all(&buffer[..read]).await?;
        }
    };
    let back = async {
        tokio::io::copy(&mut from_server, &mut to_client).await?;
        to_client.shutdown().await
    };
    tokio::try_join!(there, back).map(drop)
}

/// The first line of an HTTP request, if one begins here.
fn first_line(bytes: &[u8]) -> Option<Value> {
    let line = bytes.split(|&byte| byte == b'\r').next()?;
    let line = std::str::from_utf8(line).ok()?;
    line.ends_with(" HTTP/1.1").then(|| Value::from(line))
}

/// Reads what a client of an HTTP proxy asks for.
async fn connect(client: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head);
    // "session:p@ss/word"
    let login = "Basic c2Vzc2lvbjpwQHNzL3dvcmQ=";
    let knows_login = head.lines().any(|line| {
        let header = line.split_once(": ");
        header.is_some_and(|(name, value)| {
            name.eq_ignore_ascii_case("proxy-authorization") && value.eq_ignore_ascii_case(login)
        })
    });
    let target = head
        .strip_prefix("CONNECT ")
        .and_then(|rest| rest.split(' ').next());
    match target {
        Some(target) if knows_login => Ok(target.to_owned()),
        _ => {
            let answer = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
            client.write_all(answer).await?;
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
}

/// The same for SOCKS5.
async fn socks(client: &mut TcpStream) -> io::Result<String> {
    let [_, methods] = read(client).await?;
    let mut offered = vec![0; usize::from(methods)];
    client.read_exact(&mut offered).await?;
    if !offered.contains(&2) {
        client.write_all(&[5, 255]).await?;
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    client.write_all(&[5, 2]).await?;
    let [_version] = read(client).await?;
    let (user, password) = (text(client).await?, text(client).await?);
    if (&*user, &*password) != (USER, PASSWORD) {
        client.write_all(&[1, 1]).await?;
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    client.write_all(&[1, 0]).await?;
    let [_version, _command, _reserved, kind] = read(client).await?;
    let host = match kind {
        1 => Ipv4Addr::from(read::<4>(client).await?).to_string(),
        4 => format!("[{}]", Ipv6Addr::from(read::<16>(client).await?)),
        _ => text(client).await?,
    };
    Ok(format!("{host}:{}", client.read_u16().await?))
}

async fn read<const N: usize>(client: &mut TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    client.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// A text with its length before it.
async fn text(client: &mut TcpStream) -> io::Result<String> {
    let mut bytes = vec![0; usize::from(client.read_u8().await?)];
    client.read_exact(&mut bytes).await?;
    String::from_utf8(bytes).map_err(io::Error::other)
}
