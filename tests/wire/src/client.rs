use std::sync::Arc;

use wacore::{
    store::InMemoryBackend,
    types::{
        events::{Event, InboundMessage},
        presence::ReceiptType,
    },
};
use wacore_binary::{Jid, Node};
use wagon_test_kit::{Account, Admin, DEADLINE, Journal};
use whatsapp_rust::{
    RawNodeLease, TokioRuntime,
    bot::{Bot, BotHandle},
    client::{Client as Library, NodeFilter},
    transport::TokioWebSocketTransportFactory,
};

use crate::{Commits, Seen, attr, http::Http, seen::Scribe};

/// Fixed, so that no connection asks the Internet for the newest one.
const VERSION: (u32, u32, u32) = (2, 3000, 0);
/// Enough for a test, and quicker to make than the library's 812.
const PRE_KEYS: usize = 40;

/// How a client is linked.
#[derive(Debug, Clone)]
pub struct Linking {
    /// The name its user goes by. Without one it waits for the phone to tell it, at each login.
    pub name: Option<String>,
    /// One-time keys uploaded at a time; the library makes it five at least.
    pub pre_keys: usize,
    /// What decides whether messages are acknowledged.
    pub commits: Option<Commits>,
}

impl Default for Linking {
    fn default() -> Self {
        Self {
            name: None,
            pre_keys: PRE_KEYS,
            commits: None,
        }
    }
}

/// A linked device in this process. Its keys and sessions survive [`Client::go_offline`].
pub struct Client {
    account: Account,
    /// Its own address by phone number, once it is linked.
    address: Option<Jid>,
    url: String,
    linking: Linking,
    store: Arc<InMemoryBackend>,
    seen: Arc<Journal<Seen>>,
    run: Option<Run>,
}

struct Run {
    handle: BotHandle,
    library: Arc<Library>,
    _stanzas: RawNodeLease,
}

impl Client {
    /// Registers over the wire, has the account's phone scan the QR code, and waits until the device works and others
    /// can write to it.
    pub async fn link(admin: &Admin, account: &Account, linking: Linking) -> Self {
        let mut client = Self::unlinked(admin, account, linking).await;
        let code = client.wait_code().await;
        admin.scan_qr(&code, Some(&account.pn)).await;
        client.wait_connected(0).await;
        admin.wait_reachable(&account.pn).await;
        client.address = client.library().pn();
        client
    }

    /// A device that is not linked yet: it shows QR codes and waits.
    pub async fn unlinked(admin: &Admin, account: &Account, linking: Linking) -> Self {
        let mut client = Self {
            account: account.clone(),
            address: None,
            url: admin.url().to_owned(),
            linking,
            store: Arc::default(),
            seen: Arc::default(),
            run: None,
        };
        client.start().await;
        client
    }

    /// The first QR code it shows.
    pub async fn wait_code(&self) -> String {
        self.wait("a QR code", |event| match event {
            Event::PairingQrCode(shown) => Some(shown.code.clone()),
            _ => None,
        })
        .await
    }

    /// The account it belongs to.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// How it was linked.
    pub fn linking(&self) -> &Linking {
        &self.linking
    }

    /// The account's address by phone number, without a device.
    pub fn jid(&self) -> Jid {
        Jid::pn(self.account.pn.as_str())
    }

    /// Its own address by phone number, with the device.
    pub fn address(&self) -> Jid {
        self.address.clone().expect("the client is not linked")
    }

    /// The library's client, for what has no helper here.
    pub fn library(&self) -> &Arc<Library> {
        &self.run.as_ref().expect("the client was taken offline").library
    }

    /// Ends the connection in good order.
    pub(crate) async fn go_offline(&mut self) {
        if let Some(run) = self.run.take() {
            run.handle.shutdown().await;
        }
    }

    /// Logs in again and waits for it.
    pub async fn come_back(&mut self) {
        let mark = self.mark();
        self.start().await;
        self.wait_connected(mark).await;
    }

    /// Logs in again without waiting: the login may be refused.
    #[must_use]
    pub async fn try_to_come_back(mut self) -> Self {
        self.start().await;
        self
    }

    /// A second process with the same keys, as after a copied data folder.
    pub async fn twin(&self) -> Self {
        let mut twin = Self {
            account: self.account.clone(),
            address: self.address.clone(),
            url: self.url.clone(),
            linking: self.linking.clone(),
            store: Arc::clone(&self.store),
            seen: Arc::default(),
            run: None,
        };
        twin.start().await;
        twin
    }

    async fn start(&mut self) {
        assert!(self.run.is_none(), "the client runs");
        let socket = format!("{}/ws/chat", self.url.replacen("http", "ws", 1));
        let mut builder = Bot::builder()
            .with_backend_arc(Arc::clone(&self.store) as _)
            .with_transport_factory(TokioWebSocketTransportFactory::new().with_url(socket))
            .with_http_client(Http::new(&self.url))
            .with_runtime(TokioRuntime)
            .with_version(VERSION)
            .with_wanted_pre_key_count(self.linking.pre_keys)
            .with_event_handler(Scribe(Arc::clone(&self.seen)));
        if let Some(name) = &self.linking.name {
            builder = builder.with_push_name(name);
        }
        if let Some(commits) = &self.linking.commits {
            builder = builder.with_inbound_durability_hook(commits.clone());
        }
        let bot = builder.build().await.expect("an empty store can be opened");
        let library = bot.client();
        let stanzas = library.acquire_raw_node_forwarding();
        self.run = Some(Run {
            handle: bot.spawn(),
            library,
            _stanzas: stanzas,
        });
    }

