//! The sandbox network on its own: two unmodified Baileys clients talk through it.

use serde_json::{Value, json};
use wagon_test_kit::{Account, Baileys, Config, DEADLINE, Sandbox, StateLocation};

struct Pair {
    sandbox: Sandbox,
    ada: (Account, Baileys),
    bo: (Account, Baileys),
}

impl Pair {
    async fn start() -> Self {
        Self::start_on(Config::default()).await
    }

    async fn start_on(config: Config) -> Self {
        let sandbox = Sandbox::start_with(config).await;
        let admin = sandbox.admin();
        let (ada, bo) = (admin.account("Ada").await, admin.account("Bo").await);
        let (ada_peer, bo_peer) = tokio::join!(
            Baileys::pair(admin, "Ada", &ada.pn),
            Baileys::pair(admin, "Bo", &bo.pn)
        );
        Self {
            ada: (ada, ada_peer),
            bo: (bo, bo_peer),
            sandbox,
        }
    }
}

fn with_text(text: &str) -> impl Fn(&Value) -> bool {
    move |message| message["text"] == text
}

#[tokio::test]
async fn text_arrives_both_ways_in_any_script() {
    let Pair {
        ada: (ada, ada_peer),
        bo: (bo, bo_peer),
        sandbox: _network,
    } = Pair::start().await;

    for text in ["Hello Bo", "👩🏽‍🚀 👨‍👩‍👧‍👦 é ≠ é", "مرحبًا بالعالم — שלום"]
    {
        let id = ada_peer.send(&bo.jid(), text).await;
        let received = bo_peer.wait_message(with_text(text), DEADLINE).await;
        assert_eq!(received["id"], id);
        assert_eq!(received["fromMe"], false);
        assert_eq!(received["pushName"], "Ada");
        ada_peer.wait_status(&id, "delivered", DEADLINE).await;
    }

    let id = bo_peer.send(&ada.jid(), "Hello back").await;
    assert_eq!(
        ada_peer.wait_message(with_text("Hello back"), DEADLINE).await["id"],
        id
    );
    assert_eq!(
        bo_peer.messages(|message| message["fromMe"] == false).len(),
        3,
        "each once"
    );
}

#[tokio::test]
async fn quotes_mentions_and_read_receipts_arrive() {
    let Pair {
        ada: (ada, ada_peer),
        bo: (bo, bo_peer),
        sandbox: _network,
    } = Pair::start().await;

    let question = ada_peer.send(&bo.jid(), "Lunch?").await;
    bo_peer.wait_message(with_text("Lunch?"), DEADLINE).await;
    bo_peer
        .command(json!({ "cmd": "read", "keys": [question] }))
        .await;
    ada_peer.wait_status(&question, "read", DEADLINE).await;

    let mentioned = format!("@{} yes", ada.pn);
    let answer = json!({
        "cmd": "send", "to": ada.jid(), "text": mentioned, "quote": question, "mentions": [ada.jid()],
    });
    bo_peer.send_with(answer).await;
    let received = ada_peer.wait_message(with_text(&mentioned), DEADLINE).await;
    assert_eq!(received["quoted"]["id"], question);
    assert_eq!(received["quoted"]["text"], "Lunch?");
    assert_eq!(received["mentions"], json!([ada.jid()]));
}

#[tokio::test]
async fn media_travels_through_the_tls_media_host() {
    let Pair {
        ada: (_, ada_peer),
        bo: (bo, bo_peer),
        sandbox: _network,
    } = Pair::start().await;

    let image = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/pixels.png");
    let send =
        json!({ "cmd": "sendMedia", "to": bo.jid(), "kind": "image", "path": image, "caption": "Pixels" });
    let id = ada_peer.send_with(send).await;
    let received = bo_peer
        .wait_message(|message| message["id"] == id, DEADLINE)
        .await;
    assert_eq!(received["type"], "image");
    assert_eq!(received["text"], "Pixels");

    let theirs = bo_peer
        .command(json!({ "cmd": "downloadMedia", "message": id }))
        .await;
    let ours = ada_peer
        .command(json!({ "cmd": "downloadMedia", "message": id }))
        .await;
    assert_eq!(theirs["sha256"], ours["sha256"]);
    assert_eq!(theirs["bytes"], std::fs::metadata(image).unwrap().len());
}

