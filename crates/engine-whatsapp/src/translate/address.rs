//! Addresses: the library's JIDs and ours, and which of a person's two names a chat.

use wacore_binary::Jid as WaJid;
use wagon_domain::message::Chat;
use wagon_domain::{Jid, Server};
use whatsapp_rust::Client;

/// Our form of a library JID. `None` for address spaces that Wagon has no use for, such as bots.
pub(crate) fn to_domain(jid: &WaJid) -> Option<Jid> {
    let text = jid.to_string();
    // Hosted devices are the same people on a business cloud.
    let text = match text.split_once('@') {
        Some((user, "hosted")) => format!("{user}@s.whatsapp.net"),
        Some((user, "hosted.lid")) => format!("{user}@lid"),
        _ => text,
    };
    text.parse().ok()
}

/// The library's form of our JID.
pub(crate) fn to_wa(jid: &Jid) -> Option<WaJid> {
    jid.to_string().parse().ok()
}

/// The account's device address, with its device number.
pub(crate) fn own_device(jid: Option<&WaJid>) -> Option<Jid> {
    jid.and_then(to_domain)
}

/// The chat that `jid` names: its phone JID when that is known, from `other` or from the mappings
/// the client has learnt, else its LID.
pub(crate) async fn chat_of(client: &Client, jid: &WaJid, other: Option<&WaJid>) -> Option<Chat> {
    let this = to_domain(jid)?.bare();
    if !this.is_person() {
        return Some(Chat {
            jid: this,
            alias: None,
        });
    }
    let other = match other.and_then(to_domain).map(|other| other.bare()) {
        Some(other) if other.is_person() && other.server() != this.server() => Some(other),
        _ => counterpart(client, jid).await,
    };
    Some(match (this.server(), other) {
        (Server::Lid, Some(phone)) => Chat {
            jid: phone,
            alias: Some(this),
        },
        (_, alias) => Chat { jid: this, alias },
    })
}

/// The same person's address in the other space, if the client knows it.
pub(super) async fn counterpart(client: &Client, jid: &WaJid) -> Option<Jid> {
    // A failed look-up is no different from not knowing: the address we have is a valid one.
    let entry = client.get_lid_pn_entry(jid).await.ok().flatten()?;
    let text = if jid.is_lid() {
        format!("{}@s.whatsapp.net", entry.phone_number)
    } else {
        format!("{}@lid", entry.lid)
    };
    text.parse().ok()
}