    /// Sends a text and answers the message id once it is written.
    pub async fn send(&self, to: &Jid, text: &str) -> String {
        let sent = self.library().send_text(to.clone(), text).await;
        sent.unwrap_or_else(|error| panic!("cannot send {text:?}: {error}"))
            .message_id
    }

    /// Sends a text and answers the devices it was encrypted for.
    pub async fn send_and_list(&self, to: &Jid, text: &str) -> (String, FanOut) {
        let written = self.library().wait_for_sent_node(NodeFilter::tag("message"));
        let id = self.send(to, text).await;
        let node = written.await.expect("the message was written");
        assert_eq!(attr(&node, "id"), id, "another message was written first");
        let to = node.get_optional_child("participants").and_then(Node::children);
        let devices = to.unwrap_or_default().iter();
        (
            id,
            FanOut(devices.filter_map(|to| to.attrs.get("jid")?.to_jid()).collect()),
        )
    }

    /// Everything so far.
    pub fn seen(&self) -> &Journal<Seen> {
        &self.seen
    }

    /// Now, to look only at what comes later.
    pub fn mark(&self) -> usize {
        self.seen.mark()
    }

    /// The first event, past ones included, that `pick` takes something from.
    pub async fn wait<T>(&self, what: &str, pick: impl Fn(&Event) -> Option<T>) -> T {
        self.wait_from(0, what, pick).await
    }

    /// The same for what comes after a mark.
    pub async fn wait_from<T>(&self, mark: usize, what: &str, pick: impl Fn(&Event) -> Option<T>) -> T {
        let picked = |seen: &Seen| pick(seen.event()).is_some();
        let seen = self.seen.wait_from(mark, what, picked, DEADLINE).await;
        pick(seen.event()).expect("it was picked a moment ago")
    }

    /// The first stanza that matches, past ones included.
    pub async fn wait_stanza(&self, what: &str, matches: impl Fn(&Node) -> bool) -> Node {
        let fits = |seen: &Seen| seen.stanza().filter(|node| matches(node));
        let seen = self.seen.wait(what, |seen| fits(seen).is_some(), DEADLINE).await;
        fits(&seen).expect("it matched a moment ago")
    }

    /// Waits until it is logged in and ready to send.
    pub async fn wait_connected(&self, mark: usize) {
        let connected = |event: &Event| matches!(event, Event::Connected(_)).then_some(());
        self.wait_from(mark, "the connection", connected).await;
    }

    /// The first message with this text.
    pub async fn wait_text(&self, text: &str) -> InboundMessage {
        let found = |seen: &Seen| {
            let mut texts = seen.texts();
            texts
                .find(|(found, _)| *found == text)
                .map(|(_, message)| message.clone())
        };
        let seen = self
            .seen
            .wait(
                &format!("the text {text:?}"),
                |seen| found(seen).is_some(),
                DEADLINE,
            )
            .await;
        found(&seen).expect("it was there a moment ago")
    }

    /// Waits for a receipt for a message, and answers who gave it.
    pub async fn wait_receipt(&self, id: &str, kind: ReceiptType) -> Jid {
        self.wait(&format!("a receipt {kind:?} for {id}"), |event| match event {
            Event::Receipt(receipt)
                if receipt.r#type == kind && receipt.message_ids.iter().any(|of| of == id) =>
            {
                Some(receipt.source.sender.clone())
            }
            _ => None,
        })
        .await
    }

    /// All texts so far, in the order of their arrival.
    pub fn texts(&self) -> Vec<String> {
        let all = self.seen.all();
        all.iter()
            .flat_map(Seen::texts)
            .map(|(text, _)| text.to_owned())
            .collect()
    }

    /// All stanzas so far with this tag, after a mark.
    pub fn stanzas(&self, mark: usize, tag: &str) -> Vec<Node> {
        let mut nodes: Vec<Node> = self
            .seen
            .all()
            .iter()
            .skip(mark)
            .filter_map(Seen::stanza)
            .collect();
        nodes.retain(|node| node.tag == tag);
        nodes
    }
}

/// Whom a message was encrypted for.
#[derive(Debug)]
pub struct FanOut(Vec<Jid>);

impl FanOut {
    /// The devices of one account among them, in order.
    pub fn devices(&self, account: &Account) -> Vec<u16> {
        let mut devices: Vec<u16> = self
            .0
            .iter()
            .filter(|jid| jid.user == account.pn.as_str() || jid.user == account.lid.as_str())
            .map(|jid| jid.device)
            .collect();
        devices.sort_unstable();
        devices
    }
}
