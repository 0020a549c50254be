//! Channels.

mod act;
mod create;
mod messages;
mod path;

use wagon_domain::Capability::Send;

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Channels", "Channels.")
        .post(
            "/sessions/{session}/channels",
            create::handler,
            op("createChannel", "Makes a channel").live(),
        )
        .post(
            "/sessions/{session}/channels/{channel}:follow",
            act::follow,
            op("followChannel", "Follows a channel").live(),
        )
        .post(
            "/sessions/{session}/channels/{channel}:unfollow",
            act::unfollow,
            op("unfollowChannel", "Follows it no longer").live(),
        )
        .post(
            "/sessions/{session}/channels/{channel}:mute",
            act::mute,
            op("muteChannel", "Mutes a channel, or lets it be heard").live(),
        )
        .get(
            "/sessions/{session}/channels/{channel}/messages",
            messages::handler,
            op(
                "listChannelMessages",
                "Its messages, newest first, also from before the account followed it",
            )
            .needs(Send),
        )
}
