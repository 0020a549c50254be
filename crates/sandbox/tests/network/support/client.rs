use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Error, Message},
};
use wacore_binary::{Node, OwnedNodeRef, builder::NodeBuilder, util::unpack_bytes};
use wacore_noise::{NoiseCipher, NoiseHandshake, framing};

use super::{attr, iq};

/// Nothing here takes longer: a typed code's key derivation, without optimisation and on a busy machine, is the longest.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How the server hung up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HangUp {
    /// A WebSocket close with a code.
    Close(u16),
    /// A WebSocket close without one.
    Codeless,
    /// The end of the TCP stream.
    Eof,
    /// A TCP reset.
    Reset,
}

/// The client side of an encrypted connection.
pub(crate) struct Client {
    socket: Socket,
    frames: framing::FrameDecoder,
    write: NoiseCipher,
    read: NoiseCipher,
    written: u32,
    seen: u32,
    /// What came while something else was awaited.
    pending: Vec<Node>,
    requests: u32,
}

impl Client {
    pub(super) fn new(socket: Socket, noise: NoiseHandshake) -> Self {
        let (write, read) = noise.finish().unwrap();
        Self {
            socket,
            frames: framing::FrameDecoder::new(),
            write,
            read,
            written: 0,
            seen: 0,
            pending: Vec::new(),
            requests: 0,
        }
    }

    pub(crate) async fn send(&mut self, node: Node) {
        let plain = wacore_binary::marshal(&node).unwrap();
        let cipher = self.write.encrypt_with_counter(self.written, &plain).unwrap();
        self.written += 1;
        let frame = framing::encode_frame(&cipher, None).unwrap();
        self.socket.send(Message::Binary(frame.into())).await.unwrap();
    }

    /// The next stanza, or `None` once the server has hung up.
    pub(crate) async fn next(&mut self) -> Option<Node> {
        if !self.pending.is_empty() {
            return Some(self.pending.remove(0));
        }
        tokio::time::timeout(DEADLINE, self.receive())
            .await
            .expect("a stanza in time")
    }

    /// The first stanza that fits; others stay for later.
    pub(crate) async fn expect(&mut self, what: &str, fits: impl Fn(&Node) -> bool) -> Node {
        if let Some(index) = self.pending.iter().position(&fits) {
            return self.pending.remove(index);
        }
        let search = async {
            loop {
                match self.receive().await {
                    Some(node) if fits(&node) => return node,
                    Some(node) => self.pending.push(node),
                    None => panic!("hung up before {what}; saw {:?}", self.pending),
                }
            }
        };
        let found = tokio::time::timeout(DEADLINE, search).await.ok();
        found.unwrap_or_else(|| panic!("no {what}; saw {:?}", self.pending))
    }

    /// Whether something that fits came while something else was awaited.
    pub(crate) fn has_seen(&self, fits: impl Fn(&Node) -> bool) -> bool {
        self.pending.iter().any(fits)
    }

    pub(crate) async fn expect_tag(&mut self, tag: &str) -> Node {
        self.expect(tag, |node| node.tag == tag).await
    }

    /// Gives stanzas back, to be found by whoever expects them.
    pub(crate) fn put_back(&mut self, stanzas: Vec<Node>) {
        self.pending.splice(..0, stanzas);
    }

    /// Sends a request and answers its reply.
    pub(crate) async fn request(
        &mut self,
        kind: &'static str,
        xmlns: &'static str,
        children: Vec<Node>,
    ) -> Node {
        let id = self.ask(kind, xmlns, children).await;
        self.expect("a reply", |node| node.tag == "iq" && attr(node, "id") == id)
            .await
    }

    /// Sends a request about groups, to one of them or to `g.us`.
    pub(crate) async fn group_request(&mut self, kind: &'static str, to: &str, child: Node) -> Node {
        self.requests += 1;
        let id = format!("g{}", self.requests);
        let mut request = iq(&id, kind, "w:g2", vec![child]);
        request.attrs.insert("to", to.to_owned());
        self.send(request).await;
        self.expect("a reply", |node| node.tag == "iq" && attr(node, "id") == id)
            .await
    }

    /// Sends a request about the picture of a group.
    pub(crate) async fn picture_request(
        &mut self,
        kind: &'static str,
        group: &wacore_binary::Jid,
        child: Option<Node>,
    ) -> Node {
        self.requests += 1;
        let id = format!("p{}", self.requests);
        let mut request = iq(&id, kind, "w:profile:picture", child.into_iter().collect());
        request.attrs.insert("target", group.clone());
        self.send(request).await;
        self.expect("a reply", |node| node.tag == "iq" && attr(node, "id") == id)
            .await
    }

    /// The next news from a group with that action.
    pub(crate) async fn group_news(&mut self, action: &str) -> Node {
        self.expect(action, |node| {
            attr(node, "type") == "w:gp2" && node.get_optional_child(action).is_some()
        })
        .await
    }

    /// Asks for what waited, and answers all of it up to the end mark.
    pub(crate) async fn activate(&mut self) -> Vec<Node> {
        let reply = self
            .request("set", "passive", vec![NodeBuilder::new("active").build()])
            .await;
        assert_eq!(attr(&reply, "type"), "result");
        let mut waited = Vec::new();
        loop {
            let node = self.next().await.expect("the end of the offline delivery");
            if node.tag == "ib" && node.get_optional_child("offline").is_some() {
                return waited;
            }
            waited.push(node);
        }
    }

    /// Whether any stanza has come so far.
    pub(crate) fn has_heard_anything(&self) -> bool {
        self.seen > 0
    }

    /// Waits until the server hangs up.
    pub(crate) async fn hang_up(&mut self) -> HangUp {
        let end = async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Close(Some(frame)))) => return HangUp::Close(frame.code.into()),
                    Some(Ok(Message::Close(None))) => return HangUp::Codeless,
                    Some(Ok(_)) => {}
                    Some(Err(Error::Io(error))) if error.kind() == std::io::ErrorKind::ConnectionReset => {
                        return HangUp::Reset;
                    }
                    Some(Err(_)) | None => return HangUp::Eof,
                }
            }
        };
        tokio::time::timeout(DEADLINE, end).await.expect("an end in time")
    }

    /// Sends a request without waiting for its reply; answers its id.
    pub(crate) async fn ask(
        &mut self,
        kind: &'static str,
        xmlns: &'static str,
        children: Vec<Node>,
    ) -> String {
        self.requests += 1;
        let id = format!("q{}", self.requests);
        self.send(iq(&id, kind, xmlns, children)).await;
        id
    }

    /// The ids of the next so many replies, in the order in which they come.
    pub(crate) async fn reply_ids(&mut self, count: usize) -> Vec<String> {
        let mut ids = Vec::new();
        while ids.len() < count {
            let reply = self.expect_tag("iq").await;
            ids.push(attr(&reply, "id"));
        }
        ids
    }

    async fn receive(&mut self) -> Option<Node> {
        loop {
            if let Some(mut frame) = self.frames.decode_frame() {
                self.read
                    .decrypt_in_place_with_counter(self.seen, &mut frame)
                    .unwrap();
                self.seen += 1;
                return Some(
                    OwnedNodeRef::new(unpack_bytes(frame).unwrap())
                        .unwrap()
                        .to_owned_node(),
                );
            }
            match self.socket.next().await {
                Some(Ok(Message::Binary(data))) => self.frames.feed(&data),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }
}
