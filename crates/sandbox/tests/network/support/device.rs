use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use buffa::{Message as _, MessageField};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use wacore::messages::{MessageUtils, decode_plaintext};
use wacore_binary::{Jid, Node, builder::NodeBuilder};
use wacore_libsignal::protocol::{
    GenericSignedPreKey as _, IdentityKey, IdentityKeyPair, KeyPair, PreKeyRecord, ProtocolAddress,
    SignalProtocolError, SignedPreKeyRecord, Timestamp,
};
use waproto::whatsapp::{
    ADVSignedDeviceIdentity, ADVSignedDeviceIdentityHMAC, ClientPayload, Message,
    client_payload::DevicePairingRegistrationData,
};

use super::{
    Admin, Client, Hello, attr, bytes, child, connect,
    sender_keys::SenderKeys,
    signal::{Kind, OneTimeKeys, RemoteKeys, Signal},
};

const REGISTRATION_ID: u32 = 4711;
/// The app-state key, the first conversations, the push names and all conversations.
pub(crate) const FIRST_WORDS: usize = 4;

/// A linked device: its keys, its place in the network and its sessions.
pub(crate) struct Device {
    pub(crate) noise: KeyPair,
    pub(crate) identity: KeyPair,
    /// Authenticates the phone's answer to a link; a typed code brings a new one.
    pub(crate) secret: [u8; 32],
    signed: KeyPair,
    signed_signature: Vec<u8>,
    one_time: OneTimeKeys,
    pub(super) signal: Signal,
    pub(super) sender_keys: SenderKeys,
    pub(crate) jid: Jid,
}

impl Device {
    /// Fresh keys, not linked to anything.
    pub(crate) fn new() -> Self {
        let (noise, identity, signed) = (pair(), pair(), pair());
        let signature = identity
            .private_key
            .calculate_signature(&signed.public_key.serialize(), &mut rand::rng());
        let signed_signature = signature.unwrap().to_vec();
        let one_time: OneTimeKeys = Arc::new(Mutex::new(HashMap::new()));
        let own = IdentityKeyPair::new(
            IdentityKey::new(identity.public_key),
            identity.private_key.clone(),
        );
        let record = SignedPreKeyRecord::new(
            1.into(),
            Timestamp::from_epoch_millis(0),
            &signed,
            &signed_signature,
        );
        let signal = Signal::new(own, REGISTRATION_ID, record, Arc::clone(&one_time));
        Self {
            noise,
            identity,
            secret: rand::random(),
            signed,
            signed_signature,
            one_time,
            signal,
            sender_keys: SenderKeys::default(),
            jid: Jid::default(),
        }
    }

    pub(crate) fn pn(&self) -> &str {
        &self.jid.user
    }

    /// The text of the QR code for a reference.
    pub(crate) fn qr(&self, reference: &str) -> String {
        let [noise, identity] = [public(&self.noise), public(&self.identity)].map(|key| STANDARD.encode(key));
        format!("{reference},{noise},{identity},{}", STANDARD.encode(self.secret))
    }

    /// The keys of a registration, as a gateway hands them over when it pairs at store level.
    pub(crate) fn registration_keys(&self) -> serde_json::Value {
        serde_json::json!({
            "registrationId": STANDARD.encode(REGISTRATION_ID.to_be_bytes()),
            "signedPreKey": {
                "id": STANDARD.encode([0, 0, 1]),
                "value": STANDARD.encode(public(&self.signed)),
                "signature": STANDARD.encode(&self.signed_signature),
            },
        })
    }

    /// The payload of a device that is not linked yet.
    pub(crate) fn registration(&self, push_name: &str) -> ClientPayload {
        let data = DevicePairingRegistrationData {
            e_regid: Some(REGISTRATION_ID.to_be_bytes().to_vec()),
            e_keytype: Some(vec![5]),
            e_ident: Some(public(&self.identity).to_vec()),
            e_skey_id: Some(vec![0, 0, 1]),
            e_skey_val: Some(public(&self.signed).to_vec()),
            e_skey_sig: Some(self.signed_signature.clone()),
            ..Default::default()
        };
        ClientPayload {
            passive: Some(false),
            pull: Some(false),
            push_name: Some(push_name.to_owned()),
            device_pairing_data: MessageField::some(data),
            ..Default::default()
        }
    }

    /// The payload of a linked device.
    pub(crate) fn login_payload(&self) -> ClientPayload {
        ClientPayload {
            username: Some(self.pn().parse().expect("digits")),
            device: Some(self.jid.device.into()),
            passive: Some(false),
            pull: Some(true),
            ..Default::default()
        }
    }

