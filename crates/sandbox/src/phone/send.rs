//! What a phone sends, through the same routing as everybody's stanzas.

use std::sync::Arc;

use serde::Deserialize;
use wacore::{
    messages::{MessageUtils, wrap_device_sent},
    send::stanza_type_from_message,
    types::message::EditAttribute,
};
use wacore_binary::{Jid, Node, Server, builder::NodeBuilder};
use wacore_libsignal::protocol::{ProtocolAddress, SignalProtocolError};
use waproto::whatsapp::Message;

use super::{
    compose::Envelope,
    content, group,
    history::Seen,
    signal::{RemoteKeys, Signal},
};
use crate::{
    groups::{self, GroupError},
    keys::id_from_bytes,
    network::Network,
    route::{self, Origin},
    state::{Account, FetchedBundle, Space},
    wire,
};

/// Why a phone could not send.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    #[error("there is no account with this address")]
    UnknownRecipient,
    #[error(transparent)]
    Group(#[from] GroupError),
    #[error("the phone has not seen the message that this one is about")]
    UnknownMessage,
    #[error("encryption failed")]
    Signal(#[from] SignalProtocolError),
    #[error("the message cannot be written")]
    Wire(#[from] wire::Error),
    #[error("the media host did not take it")]
    Media(#[source] anyhow::Error),
    #[error("the answer cannot be sealed")]
    Sealing(#[source] anyhow::Error),
}

/// What a phone's user does in a chat before there is a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Typing {
    Composing,
    Recording,
    Paused,
}

/// Where a phone keeps the session with a device: one address, whichever space a stanza uses.
pub(super) fn session_address(account: &Account, device: u16) -> ProtocolAddress {
    ProtocolAddress::new(&format!("{}:{device}", account.pn), 0.into())
}

/// The phone of an account as the author of stanzas.
pub(super) fn origin(account: &Arc<Account>) -> Origin {
    Origin {
        account: Arc::clone(account),
        device: 0,
    }
}

/// Sends to a group, or to every device of the recipient and, as a copy, to the own linked devices.
pub(crate) async fn send(
    network: &Arc<Network>,
    account: &Arc<Account>,
    to: &Jid,
    outgoing: content::Outgoing,
    id: Option<String>,
) -> Result<String, SendError> {
    let to = to.to_non_ad();
    let compose = |space| {
        let own = account.jid(space, 0);
        let envelope = Envelope {
            phone: &account.phone,
            host: &network.media,
            own: &own,
            chat: &to,
            now: network.clock.now(),
        };
        envelope.compose(outgoing).map(Arc::new)
    };
    let id = id.unwrap_or_else(new_id);
    if to.server == Server::Group {
        let group = groups::find(network, &to)?;
        let message = compose(group.space)?;
        let author = account.jid(group.space, 0);
        account.phone.memory.note(&id, true, author, &message);
        account.phone.remember(&id, &to, &message);
        account.phone.book.note(Seen {
            chat: to.to_string(),
            id: &id,
            author: None,
            push_name: None,
            message: &message,
            t: network.clock.now(),
        });
        group::send(network, account, &group, &message, &id).await?;
        return Ok(id);
    }
    let recipient = network
        .directory
        .resolve(&to)
        .ok_or(SendError::UnknownRecipient)?;
    let space = Space::of(to.server).ok_or(SendError::UnknownRecipient)?;
    let message = compose(space)?;
    account
        .phone
        .memory
        .note(&id, true, account.jid(space, 0), &message);
    account.phone.remember(&id, &to, &message);
    account.phone.book.note(Seen {
        chat: recipient.jid(Space::Pn, 0).to_string(),
        id: &id,
        author: None,
        push_name: None,
        message: &message,
        t: network.clock.now(),
    });

    let plain = MessageUtils::encode_and_pad(&message);
    let mut participants = Vec::new();
    let mut signal = account.phone.signal.lock().await;
    let to_self = recipient.pn == account.pn;
    let mut devices = recipient.companions();
    if !to_self {
        devices.push(0);
        let copies = account.companions();
        if !copies.is_empty() {
            let copy = MessageUtils::encode_and_pad(&wrap_device_sent((*message).clone(), to.to_string()));
            for device in copies {
                participants.extend(encrypt(&mut signal, account, device, space, &copy).await);
            }
        }
    }
    for device in devices {
        participants.extend(encrypt(&mut signal, &recipient, device, space, &plain).await);
    }
    drop(signal);

    let mut stanza = NodeBuilder::new("message")
        .attr("to", &to)
        .attr("id", id.clone())
        .attr("type", stanza_type_from_message(&message));
    if let Some(edit) = EditAttribute::infer_from_message(&message) {
        stanza = stanza.attr("edit", edit.to_string_val().to_owned());
    }
    let node = stanza
        .children([NodeBuilder::new("participants").children(participants).build()])
        .build();
    route::message(network, &origin(account), &node.as_node_ref()).await?;
    Ok(id)
}

/// Sends to one device only: peer messages and repetitions.
pub(super) async fn send_direct(
    network: &Arc<Network>,
    account: &Arc<Account>,
    recipient: &Arc<Account>,
    to: &Jid,
    message: &Message,
    stanza: NodeBuilder,
) -> Result<(), SendError> {
    let plain = MessageUtils::encode_and_pad(message);
    let mut signal = account.phone.signal.lock().await;
    let enc = encrypt_enc(&mut signal, recipient, to.device, &plain).await?;
    drop(signal);
    let node = stanza.attr("to", to).children([enc]).build();
    route::message(network, &origin(account), &node.as_node_ref()).await?;
    Ok(())
}

/// Confirms messages. `to` is the chat as it stood in the message, `author` who wrote it into a group.
pub(crate) async fn receipt(
    network: &Arc<Network>,
    account: &Arc<Account>,
    to: &Jid,
    author: Option<&Jid>,
    ids: &[String],
    kind: Option<&'static str>,
) -> Result<(), SendError> {
    let Some((first, more)) = ids.split_first() else {
        return Ok(());
    };
    let mut builder = NodeBuilder::new("receipt")
        .attr("to", to)
        .attr("id", first.clone())
        .attr("t", network.clock.now());
    if let Some(kind) = kind {
        builder = builder.attr("type", kind);
    }
    if let Some(author) = author {
        builder = builder.attr("participant", author);
    }
    if !more.is_empty() {
        let items = more
            .iter()
            .map(|id| NodeBuilder::new("item").attr("id", id.clone()).build());
        builder = builder.children([NodeBuilder::new("list").children(items).build()]);
    }
    route::receipt(network, &origin(account), &builder.build().as_node_ref()).await?;
    Ok(())
}

/// Says that the phone's user is typing or has stopped.
pub(crate) fn chatstate(network: &Arc<Network>, account: &Arc<Account>, to: &Jid, state: Typing) {
    let state = match state {
        Typing::Composing => NodeBuilder::new("composing"),
        Typing::Recording => NodeBuilder::new("composing").attr("media", "audio"),
        Typing::Paused => NodeBuilder::new("paused"),
    };
    let node = NodeBuilder::new("chatstate")
        .attr("to", to)
        .children([state.build()])
        .build();
    route::chatstate(network, &origin(account), &node.as_node_ref());
}

/// One entry of a fan-out. A device that cannot be encrypted to is left out, as clients do.
pub(super) async fn encrypt(
    signal: &mut Signal,
    account: &Arc<Account>,
    device: u16,
    space: Space,
    plain: &[u8],
) -> Option<Node> {
    match encrypt_enc(signal, account, device, plain).await {
        Ok(enc) => Some(
            NodeBuilder::new("to")
                .attr("jid", account.jid(space, device))
                .children([enc])
                .build(),
        ),
        Err(error) => {
            tracing::warn!(device, %error, "a phone cannot encrypt to a device");
            None
        }
    }
}

pub(super) async fn encrypt_enc(
    signal: &mut Signal,
    account: &Arc<Account>,
    device: u16,
    plain: &[u8],
) -> Result<Node, SendError> {
    let address = session_address(account, device);
    if !signal.has_session(&address) {
        let (bundle, _) = account.take_bundle(device).ok_or(SendError::UnknownRecipient)?;
        signal.open_session(&address, remote_keys(&bundle)).await?;
    }
    let (kind, ciphertext) = signal.encrypt(&address, plain).await?;
    Ok(NodeBuilder::new("enc")
        .attr("v", "2")
        .attr("type", kind.name())
        .bytes(ciphertext)
        .build())
}

fn remote_keys(bundle: &FetchedBundle) -> RemoteKeys<'_> {
    RemoteKeys {
        registration_id: id_from_bytes(&bundle.registration),
        identity: &bundle.identity,
        signed: (
            id_from_bytes(&bundle.signed.id),
            &bundle.signed.value,
            &bundle.signed.signature,
        ),
        one_time: bundle
            .one_time
            .as_ref()
            .map(|key| (id_from_bytes(&key.id), key.value.as_slice())),
    }
}

/// A message id in the form that clients of this network use.
pub(crate) fn new_id() -> String {
    format!("3EB0{}", hex::encode_upper(rand::random::<[u8; 9]>()))
}
