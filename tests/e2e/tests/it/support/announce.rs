use reqwest::Request;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Above the limit of every operation.
const TOO_LONG: usize = 100 * 1024 * 1024;

/// The status of the answer to a request that says how long its body will be, and asks before it sends it.
pub(crate) async fn announce(request: &Request) -> u16 {
    let url = request.url();
    let address = (
        url.host_str().expect("an address"),
        url.port().expect("a port of its own"),
    );
    let mut stream = TcpStream::connect(address).await.expect("the gateway listens");
    let headers = request.headers().iter().map(|(name, value)| {
        let value = value.to_str().expect("headers of tests are text");
        format!("{name}: {value}\r\n")
    });
    let head = format!(
        "{} {} HTTP/1.1\r\nhost: gateway\r\n{}content-length: {TOO_LONG}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
        request.method(),
        url.path(),
        headers.collect::<String>(),
    );
    stream
        .write_all(head.as_bytes())
        .await
        .expect("the gateway reads");
    let mut answer = Vec::new();
    stream
        .read_to_end(&mut answer)
        .await
        .expect("the gateway answers");
    let status = String::from_utf8_lossy(&answer);
    let status = status.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.expect("an HTTP answer")
}
