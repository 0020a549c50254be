use buffa::MessageField;
use wacore::messages::{MessageUtils, decode_plaintext};
use wacore_binary::{Jid, Node, builder::NodeBuilder};
use wacore_libsignal::protocol::SenderKeyName;
use waproto::whatsapp::{Message, message::SenderKeyDistributionMessage};

use super::{Client, Device, attr, bytes, child, device::address, signal::Kind};

impl Device {
    /// Sends a text into a group, with the key for it to some devices.
    pub(crate) async fn send_group(
        &mut self,
        client: &mut Client,
        group: &Jid,
        keys_to: &[Jid],
        id: &str,
        text: &str,
    ) {
        let key = message_with_key(self.key(group).await, None);
        let mut participants = Vec::new();
        for device in keys_to {
            let enc = self.encrypt_message(client, device, &key).await;
            participants.push(NodeBuilder::new("to").attr("jid", device).children([enc]).build());
        }
        let name = self.key_name(group);
        let plain = MessageUtils::encode_and_pad(&text_message(text));
        let ciphertext = self.sender_keys.encrypt(&name, &plain).await.unwrap();
        let mut children = Vec::new();
        if !participants.is_empty() {
            children.push(NodeBuilder::new("participants").children(participants).build());
        }
        children.push(enc("skmsg", ciphertext));
        client
            .send(group_message(group, id).children(children).build())
            .await;
    }

    /// Sends a text of a group again, to one device that could not open it.
    pub(crate) async fn repeat_group(
        &mut self,
        client: &mut Client,
        group: &Jid,
        device: &Jid,
        id: &str,
        text: &str,
    ) {
        let message = message_with_key(self.key(group).await, Some(text));
        let enc = self.encrypt_message(client, device, &message).await;
        let node = group_message(group, id)
            .attr("participant", device)
            .children([enc]);
        client.send(node.build()).await;
    }

    /// Opens a group message, taking in the sender's key if it comes along.
    pub(crate) async fn open_group(&mut self, message: &Node) -> String {
        let group = attr(message, "from");
        let author: Jid = attr(message, "participant").parse().unwrap();
        let name = SenderKeyName::from_parts(&group, &author.to_string());
        for enc in message.get_children_by_tag("enc") {
            if attr(enc, "type") == "skmsg" {
                let plain = self.sender_keys.decrypt(&name, &bytes(enc)).await.unwrap();
                return decode_plaintext(&plain, 2).unwrap().conversation.expect("a text");
            }
            let kind = Kind::parse(&attr(enc, "type")).expect("a known kind");
            let plain = self
                .signal
                .decrypt(&address(&author), kind, &bytes(enc))
                .await
                .unwrap();
            let opened = decode_plaintext(&plain, 2).unwrap();
            if let Some(key) = opened.sender_key_distribution_message.as_option() {
                assert_eq!(key.group_id.as_deref(), Some(&*group));
                let key = key
                    .axolotl_sender_key_distribution_message
                    .as_deref()
                    .expect("a key");
                self.sender_keys.learn(&name, key).await.unwrap();
            }
            if let Some(text) = opened.conversation {
                return text;
            }
        }
        panic!("nothing to open in {message:?}");
    }

    async fn key(&mut self, group: &Jid) -> SenderKeyDistributionMessage {
        let name = self.key_name(group);
        SenderKeyDistributionMessage {
            group_id: Some(group.to_string()),
            axolotl_sender_key_distribution_message: Some(
                self.sender_keys.distribution(&name).await.unwrap(),
            ),
        }
    }

    fn key_name(&self, group: &Jid) -> SenderKeyName {
        SenderKeyName::from_parts(&group.to_string(), &self.jid.to_string())
    }
}

/// An element without content.
pub(crate) fn node(tag: &'static str) -> Node {
    NodeBuilder::new(tag).build()
}

/// The code of a refused request.
pub(crate) fn error_code(reply: &Node) -> String {
    assert_eq!(attr(reply, "type"), "error", "{reply:?}");
    attr(child(reply, "error"), "code")
}

fn group_message(group: &Jid, id: &str) -> NodeBuilder {
    NodeBuilder::new("message")
        .attr("to", group)
        .attr("id", id)
        .attr("type", "text")
}

fn enc(kind: &'static str, ciphertext: Vec<u8>) -> Node {
    NodeBuilder::new("enc")
        .attr("v", "2")
        .attr("type", kind)
        .bytes(ciphertext)
        .build()
}

fn text_message(text: &str) -> Message {
    Message {
        conversation: Some(text.to_owned()),
        ..Default::default()
    }
}

fn message_with_key(key: SenderKeyDistributionMessage, text: Option<&str>) -> Message {
    Message {
        conversation: text.map(ToOwned::to_owned),
        sender_key_distribution_message: MessageField::some(key),
        ..Default::default()
    }
}