    /// Logs in and expects to be let in.
    pub(crate) async fn log_in(&self, admin: &Admin) -> Client {
        let mut client = connect(admin.addr, Hello::Xx, &self.noise, &self.login_payload())
            .await
            .client;
        client.expect_tag("success").await;
        client
    }

    /// Uploads one-time keys, as a client does after its first login.
    pub(crate) async fn upload_keys(&self, client: &mut Client, ids: std::ops::Range<u8>) {
        let keys = ids.map(|id| {
            let key = pair();
            let node = NodeBuilder::new("key")
                .children([field("id", &[0, 0, id]), field("value", public(&key))])
                .build();
            self.one_time.lock().unwrap().insert(
                u32::from(id).into(),
                PreKeyRecord::new(u32::from(id).into(), &key),
            );
            node
        });
        let children = vec![
            field("registration", &REGISTRATION_ID.to_be_bytes()),
            field("type", &[5]),
            field("identity", public(&self.identity)),
            NodeBuilder::new("list").children(keys).build(),
            NodeBuilder::new("skey")
                .children([
                    field("id", &[0, 0, 1]),
                    field("value", public(&self.signed)),
                    field("signature", &self.signed_signature),
                ])
                .build(),
        ];
        let reply = client.request("set", "encrypt", children).await;
        assert_eq!(attr(&reply, "type"), "result");
    }

    /// Encrypts a text for one device, fetching its keys first if necessary.
    pub(crate) async fn encrypt(&mut self, client: &mut Client, to: &Jid, text: &str) -> Node {
        let message = Message {
            conversation: Some(text.to_owned()),
            ..Default::default()
        };
        self.encrypt_message(client, to, &message).await
    }

    /// Encrypts any message for one device, fetching its keys first if necessary.
    pub(crate) async fn encrypt_message(&mut self, client: &mut Client, to: &Jid, message: &Message) -> Node {
        let address = address(to);
        if !self.signal.has_session(&address) {
            let wanted = NodeBuilder::new("user").attr("jid", to).build();
            let reply = client
                .request(
                    "get",
                    "encrypt",
                    vec![NodeBuilder::new("key").children([wanted]).build()],
                )
                .await;
            let user = child(child(&reply, "list"), "user");
            let skey = child(user, "skey");
            let key = child(user, "key");
            let (identity, value, signature) = (
                bytes(child(user, "identity")),
                bytes(child(skey, "value")),
                bytes(child(skey, "signature")),
            );
            let one_time = bytes(child(key, "value"));
            let keys = RemoteKeys {
                registration_id: number(&bytes(child(user, "registration"))),
                identity: &identity,
                signed: (number(&bytes(child(skey, "id"))), &value, &signature),
                one_time: Some((number(&bytes(child(key, "id"))), &one_time)),
            };
            self.signal.open_session(&address, keys).await.unwrap();
        }
        let plain = MessageUtils::encode_and_pad(message);
        let (kind, ciphertext) = self.signal.encrypt(&address, &plain).await.unwrap();
        NodeBuilder::new("enc")
            .attr("v", "2")
            .attr("type", kind.name())
            .bytes(ciphertext)
            .build()
    }

    /// Forgets the session with another device: what is said next opens a new one.
    pub(crate) fn forget(&mut self, other: &Jid) {
        self.signal.drop_session(&address(other));
    }

    /// Sends a text to some devices of a chat.
    pub(crate) async fn send(
        &mut self,
        client: &mut Client,
        chat: &Jid,
        devices: &[Jid],
        id: &str,
        text: &str,
    ) {
        let mut participants = Vec::new();
        for device in devices {
            let enc = self.encrypt(client, device, text).await;
            participants.push(NodeBuilder::new("to").attr("jid", device).children([enc]).build());
        }
        let message = NodeBuilder::new("message")
            .attr("to", chat)
            .attr("id", id)
            .attr("type", "text")
            .children([NodeBuilder::new("participants").children(participants).build()])
            .build();
        client.send(message).await;
    }

