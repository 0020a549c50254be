//! Messages.

mod bulk;
mod click_button;
mod delete;
mod edit;
mod forward;
mod history;
mod idempotency;
mod kind;
mod list;
mod media;
mod operate;
mod path;
mod pin;
mod react;
mod reactions;
mod reply;
mod result;
mod send;
mod send_contact;
mod send_location;
mod send_media;
mod send_poll;
mod send_text;
mod star;
mod view;
mod vote_poll;

use http::StatusCode;
use serde_json::json;
use wagon_http_kit::BodyLimit;

use self::click_button::ClickButton;
use self::edit::Edit;
use self::forward::Forward;
pub(crate) use self::idempotency::key as idempotency_key;
pub(crate) use self::kind::name_of as kind_name;
use self::operate::handler as operate;
use self::pin::{Pin, Unpin};
use self::react::React;
use self::reply::Reply;
pub(crate) use self::result::View as SentView;
pub(crate) use self::send::Limits;
use self::send::handler as send;
use self::send_contact::SendContact;
use self::send_location::SendLocation;
use self::send_media::{Audio, Document, Image, SendMedia, Sticker, Video};
use self::send_poll::SendPoll;
use self::send_text::SendText;
use self::vote_poll::VotePoll;

use crate::openapi::{Api, op};

/// The routes below `/sessions/{id}/messages`.
pub(crate) fn routes(api: Api, files: BodyLimit) -> Api {
    api.about("Messages", "Messages: sent, changed, and read again.")
        .post(
            "/sessions/{id}/messages/send-image",
            send::<SendMedia<Image>>,
            op("sendImage", "Sends an image").limit(files),
        )
        .post(
            "/sessions/{id}/messages/send-video",
            send::<SendMedia<Video>>,
            op("sendVideo", "Sends a video").limit(files),
        )
        .post(
            "/sessions/{id}/messages/send-audio",
            send::<SendMedia<Audio>>,
            op("sendAudio", "Sends a sound or a voice note").limit(files),
        )
        .post(
            "/sessions/{id}/messages/send-document",
            send::<SendMedia<Document>>,
            op("sendDocument", "Sends a document").limit(files),
        )
        .post(
            "/sessions/{id}/messages/send-sticker",
            send::<SendMedia<Sticker>>,
            op("sendSticker", "Sends a sticker").limit(files),
        )
        .post(
            "/sessions/{id}/messages/send-bulk",
            bulk::send_bulk,
            op("sendBulk", "Starts a batch").limit(files),
        )
        .get(
            "/sessions/{id}/messages",
            list::handler,
            op("listMessages", "Stored messages"),
        )
        .get(
            "/sessions/{id}/messages/{chat}/history",
            history::handler,
            op("listHistory", "Messages of a chat, newest first"),
        )
        .get(
            "/sessions/{id}/messages/{chat}/{message}/reactions",
            reactions::handler,
            op("listReactions", "Reactions to a message"),
        )
        .get(
            "/sessions/{id}/messages/{chat}/{message}/media",
            media::handler,
            op("getMedia", "The file of a message").answers(StatusCode::OK, "The file", "*/*", &json!({})),
        )
        .get(
            "/sessions/{id}/messages/batch/{batch}",
            bulk::status,
            op("getBatch", "How far a batch is, with each recipient"),
        )
        .post(
            "/sessions/{id}/messages/batch/{batch}/cancel",
            bulk::cancel,
            op("cancelBatch", "Stops a batch"),
        )
        .post(
            "/sessions/{id}/messages/send-text",
            send::<SendText>,
            op("sendText", "Sends a text"),
        )
        .post(
            "/sessions/{id}/messages/send-location",
            send::<SendLocation>,
            op("sendLocation", "Sends a place"),
        )
        .post(
            "/sessions/{id}/messages/send-contact",
            send::<SendContact>,
            op("sendContact", "Sends a contact card"),
        )
        .post(
            "/sessions/{id}/messages/send-poll",
            send::<SendPoll>,
            op("sendPoll", "Sends a poll"),
        )
        .post(
            "/sessions/{id}/messages/reply",
            send::<Reply>,
            op("reply", "Answers a message"),
        )
        .post(
            "/sessions/{id}/messages/forward",
            operate::<Forward>,
            op("forwardMessage", "Forwards a message with its file"),
        )
        .post(
            "/sessions/{id}/messages/react",
            operate::<React>,
            op("react", "Reacts, or takes the reaction back"),
        )
        .post(
            "/sessions/{id}/messages/edit",
            operate::<Edit>,
            op("editMessage", "Changes the words of an own message"),
        )
        .post(
            "/sessions/{id}/messages/vote-poll",
            operate::<VotePoll>,
            op("votePoll", "Votes in a poll, or takes the vote back"),
        )
        .post(
            "/sessions/{id}/messages/pin",
            operate::<Pin>,
            op("pinMessage", "Pins a message for everyone"),
        )
        .post(
            "/sessions/{id}/messages/unpin",
            operate::<Unpin>,
            op("unpinMessage", "Lets a pinned message go"),
        )
        .post(
            "/sessions/{id}/messages/star",
            star::handler,
            op(
                "starMessage",
                "Stars a message on all devices of the account, or not",
            ),
        )
        .post(
            "/sessions/{id}/messages/click-button",
            operate::<ClickButton>,
            op("clickButton", "Presses a button of a message"),
        )
        .post(
            "/sessions/{id}/messages/delete",
            delete::handler,
            op(
                "deleteMessage",
                "Deletes a message, for everyone or for the account alone",
            ),
        )
}
