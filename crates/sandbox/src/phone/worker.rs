//! The task of a phone: opens what arrives and follows its script.

use std::{borrow::Cow, sync::Arc};

use wacore::{
    messages::{decode_plaintext, unwrap_device_sent},
    proto_helpers::MessageExt as _,
};
use wacore_binary::{Jid, Node, NodeRef, Server, builder::NodeBuilder, jid::JidExt as _};
use waproto::whatsapp::Message;

use super::{
    Entry, Kind, app_state, call, channel, content, group,
    history::{self, Seen},
    memory::SeenMessage,
    queue::Work,
    reading::{self, Route},
    reupload,
    scripts::{self, Arrival},
    send::{self, SendError, origin, session_address},
    signal,
};
use crate::{
    network::Network,
    route,
    state::{Account, Space, lock},
    wire::{Stanza, attr_jid, attr_str, child, content as bytes_of, nodes},
};

/// Version of the padding inside ciphertexts of direct messages.
pub(super) const PADDING: u8 = 2;
/// How often a message is asked for again.
const MOST_RETRIES: u32 = 5;
/// Messages for which retries are counted at a time.
const RETRIED: usize = 1024;

/// Switches an account's phone on.
pub(crate) fn start(network: &Arc<Network>, account: &Arc<Account>) {
    let Some(mut work) = account.phone.queue.receiver() else {
        return;
    };
    let (network, account) = (Arc::clone(network), Arc::clone(account));
    let tasks = network.tasks.clone();
    tasks.spawn(async move {
        while let Some(Some(work)) = network.shutdown.run_until_cancelled(work.recv()).await {
            let switched_on = account.phone.switched_on();
            if network.shutdown.run_until_cancelled(switched_on).await.is_none() {
                break;
            }
            let result = match work {
                Work::Stanza(stanza) => handle(&network, &account, &stanza).await,
                Work::Provision(device) => provision(&network, &account, device).await,
            };
            if let Err(error) = result {
                tracing::warn!(%error, "a phone could not do its work");
            }
            account.phone.queue.done();
        }
    });
}

async fn handle(network: &Arc<Network>, account: &Arc<Account>, stanza: &Stanza) -> Result<(), SendError> {
    let stanza = stanza.decode()?;
    let node = stanza.get();
    match &*node.tag {
        "message" if attr_jid(node, "from").is_some_and(|from| from.server == Server::Newsletter) => {
            channel::received(network, account, node);
            Ok(())
        }
        "message" => message(network, account, node).await,
        "call" => call::heard(network, account, node),
        "receipt" => receipt(network, account, node).await,
        "presence" => {
            presence(network, account, Kind::Presence, node);
            Ok(())
        }
        "chatstate" => {
            presence(network, account, Kind::Chatstate, node);
            Ok(())
        }
        "notification" if attr_str(node, "type").as_deref() == Some("encrypt") => {
            forget_sessions(network, account, node).await;
            Ok(())
        }
        "notification" => {
            group_news(network, account, node);
            Ok(())
        }
        _ => Ok(()),
    }
}

async fn message(
    network: &Arc<Network>,
    account: &Arc<Account>,
    node: &NodeRef<'_>,
) -> Result<(), SendError> {
    let Some(from) = attr_jid(node, "from") else {
        return Ok(());
    };
    // Updates are encrypted like messages to a group of all who may see them.
    let group = (from.is_group() || from.is_status_broadcast()).then(|| from.clone());
    let author = group.as_ref().and_then(|_| attr_jid(node, "participant"));
    let author = author.as_ref().unwrap_or(&from);
    let Some(sender) = network.directory.resolve(author) else {
        return Ok(());
    };
    let id = attr_str(node, "id").unwrap_or_default();
    let Some(message) = open(account, group.as_ref(), &sender, author.device, node).await else {
        network.stats.opened(false);
        return ask_again(network, account, node, &from).await;
    };
    network.stats.opened(true);
    network.persistence.touch();
    let own = sender.pn == account.pn;
    // Some clients wrap what they ask of their phone like what they have sent to others.
    let message = if own { unwrap_device_sent(message) } else { message };
    if attr_str(node, "category").as_deref() == Some("peer") {
        return if !own {
            Ok(())
        } else if content::asks_for_app_state_key(&message) {
            share_key(network, account, from.device).await
        } else {
            history::answer(network, account, from.device, &id, &message).await
        };
    }
    let message = Arc::new(message);
    let text = content::text_of(message.get_base_message());
    let chat = attr_jid(node, "recipient").filter(|_| own);
    let chat = match (&group, chat) {
        (Some(group), _) => group.to_string(),
        (None, Some(chat)) => {
            let other = network.directory.resolve(&chat);
            other.map_or(chat, |other| other.jid(Space::Pn, 0)).to_string()
        }
        (None, None) => sender.jid(Space::Pn, 0).to_string(),
    };
    account.phone.book.note(Seen {
        author: (!own).then(|| sender.jid(Space::Pn, 0).to_string()),
        chat,
        id: &id,
        push_name: attr_str(node, "notify").map(Cow::into_owned),
        message: &message,
        t: network.clock.now(),
    });
    account.phone.memory.note(&id, own, author.to_non_ad(), &message);
    let seen = SeenMessage {
        own,
        author: author.to_non_ad(),
        message,
    };
    let mut entry = Entry::new(Kind::Message, author.to_string(), id.to_string());
    entry.text.clone_from(&text);
    let route = Route {
        own: &account.jid(Space::of(author.server).unwrap_or(Space::Pn), 0),
        sender: author,
    };
    let read = reading::read(&account.phone, &route, &seen);
    entry.r#type = Some(read.kind.to_owned());
    entry.details = read.details;
    let chat = group.clone().or_else(|| attr_jid(node, "recipient"));
    entry.chat = chat.map(|chat| chat.to_string());
    account.phone.inbox.push(entry, network.clock.now());
    if own {
        return Ok(());
    }
    if from.is_status_broadcast() {
        return send::receipt(network, account, &from, Some(author), &[id.into_owned()], None).await;
    }
    let arrival = Arrival {
        id: id.into_owned(),
        text,
        kind: read.kind,
        name: sender.settings.name(),
        author: group.as_ref().and(Some(author)).cloned(),
        from,
    };
    scripts::react(network, account, arrival).await
}

