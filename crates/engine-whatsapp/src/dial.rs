//! TCP connections, through a session's proxy if it has one. A proxy that fails fails the connection:
//! nothing ever goes around it.

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wagon_domain::{ProxyKind, ProxyUrl};
use wagon_engine::ProxyFailure;

/// How long a proxy may take to reach the other side.
const DEADLINE: Duration = Duration::from_secs(20);
/// A proxy's answer to `CONNECT` is not longer.
const MAX_HEAD: usize = 8 * 1024;

pub(crate) async fn dial(proxy: Option<&ProxyUrl>, host: &str, port: u16) -> anyhow::Result<TcpStream> {
    let stream = match proxy {
        None => TcpStream::connect((host, port)).await?,
        Some(proxy) => dial_through(proxy, host, port).await?,
    };
    stream.set_nodelay(true)?;
    Ok(stream)
}

pub(crate) async fn dial_through(proxy: &ProxyUrl, host: &str, port: u16) -> Result<TcpStream, ProxyFailure> {
    tokio::time::timeout(DEADLINE, through(proxy, host, port))
        .await
        .map_err(|_| ProxyFailure::TimedOut)?
}

async fn through(proxy: &ProxyUrl, host: &str, port: u16) -> Result<TcpStream, ProxyFailure> {
    let mut stream = TcpStream::connect((proxy.host(), proxy.port()))
        .await
        .map_err(ProxyFailure::Unreachable)?;
    match proxy.kind() {
        ProxyKind::Http => connect(&mut stream, proxy, host, port).await?,
        ProxyKind::Socks5 => socks(&mut stream, proxy, host, port).await?,
    }
    Ok(stream)
}

async fn connect(
    stream: &mut TcpStream,
    proxy: &ProxyUrl,
    host: &str,
    port: u16,
) -> Result<(), ProxyFailure> {
    let authority = if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    };
    let login = proxy.login().map_or_else(String::new, |(user, password)| {
        let pair = STANDARD.encode(format!("{user}:{password}"));
        format!("Proxy-Authorization: Basic {pair}\r\n")
    });
    let request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{login}\r\n");
    stream.write_all(request.as_bytes()).await?;
    // One byte at a time: what follows belongs to the other side.
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= MAX_HEAD {
            return Err(ProxyFailure::Nonsense);
        }
        head.push(stream.read_u8().await?);
    }
    let line = String::from_utf8_lossy(&head);
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    match status.ok_or(ProxyFailure::Nonsense)? {
        200..=299 => Ok(()),
        407 => Err(ProxyFailure::Login),
        status => Err(ProxyFailure::Refused { status }),
    }
}

mod wire {
    pub(super) const VERSION: u8 = 5;
    pub(super) const LOGIN_VERSION: u8 = 1;
    pub(super) const NO_LOGIN: u8 = 0;
    pub(super) const LOGIN: u8 = 2;
    pub(super) const CONNECT: u8 = 1;
    pub(super) const IPV4: u8 = 1;
    pub(super) const NAME: u8 = 3;
    pub(super) const IPV6: u8 = 4;
    pub(super) const DONE: u8 = 0;
}

