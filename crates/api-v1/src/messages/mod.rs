//! Messages.

mod compose;
mod failure;
mod get;
mod list;
mod media;
mod operate;
mod options;
mod result;
mod send;
mod view;

use http::StatusCode;
use serde_json::json;
use wagon_domain::Capability::Read;
use wagon_http_kit::BodyLimit;

use crate::openapi::{Api, op};

pub(crate) use failure::Failure;
pub(crate) use view::View;

/// A send carries its media in the body: 64 MiB, as base64.
const SEND_BODY: BodyLimit = BodyLimit(88 * 1024 * 1024);
const KEY_REUSED: &str = "The `Idempotency-Key` was used for another request.";
const CHANGED: &str = "The message was deleted or is too old, its poll has ended, or the `Idempotency-Key` was used for another request.";

pub(crate) fn routes(api: Api) -> Api {
    api.about("Messages", "Sending, and what can be done about a message.")
        .post(
            "/sessions/{session}/messages",
            send::handler,
            op("sendMessage", "Sends")
                .limit(SEND_BODY)
                .live()
                .conflict(KEY_REUSED),
        )
        .get(
            "/sessions/{session}/messages/{mid}",
            get::handler,
            op("getMessage", "A message by its WhatsApp id").needs(Read),
        )
        .patch(
            "/sessions/{session}/messages/{mid}",
            operate::handler::<operate::Edit>,
            op("editMessage", "Edits an own message, for 15 minutes")
                .live()
                .conflict(CHANGED),
        )
        .delete(
            "/sessions/{session}/messages/{mid}",
            operate::handler::<operate::Revoke>,
            op("revokeMessage", "Deletes a message for everyone, for 60 hours")
                .live()
                .conflict(CHANGED),
        )
        .get(
            "/sessions/{session}/messages/{mid}/media",
            media::handler,
            op("getMedia", "The file of a message")
                .needs(Read)
                .live()
                .answers(StatusCode::OK, "The file.", "*/*", &json!({}))
                .answers(
                    StatusCode::PARTIAL_CONTENT,
                    "The range that was asked for.",
                    "*/*",
                    &json!({}),
                )
                .refused(
                    StatusCode::GONE,
                    "The media is gone from WhatsApp and from the phone.",
                ),
        )
        .post(
            "/sessions/{session}/messages/{mid}/reaction",
            operate::handler::<operate::React>,
            op("react", "Reacts to a message").live().conflict(CHANGED),
        )
        .delete(
            "/sessions/{session}/messages/{mid}/reaction",
            operate::handler::<operate::Unreact>,
            op("unreact", "Takes a reaction back").live().conflict(CHANGED),
        )
        .post(
            "/sessions/{session}/messages/{mid}/forward",
            operate::handler::<operate::Forward>,
            op(
                "forwardMessage",
                "Sends a stored message once more, to somebody else",
            )
            .live()
            .conflict(CHANGED),
        )
        .post(
            "/sessions/{session}/messages/{mid}/vote",
            operate::handler::<operate::Vote>,
            op(
                "vote",
                "Votes in a poll: replaces an earlier vote, none clears it",
            )
            .live()
            .conflict(CHANGED),
        )
        .get(
            "/sessions/{session}/chats/{cid}/messages",
            list::handler,
            op("listChatMessages", "The messages of a chat, newest first").needs(Read),
        )
}