/// The other side has new keys: what is said next opens a new session.
async fn forget_sessions(network: &Network, account: &Account, node: &NodeRef<'_>) {
    let Some(other) = attr_jid(node, "from").and_then(|from| network.directory.resolve(&from)) else {
        return;
    };
    let id = attr_str(node, "id").unwrap_or_default().into_owned();
    let phone = other.jid(Space::Pn, 0).to_string();
    account
        .phone
        .signal
        .lock()
        .await
        .drop_session(&session_address(&other, 0));
    account
        .phone
        .inbox
        .push(Entry::new(Kind::Identity, phone, id), network.clock.now());
}

/// Notes what happened in a group. Who is in it is looked up when it matters.
fn group_news(network: &Network, account: &Account, node: &NodeRef<'_>) {
    let (Some(group), Some(actor)) = (attr_jid(node, "from"), attr_jid(node, "participant")) else {
        return;
    };
    let Some(action) = nodes(node).first().filter(|_| group.is_group()) else {
        return;
    };
    let id = attr_str(node, "id").unwrap_or_default().into_owned();
    let mut entry = Entry::new(Kind::Group, actor.to_string(), id);
    entry.r#type = Some(action.tag.to_string());
    entry.chat = Some(group.to_string());
    account.phone.inbox.push(entry, network.clock.now());
}

/// Decrypts the first ciphertext that opens and says something.
async fn open(
    account: &Account,
    chat: Option<&Jid>,
    sender: &Account,
    device: u16,
    node: &NodeRef<'_>,
) -> Option<Message> {
    let address = session_address(sender, device);
    for enc in nodes(node).iter().filter(|part| part.tag == *"enc") {
        let kind = attr_str(enc, "type").unwrap_or_default();
        if let Some(chat) = chat.filter(|_| kind == "skmsg") {
            return group::open(account, chat, sender, device, enc).await;
        }
        let Some(kind) = signal::Kind::parse(&kind) else {
            continue;
        };
        let mut signal = account.phone.signal.lock().await;
        let opened = signal.decrypt(&address, kind, bytes_of(enc)).await;
        drop(signal);
        match opened {
            Ok(plain) => match decode_plaintext(&plain, PADDING) {
                Ok(message) => {
                    let rest = match chat {
                        Some(chat) => group::learn(account, chat, sender, device, message).await,
                        None => Some(message),
                    };
                    if rest.is_some() {
                        return rest;
                    }
                }
                Err(error) => tracing::warn!(%error, "a phone received something that is no message"),
            },
            Err(error) => tracing::warn!(%error, device, "a phone cannot decrypt a message"),
        }
    }
    None
}

/// Asks the sending device to encrypt a message again, with fresh keys of ours.
async fn ask_again(
    network: &Arc<Network>,
    account: &Arc<Account>,
    node: &NodeRef<'_>,
    from: &Jid,
) -> Result<(), SendError> {
    let id = attr_str(node, "id").unwrap_or_default().into_owned();
    let count = {
        let mut retries = lock(&account.phone.retries);
        if retries.len() >= RETRIED && !retries.contains_key(&id) {
            retries.clear();
        }
        let count = retries.entry(id.clone()).or_default();
        *count += 1;
        *count
    };
    if count > MOST_RETRIES {
        return Ok(());
    }
    let retry = NodeBuilder::new("retry")
        .attr("v", "1")
        .attr("count", count)
        .attr("id", id.clone())
        .attr("t", attr_str(node, "t").unwrap_or_default().into_owned())
        .build();
    let registration = account.phone.registration_id().to_be_bytes().to_vec();
    let mut receipt = NodeBuilder::new("receipt")
        .attr("to", from)
        .attr("id", id)
        .attr("type", "retry");
    if let Some(author) = attr_jid(node, "participant") {
        receipt = receipt.attr("participant", author);
    }
    let receipt = receipt
        .children([
            retry,
            NodeBuilder::new("registration").bytes(registration).build(),
            own_keys(account),
        ])
        .build();
    route::receipt(network, &origin(account), &receipt.as_node_ref()).await?;
    Ok(())
}