async fn socks(stream: &mut TcpStream, proxy: &ProxyUrl, host: &str, port: u16) -> Result<(), ProxyFailure> {
    let method = if proxy.login().is_some() {
        wire::LOGIN
    } else {
        wire::NO_LOGIN
    };
    stream.write_all(&[wire::VERSION, 1, method]).await?;
    let [version, chosen] = read(stream).await?;
    if version != wire::VERSION {
        return Err(ProxyFailure::Nonsense);
    }
    if chosen != method {
        return Err(ProxyFailure::Login);
    }
    if let Some((user, password)) = proxy.login() {
        let mut login = vec![wire::LOGIN_VERSION];
        push(&mut login, user.as_bytes())?;
        push(&mut login, password.as_bytes())?;
        stream.write_all(&login).await?;
        let [_, verdict] = read(stream).await?;
        if verdict != wire::DONE {
            return Err(ProxyFailure::Login);
        }
    }
    let mut request = vec![wire::VERSION, wire::CONNECT, 0];
    match host.parse() {
        Ok(IpAddr::V4(address)) => {
            request.push(wire::IPV4);
            request.extend(address.octets());
        }
        Ok(IpAddr::V6(address)) => {
            request.push(wire::IPV6);
            request.extend(address.octets());
        }
        // The proxy looks names up: ours would tell this network where the session connects to.
        Err(_) => {
            request.push(wire::NAME);
            push(&mut request, host.as_bytes())?;
        }
    }
    request.extend(port.to_be_bytes());
    stream.write_all(&request).await?;
    let [_, reply, _, kind] = read(stream).await?;
    if reply != wire::DONE {
        return Err(ProxyFailure::Refused { status: reply.into() });
    }
    // Where it connects from is of no interest.
    let address = match kind {
        wire::IPV4 => 4,
        wire::IPV6 => 16,
        wire::NAME => stream.read_u8().await?.into(),
        _ => return Err(ProxyFailure::Nonsense),
    };
    let mut rest = vec![0; address + 2];
    stream.read_exact(&mut rest).await?;
    Ok(())
}

async fn read<const N: usize>(stream: &mut TcpStream) -> Result<[u8; N], ProxyFailure> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// A text with its length before it.
fn push(message: &mut Vec<u8>, text: &[u8]) -> Result<(), ProxyFailure> {
    message.push(u8::try_from(text.len()).map_err(|_| ProxyFailure::Nonsense)?);
    message.extend(text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// A proxy that expects and answers these bytes in turn, and then says hello.
    async fn scripted(script: Vec<(Vec<u8>, Vec<u8>)>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            for (expected, answer) in script {
                let mut heard = vec![0; expected.len()];
                stream.read_exact(&mut heard).await.unwrap();
                assert_eq!(heard, expected);
                stream.write_all(&answer).await.unwrap();
            }
            stream.write_all(b"hello").await.unwrap();
        });
        port
    }

    async fn greeting(url: String, host: &str) -> anyhow::Result<String> {
        let mut stream = dial(Some(&url.parse()?), host, 443).await?;
        let mut text = String::new();
        stream.read_to_string(&mut text).await?;
        Ok(text)
    }

    #[tokio::test]
    async fn http_proxies_are_asked_to_connect() {
        let request = "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\
            Proxy-Authorization: Basic bWU6c2VjcmV0\r\n\r\n";
        let answer = "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n";
        let port = scripted(vec![(request.into(), answer.into())]).await;
        let url = format!("http://me:secret@127.0.0.1:{port}");
        assert_eq!(greeting(url, "example.org").await.unwrap(), "hello");
    }

    #[tokio::test]
    async fn socks_proxies_look_names_up_themselves() {
        let mut asked = vec![5, 1, 0, 3, 11];
        asked.extend(b"example.org");
        asked.extend([1, 187]);
        let port = scripted(vec![
            (vec![5, 1, 2], vec![5, 2]),
            (vec![1, 2, b'm', b'e', 2, b'p', b'w'], vec![1, 0]),
            (asked, vec![5, 0, 0, 1, 127, 0, 0, 1, 0, 80]),
        ])
        .await;
        let url = format!("socks5://me:pw@127.0.0.1:{port}");
        assert_eq!(greeting(url, "example.org").await.unwrap(), "hello");
    }

    #[tokio::test]
    async fn a_proxy_that_refuses_is_not_gone_around() {
        let request = "CONNECT 127.0.0.1:443 HTTP/1.1\r\nHost: 127.0.0.1:443\r\n\r\n";
        let port = scripted(vec![(request.into(), "HTTP/1.1 403 Forbidden\r\n\r\n".into())]).await;
        let refused = greeting(format!("http://127.0.0.1:{port}"), "127.0.0.1").await;
        assert_eq!(refused.unwrap_err().to_string(), "the proxy answered 403");
        let port = scripted(vec![(vec![5, 1, 0], vec![5, 255])]).await;
        let refused = greeting(format!("socks5://127.0.0.1:{port}"), "127.0.0.1").await;
        assert_eq!(refused.unwrap_err().to_string(), "the proxy refused the login");
    }
}