    /// Waits for the news of a link, signs it and sees the connection end.
    pub(crate) async fn accept_link(&mut self, mut client: Client) {
        let success = client
            .expect("pair-success", |node| {
                node.get_optional_child("pair-success").is_some()
            })
            .await;
        let success_child = child(&success, "pair-success");
        self.jid = attr(child(success_child, "device"), "jid").parse().unwrap();
        let signed = sign_pairing(self, &bytes(child(success_child, "device-identity")));
        let answer = NodeBuilder::new("iq")
            .attr("id", attr(&success, "id"))
            .attr("type", "result")
            .attr("to", "s.whatsapp.net")
            .children([NodeBuilder::new("pair-device-sign")
                .children([NodeBuilder::new("device-identity")
                    .attr("key-index", "1")
                    .bytes(signed)
                    .build()])
                .build()])
            .build();
        client.send(answer).await;
        let restart = client.expect_tag("stream:error").await;
        assert_eq!(attr(&restart, "code"), "515");
        assert!(client.next().await.is_none(), "the connection ends");
    }

    /// Whether a message addressed to this device opens.
    pub(crate) async fn opens(&mut self, message: &Node) -> bool {
        self.plaintext(message).await.is_ok()
    }

    /// Opens a message addressed to this device.
    pub(crate) async fn open(&mut self, message: &Node) -> Message {
        let plain = self.plaintext(message).await.unwrap();
        decode_plaintext(&plain, 2).unwrap()
    }

    async fn plaintext(&mut self, message: &Node) -> Result<Vec<u8>, SignalProtocolError> {
        let from = message
            .attrs
            .get("from")
            .and_then(wacore_binary::NodeValue::to_jid)
            .expect("from");
        let enc = child(message, "enc");
        let kind = Kind::parse(&attr(enc, "type")).expect("a direct message");
        self.signal.decrypt(&address(&from), kind, &bytes(enc)).await
    }
}

/// Links a new device to a phone over the wire.
pub(crate) async fn linked(admin: &Admin, account: &str) -> Device {
    let mut device = Device::new();
    let mut client = connect(admin.addr, Hello::Xx, &device.noise, &device.registration(""))
        .await
        .client;
    let offer = client.expect_tag("iq").await;
    let reference = bytes(child(child(&offer, "pair-device"), "ref"));
    let reference = String::from_utf8(reference).unwrap();
    admin.scan(&device.qr(&reference), Some(account)).await;
    device.accept_link(client).await;
    device
}

/// Links a new device, logs it in and sees it through to the end of the phone's first words.
pub(crate) async fn ready(admin: &Admin, account: &str) -> (Device, Client) {
    let (device, client, _) = welcomed(admin, account).await;
    (device, client)
}

/// The same, with what the phone had to say: the app-state key and the history.
pub(crate) async fn welcomed(admin: &Admin, account: &str) -> (Device, Client, Vec<Node>) {
    let device = linked(admin, account).await;
    let mut client = device.log_in(admin).await;
    device.upload_keys(&mut client, 1..20).await;
    let is_peer = |node: &Node| attr(node, "category") == "peer";
    let (mut words, rest): (Vec<_>, Vec<_>) = client.activate().await.into_iter().partition(is_peer);
    client.put_back(rest);
    while words.len() < FIRST_WORDS {
        words.push(client.expect("the phone's first words", is_peer).await);
    }
    (device, client, words)
}

/// Checks the phone's answer to a scan and adds the device's signature.
pub(crate) fn sign_pairing(device: &Device, container: &[u8]) -> Vec<u8> {
    let container = ADVSignedDeviceIdentityHMAC::decode_from_slice(container).unwrap();
    let details = container.details.expect("details");
    let mut mac = <Hmac<Sha256>>::new_from_slice(&device.secret).unwrap();
    mac.update(&details);
    mac.verify_slice(&container.hmac.expect("hmac"))
        .expect("made with the secret of the QR code");
    let mut identity = ADVSignedDeviceIdentity::decode_from_slice(&details).unwrap();
    let message = [
        &[6u8, 1][..],
        identity.details.as_deref().expect("details"),
        public(&device.identity),
        identity.account_signature_key.as_deref().expect("account key"),
    ]
    .concat();
    let signature = device
        .identity
        .private_key
        .calculate_signature(&message, &mut rand::rng())
        .unwrap();
    identity.device_signature = Some(signature.to_vec());
    identity.encode_to_vec()
}

fn pair() -> KeyPair {
    KeyPair::generate(&mut rand::rng())
}

fn public(pair: &KeyPair) -> &[u8] {
    pair.public_key.public_key_bytes()
}

fn field(tag: &'static str, value: &[u8]) -> Node {
    NodeBuilder::new(tag).bytes(value.to_vec()).build()
}

fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |value, byte| (value << 8) | u32::from(*byte))
}

pub(super) fn address(jid: &Jid) -> ProtocolAddress {
    ProtocolAddress::new(&jid.to_string(), 0.into())
}