fn own_keys(account: &Account) -> Node {
    let bundle = account.phone.take_bundle();
    let bytes = |tag, value| NodeBuilder::new(tag).bytes(value).build();
    let mut parts = vec![bytes("type", vec![5]), bytes("identity", bundle.identity)];
    if let Some(key) = bundle.one_time {
        parts.push(
            NodeBuilder::new("key")
                .children([bytes("id", key.id), bytes("value", key.value)])
                .build(),
        );
    }
    parts.push(
        NodeBuilder::new("skey")
            .children([
                bytes("id", bundle.signed.id),
                bytes("value", bundle.signed.value),
                bytes("signature", bundle.signed.signature),
            ])
            .build(),
    );
    NodeBuilder::new("keys").children(parts).build()
}

async fn receipt(
    network: &Arc<Network>,
    account: &Arc<Account>,
    node: &NodeRef<'_>,
) -> Result<(), SendError> {
    let Some(from) = attr_jid(node, "from") else {
        return Ok(());
    };
    let kind = attr_str(node, "type");
    let group = from.is_group().then(|| from.clone());
    // In a group it is the participant who has received or read.
    let from = attr_jid(node, "participant")
        .filter(|_| group.is_some())
        .unwrap_or(from);
    let more = child(node, "list").map(nodes).unwrap_or_default();
    let ids = attr_str(node, "id")
        .into_iter()
        .chain(more.iter().filter_map(|item| attr_str(item, "id")));
    for id in ids {
        let mut entry = Entry::new(Kind::Receipt, from.to_string(), id.into_owned());
        entry.chat = group.as_ref().map(ToString::to_string);
        entry.r#type = Some(kind.as_deref().unwrap_or("delivered").to_owned());
        account.phone.inbox.push(entry, network.clock.now());
    }
    match kind.as_deref() {
        Some("retry") => repeat(network, account, node, &from).await,
        Some("server-error") => {
            reupload::answer(network, account, &from, node);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Encrypts a message again for a device that could not open it.
async fn repeat(
    network: &Arc<Network>,
    account: &Arc<Account>,
    node: &NodeRef<'_>,
    from: &Jid,
) -> Result<(), SendError> {
    let Some(retry) = child(node, "retry") else {
        return Ok(());
    };
    let count: u32 = attr_str(retry, "count")
        .and_then(|count| count.parse().ok())
        .unwrap_or(1);
    let id = attr_str(node, "id").unwrap_or_default();
    let (Some(sent), Some(recipient)) = (account.phone.recall(&id), network.directory.resolve(from)) else {
        return Ok(());
    };
    if count > MOST_RETRIES {
        return Ok(());
    }
    if let Some(group) = network.groups.find(&sent.to.user).filter(|_| sent.to.is_group()) {
        return group::repeat(
            network,
            account,
            &group,
            &recipient,
            from,
            &sent.message,
            &sent.id,
        )
        .await;
    }
    account
        .phone
        .signal
        .lock()
        .await
        .drop_session(&session_address(&recipient, from.device));
    let own = recipient.pn == account.pn;
    let message = if own {
        wacore::messages::wrap_device_sent((*sent.message).clone(), sent.to.to_string())
    } else {
        (*sent.message).clone()
    };
    let stanza = NodeBuilder::new("message")
        .attr("id", sent.id)
        .attr("type", "text");
    send::send_direct(network, account, &recipient, from, &message, stanza).await
}

/// Gives a newly linked device the key to the account's app state, and the conversations.
async fn provision(network: &Arc<Network>, account: &Arc<Account>, device: u16) -> Result<(), SendError> {
    // Before the key, which is what a device waits for until it reads.
    if let Err(error) = app_state::introduce(network, account) {
        tracing::warn!(%error, "a phone could not write its name into app state");
    }
    share_key(network, account, device).await?;
    history::transfer(network, account, device).await
}

async fn share_key(network: &Arc<Network>, account: &Arc<Account>, device: u16) -> Result<(), SendError> {
    let message = content::app_state_key_share(&account.phone.keys().app_state, network.clock.now());
    history::send_peer(network, account, device, &message).await
}

/// Somebody came, left, or is typing.
fn presence(network: &Network, account: &Account, kind: Kind, node: &NodeRef<'_>) {
    let Some(from) = attr_jid(node, "from") else {
        return;
    };
    let state = nodes(node).first();
    let word = match (kind, state) {
        (Kind::Chatstate, Some(state)) if attr_str(state, "media").as_deref() == Some("audio") => {
            "recording".into()
        }
        (Kind::Chatstate, Some(state)) => state.tag.to_string(),
        _ => attr_str(node, "type").unwrap_or("available".into()).into_owned(),
    };
    let member = attr_jid(node, "participant").filter(|_| from.is_group());
    let mut entry = Entry::new(kind, member.as_ref().unwrap_or(&from).to_string(), String::new());
    entry.chat = member.map(|_| from.to_string());
    entry.r#type = Some(word);
    account.phone.inbox.push(entry, network.clock.now());
}
