//! Sessions behind a proxy: everything goes through it, and nothing around it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use wagon_test_kit::{DEADLINE, Gateway, cast, wait_until};

use crate::support::{Scene, string};

async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has free ports");
    let address = listener.local_addr().expect("a bound listener has an address");
    (listener, address.port())
}

/// A SOCKS5 proxy without login that counts the connections it makes.
async fn socks() -> (u16, Arc<AtomicUsize>) {
    let (listener, port) = listen().await;
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let count = Arc::clone(&count);
            tokio::spawn(async move {
                // A client that goes away ends its own connection only.
                let _ = relay(client, &count).await;
            });
        }
    });
    (port, made)
}

/// A proxy that hangs up on everybody, and counts them.
async fn broken() -> (u16, Arc<AtomicUsize>) {
    let (listener, port) = listen().await;
    let had = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&had);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            drop(client);
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    (port, had)
}

async fn relay(mut client: TcpStream, made: &AtomicUsize) -> std::io::Result<()> {
    let mut greeting = [0; 2];
    client.read_exact(&mut greeting).await?;
    let mut methods = vec![0; usize::from(greeting[1])];
    client.read_exact(&mut methods).await?;
    client.write_all(&[5, 0]).await?;
    let mut request = [0; 4];
    client.read_exact(&mut request).await?;
    let host = if request[3] == 1 {
        let mut address = [0; 4];
        client.read_exact(&mut address).await?;
        std::net::Ipv4Addr::from(address).to_string()
    } else {
        let mut name = vec![0; usize::from(client.read_u8().await?)];
        client.read_exact(&mut name).await?;
        String::from_utf8_lossy(&name).into_owned()
    };
    let port = client.read_u16().await?;
    let mut target = TcpStream::connect((host.as_str(), port)).await?;
    made.fetch_add(1, Ordering::Relaxed);
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    copy_bidirectional(&mut client, &mut target).await.map(drop)
}

#[tokio::test]
async fn a_session_connects_through_its_proxy_or_not_at_all() {
    let scene = Scene::start(Gateway::builder()).await;
    let openwa = scene.gateway.openwa();
    let restart_with = async |url: Option<String>| {
        openwa.invoke(&scene.path("/stop")).await.expect(200);
        let change = json!({ "proxyUrl": url });
        openwa.patch(&scene.path("/proxy"), change).await.expect(200);
        openwa.invoke(&scene.path("/start")).await.expect(200);
    };
    let ready = async || {
        wait_until(DEADLINE, "a working session", async || {
            let answer = openwa.get(&scene.path("")).await;
            if answer.body["status"] == "ready" {
                Ok(())
            } else {
                Err(answer)
            }
        })
        .await;
    };
    let (port, made) = socks().await;
    restart_with(Some(format!("socks5://127.0.0.1:{port}"))).await;
    ready().await;
    assert!(
        made.load(Ordering::Relaxed) > 0,
        "the connection went around the proxy"
    );
    let body = json!({ "chatId": format!("{}@c.us", cast::READER), "text": "through" });
    let sent = openwa.post(&scene.path("/messages/send-text"), body).await;
    let sent = string(&sent.expect(201), "messageId");
    let arrived = |entry: &serde_json::Value| entry["id"].as_str().is_some_and(|id| sent.ends_with(id));
    scene
        .sandbox
        .admin()
        .wait_inbox(cast::READER, arrived, DEADLINE)
        .await;

    let (port, attempts) = broken().await;
    restart_with(Some(format!("http://127.0.0.1:{port}"))).await;
    wait_until(DEADLINE, "attempts at the broken proxy", async || {
        let had = attempts.load(Ordering::Relaxed);
        if had > 1 { Ok(()) } else { Err(had) }
    })
    .await;
    let session = openwa.get(&scene.path("")).await.expect(200);
    assert_ne!(session["status"], "ready", "{session}");
    restart_with(None).await;
    ready().await;
}
