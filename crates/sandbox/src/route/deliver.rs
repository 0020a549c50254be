use std::sync::Arc;

use wacore_binary::{CompactString, Jid};

use crate::{
    network::Network,
    state::{Account, Class, Parcel},
    wire::Stanza,
};

/// Gives a stanza to one device: into its mailbox, or to the phone.
///
/// Returns whether the device exists.
pub(super) fn deliver(account: &Arc<Account>, device: u16, parcel: Parcel) -> bool {
    if device == 0 {
        account.phone.receive(parcel.stanza);
        return true;
    }
    account
        .mailbox(device)
        .map(|mailbox| mailbox.push(parcel))
        .is_some()
}

/// Gives the same stanza to all linked devices but one, and to the phone if wanted.
pub(super) fn deliver_all(account: &Arc<Account>, except: Option<u16>, phone: bool, parcel: &Parcel) {
    for device in account.companions() {
        if Some(device) != except {
            deliver(account, device, parcel.clone());
        }
    }
    if phone && except != Some(0) {
        deliver(account, 0, parcel.clone());
    }
}

/// A parcel from an account.
pub(super) fn parcel(class: Class, id: &str, origin: &CompactString, stanza: Stanza) -> Parcel {
    Parcel {
        class,
        id: id.into(),
        origin: origin.clone(),
        stanza,
    }
}

/// What a confirmation has to name to match a parcel: the sender's account, or the chat's user.
pub(super) fn origin_key(network: &Network, jid: &Jid) -> CompactString {
    network
        .directory
        .resolve(jid)
        .map_or_else(|| jid.user.clone(), |account| account.pn.clone())
}
