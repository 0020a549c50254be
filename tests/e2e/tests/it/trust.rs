//! Sessions talk to the server they were linked with, or to one that WhatsApp's root vouches for, and to no other.

use std::{fs, net::SocketAddr, path::Path};

use serde_json::Value;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    time::timeout,
};
use wagon_test_kit::{Config, DEADLINE, Gateway, Sandbox, StateLocation, cast};

use crate::support::text;

/// Connections after which the gateway has had enough chances to be taken in.
const ATTEMPTS: usize = 3;

async fn network(address: SocketAddr, state: &Path) -> Sandbox {
    Sandbox::start_with(Config {
        listen: address,
        state: StateLocation::File(state.to_owned()),
        ..Config::default()
    })
    .await
}

#[tokio::test]
async fn a_server_with_foreign_keys_is_not_talked_to() {
    let home = tempfile::tempdir().unwrap();
    let (own, foreign) = (home.path().join("own.json"), home.path().join("foreign.json"));
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    network(any, &foreign).await.stop().await;
    let sandbox = network(any, &own).await;
    let address: SocketAddr = sandbox.admin().url().replace("http://", "").parse().unwrap();
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let v1 = gateway.v1();
    let session = v1.paired_session(sandbox.admin(), cast::SHOP).await;
    sandbox.stop().await;
    v1.wait_session(&session, "starting").await;
    let events = v1.events("events=session.status").await;

    // The same accounts and devices, so that nothing but its keys gives the impostor away.
    let stolen = home.path().join("impostor.json");
    give_keys(&foreign, &own, &stolen);
    let impostor = network(any, &stolen).await;
    let front = TcpListener::bind(address).await.expect("the port is free again");
    let behind = impostor.admin().url().replace("http://", "");
    timeout(DEADLINE * 2, connect_through(&front, &behind))
        .await
        .expect("the gateway tries again and again");
    drop(front);
    let account = impostor.admin().inspect(cast::SHOP).await;
    assert_eq!(account["devices"][0]["connected"], false, "logged in: {account}");
    let state = v1.get(&format!("/sessions/{session}")).await.expect(200);
    assert_eq!(state["status"], "starting");
    let working = |event: &Value| event["payload"]["status"] == "working";
    assert_eq!(events.seen().count(working), 0);
    impostor.stop().await;

    let sandbox = network(address, &own).await;
    events.wait_event(working, DEADLINE * 4).await;
    let path = format!("/sessions/{session}/messages");
    let to = format!("{}@s.whatsapp.net", cast::READER);
    let sent = v1.post(&path, text(&to, "home again")).await.expect(200);
    let admin = sandbox.admin();
    admin
        .wait_inbox(cast::READER, |entry| entry["id"] == sent["waMessageId"], DEADLINE)
        .await;
}

/// Leads connections on to another address until some have come to their end.
async fn connect_through(front: &TcpListener, behind: &str) {
    for _ in 0..ATTEMPTS {
        let (mut client, _) = front.accept().await.expect("the gateway connects");
        let mut server = TcpStream::connect(behind).await.expect("the impostor listens");
        // How a connection ends does not matter here; that it does, does.
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }
}

/// Writes a network's state with the keys of another one.
fn give_keys(from: &Path, to: &Path, result: &Path) {
    let read = |path: &Path| -> Value {
        let text = fs::read_to_string(path).expect("the network has written its state");
        serde_json::from_str(&text).expect("the state is JSON")
    };
    let mut state = read(to);
    state["pki"] = read(from)["pki"].clone();
    assert!(state["pki"].is_object() && state["pki"] != read(to)["pki"]);
    fs::write(result, state.to_string()).expect("a temporary directory can be written to");
}