#[tokio::test]
async fn messages_wait_for_a_client_that_is_offline() {
    let Pair {
        ada: (_, ada_peer),
        bo: (bo, mut bo_peer),
        sandbox: _network,
    } = Pair::start().await;
    // A session exists on both sides before the first one goes away.
    ada_peer.send(&bo.jid(), "before").await;
    bo_peer.wait_message(with_text("before"), DEADLINE).await;

    bo_peer.offline().await;
    let id = ada_peer.send(&bo.jid(), "while offline").await;
    bo_peer.online().await;
    bo_peer.wait_message(with_text("while offline"), DEADLINE).await;
    ada_peer.wait_status(&id, "delivered", DEADLINE).await;

    bo_peer.offline().await;
    ada_peer.send(&bo.jid(), "before the restart").await;
    bo_peer.restart().await;
    bo_peer
        .wait_message(with_text("before the restart"), DEADLINE)
        .await;
    assert_eq!(
        bo_peer.messages(with_text("while offline")).len(),
        0,
        "delivered in the run before"
    );
}

#[tokio::test]
async fn a_burst_arrives_complete_once_and_in_order() {
    const COUNT: usize = 200;
    let Pair {
        ada: (_, ada_peer),
        bo: (bo, bo_peer),
        sandbox: _network,
    } = Pair::start().await;

    // Baileys looks an unknown sender up before it puts his message in line, so at first contact the second message can
    // overtake the first.
    ada_peer.send(&bo.jid(), "first contact").await;
    bo_peer.wait_message(with_text("first contact"), DEADLINE).await;

    ada_peer
        .command(json!({ "cmd": "burst", "to": bo.jid(), "count": COUNT, "prefix": "n", "from": 1 }))
        .await;
    bo_peer
        .wait_message(with_text(&format!("n{COUNT}")), DEADLINE)
        .await;
    let texts: Vec<_> = bo_peer
        .messages(|message| message["fromMe"] == false && message["text"] != "first contact")
        .into_iter()
        .map(|m| m["text"].clone())
        .collect();
    let expected: Vec<_> = (1..=COUNT).map(|number| json!(format!("n{number}"))).collect();
    assert_eq!(texts, expected);
}

#[tokio::test]
async fn clients_come_back_after_the_network_restarts() {
    let state = tempfile::tempdir().unwrap();
    let config = Config {
        state: StateLocation::File(state.path().join("network.json")),
        ..Config::default()
    };
    let Pair {
        ada: (_, ada_peer),
        bo: (bo, bo_peer),
        sandbox,
    } = Pair::start_on(config.clone()).await;
    ada_peer.send(&bo.jid(), "before").await;
    bo_peer.wait_message(with_text("before"), DEADLINE).await;

    let listen = sandbox
        .admin()
        .url()
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap();
    sandbox.stop().await;
    let closed = bo_peer.wait("close", |_| true, DEADLINE).await;
    assert_eq!(closed["final"], false);
    let _network = Sandbox::start_with(Config { listen, ..config }).await;

    ada_peer.send(&bo.jid(), "after").await;
    bo_peer.wait_message(with_text("after"), DEADLINE).await;
    assert_eq!(bo_peer.messages(with_text("before")).len(), 1);
    assert_eq!(
        bo_peer.seen().count(|line| line["event"] == "open"),
        2,
        "linked once, connected twice"
    );
}

#[tokio::test]
async fn what_cannot_be_decrypted_is_sent_again() {
    let Pair {
        ada: (ada, ada_peer),
        bo: (bo, mut bo_peer),
        sandbox: _network,
    } = Pair::start().await;
    ada_peer.send(&bo.jid(), "ping").await;
    bo_peer.wait_message(with_text("ping"), DEADLINE).await;
    bo_peer.send(&ada.jid(), "pong").await;
    ada_peer.wait_message(with_text("pong"), DEADLINE).await;

    bo_peer.restart_without_sessions().await;
    let id = ada_peer.send(&bo.jid(), "for your eyes only").await;
    bo_peer
        .wait_message(
            |message| message["id"] == id && message["type"] == "undecryptable",
            DEADLINE,
        )
        .await;
    let received = bo_peer
        .wait_message(with_text("for your eyes only"), DEADLINE)
        .await;
    assert_eq!(received["id"], id);
    ada_peer.wait_status(&id, "delivered", DEADLINE).await;
}
