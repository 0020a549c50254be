//! Channels.

mod change;
mod read;
mod view;

use wagon_services::{Error, Missing};

use crate::access::{AtSession, Family};
use crate::error::{Failure, Refusal};
use crate::openapi::{Api, op};
use crate::path::Path;

const FAMILY: Family = Family::Account;

pub(crate) fn routes(api: Api) -> Api {
    api.about("Channels", "Channels that the account follows or owns.")
        .get(
            "/sessions/{id}/channels",
            read::list,
            op("listChannels", "Channels that the account follows or owns"),
        )
        .post(
            "/sessions/{id}/channels",
            change::create,
            op("createChannel", "Makes a channel"),
        )
        .post(
            "/sessions/{id}/channels/subscribe",
            change::subscribe,
            op("subscribeChannel", "Follows a channel by its invite code"),
        )
        .get(
            "/sessions/{id}/channels/{cid}",
            read::get,
            op("getChannel", "One channel"),
        )
        .delete(
            "/sessions/{id}/channels/{cid}",
            change::unsubscribe,
            op("unsubscribeChannel", "Follows a channel no more"),
        )
        .get(
            "/sessions/{id}/channels/{cid}/messages",
            read::messages,
            op("listChannelMessages", "Messages of a channel, newest first"),
        )
        .post(
            "/sessions/{id}/channels/{cid}/delete",
            change::delete,
            op("deleteChannel", "Ends a channel for everybody"),
        )
        .post(
            "/sessions/{id}/channels/{cid}/mute",
            change::mute,
            op("muteChannel", "Mutes a channel, or lets it be heard again"),
        )
        .post(
            "/sessions/{id}/channels/{cid}/admins/demote",
            change::demote,
            op("demoteChannelAdmin", "Takes the admin role away"),
        )
        .post(
            "/sessions/{id}/channels/{cid}/owner/transfer",
            change::hand_over,
            op("transferChannel", "Gives a channel away"),
        )
}

/// Words a refusal about the channel that the path names.
fn refuse<N>(at: &AtSession<N>, path: &Path, error: Error) -> Failure {
    match error {
        Error::NotFound(Missing::OnWhatsApp) => {
            Refusal::not_found(format!("Channel {} not found", path.text("cid"))).into()
        }
        error => at.refuse(error, FAMILY),
    }
}
