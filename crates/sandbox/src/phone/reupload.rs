//! Uploading media again for a device whose download came too late.

use std::sync::Arc;

use buffa::Message as _;
use wacore::crypto::hkdf_sha256_into;
use wacore_binary::{Jid, Node, NodeRef, builder::NodeBuilder};
use wacore_libsignal::crypto::aes_256_gcm_encrypt;
use waproto::whatsapp::{MediaRetryNotification, media_retry_notification::ResultType};

use super::reading;
use crate::{network::Network, route, state::Account, wire::attr_str};

const KEY_INFO: &[u8] = b"WhatsApp Media Retry Notification";
/// The error of a notification: the phone does not have it.
const NOT_FOUND: u32 = 2;

/// Answers a `server-error` receipt of one of the account's devices.
pub(super) fn answer(network: &Arc<Network>, account: &Arc<Account>, device: &Jid, node: &NodeRef<'_>) {
    let id = attr_str(node, "id").unwrap_or_default();
    let answer = uploaded(network, account, &id)
        .unwrap_or_else(|| NodeBuilder::new("error").attr("code", NOT_FOUND).build());
    route::media_retry(network, account, device.device, &id, answer);
}

/// The new place of a message's media, sealed with the media's own key. `None` if it is lost.
fn uploaded(network: &Network, account: &Account, id: &str) -> Option<Node> {
    let seen = account.phone.seen(id)?;
    let (_, file) = reading::file(seen.base())?;
    let notification = MediaRetryNotification {
        stanza_id: Some(id.to_owned()),
        direct_path: Some(network.media.upload_again(file.direct_path()?)?),
        result: Some(ResultType::SUCCESS),
        ..Default::default()
    };
    let mut key = [0; 32];
    hkdf_sha256_into(file.media_key()?, None, KEY_INFO, &mut key).ok()?;
    let iv: [u8; 12] = rand::random();
    let mut sealed = Vec::new();
    aes_256_gcm_encrypt(
        &key,
        &iv,
        id.as_bytes(),
        &notification.encode_to_vec(),
        &mut sealed,
    )
    .ok()?;
    let bytes = |tag, value: Vec<u8>| NodeBuilder::new(tag).bytes(value).build();
    Some(
        NodeBuilder::new("encrypt")
            .children([bytes("enc_p", sealed), bytes("enc_iv", iv.to_vec())])
            .build(),
    )
}
