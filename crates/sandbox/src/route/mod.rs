//! Carrying stanzas between devices. The rewriting of addresses happens here and nowhere else.

mod call;
mod channel;
mod deliver;
mod devices;
mod group_message;
mod group_notification;
mod group_receipt;
mod media_retry;
mod message;
mod notify;
mod presence;
mod profile;
mod receipt;
mod status;
mod trust;

use std::sync::Arc;

pub(crate) use call::route as call;
pub(crate) use channel::{
    News as ChannelNews, Refused as ChannelRefused, counted as counted_post, publish, react as react_to_post,
    revoke as revoke_post, tell as tell_channel_news, tell_update as tell_channel_update,
};
pub(crate) use devices::{announce_device, ask_for_keys, identity_changed, keys_uploaded, unlink};
pub(crate) use group_notification::{GROUP_NEWS, group_notification};
pub(crate) use media_retry::media_retry;
pub(crate) use message::route as message;
pub(crate) use notify::{Hearers, app_state_changed, tell};
pub(crate) use presence::{chatstate, presence, set_available, watch};
pub(crate) use profile::{picture_owner, set_about, set_blocked, set_picture};
pub(crate) use receipt::{ack, route as receipt};
pub(crate) use trust::issue_token;

use crate::state::Account;

/// The device a stanza comes from; 0 is the phone.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) account: Arc<Account>,
    pub(crate) device: u16,
}
