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

use axum::routing::{get, post};
use axum::{Extension, Router};
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
use crate::state::State;

/// What a body has beside its files.
const WORDS: usize = 1024 * 1024;

/// The routes below `/sessions/{id}/messages`.
pub(crate) fn routes(state: &State) -> Router<State> {
    // Base64 makes four characters of three bytes.
    let files = Extension(BodyLimit(state.media_limit.div_ceil(3) * 4 + WORDS));
    let at = |route: &str| format!("/sessions/{{id}}/messages/{route}");
    Router::new()
        .route(&at("send-image"), post(send::<SendMedia<Image>>))
        .route(&at("send-video"), post(send::<SendMedia<Video>>))
        .route(&at("send-audio"), post(send::<SendMedia<Audio>>))
        .route(&at("send-document"), post(send::<SendMedia<Document>>))
        .route(&at("send-sticker"), post(send::<SendMedia<Sticker>>))
        .route(&at("send-bulk"), post(bulk::send_bulk))
        .layer(files)
        .route("/sessions/{id}/messages", get(list::handler))
        .route(&at("{chat}/history"), get(history::handler))
        .route(&at("{chat}/{message}/reactions"), get(reactions::handler))
        .route(&at("{chat}/{message}/media"), get(media::handler))
        .route(&at("batch/{batch}"), get(bulk::status))
        .route(&at("batch/{batch}/cancel"), post(bulk::cancel))
        .route(&at("send-text"), post(send::<SendText>))
        .route(&at("send-location"), post(send::<SendLocation>))
        .route(&at("send-contact"), post(send::<SendContact>))
        .route(&at("send-poll"), post(send::<SendPoll>))
        .route(&at("reply"), post(send::<Reply>))
        .route(&at("forward"), post(operate::<Forward>))
        .route(&at("react"), post(operate::<React>))
        .route(&at("edit"), post(operate::<Edit>))
        .route(&at("vote-poll"), post(operate::<VotePoll>))
        .route(&at("pin"), post(operate::<Pin>))
        .route(&at("unpin"), post(operate::<Unpin>))
        .route(&at("click-button"), post(operate::<ClickButton>))
        .route(&at("star"), post(star::handler))
        .route(&at("delete"), post(delete::handler))
}
