//! The routes.

use std::sync::Arc;

use axum::routing::{delete, get, patch, post, put};
use axum::{Extension, Router};
use wagon_http_kit::BodyLimit;

use crate::error::V1;
use crate::state::State;
use crate::{
    admin, audit, auth, calls, channels, chats, contacts, groups, keys, me, messages, organizations, outbox,
    presence, profile, sessions, statuses, ticket, users, webhooks,
};

/// A send carries its media in the body: 64 MiB, as base64.
const SEND_BODY: BodyLimit = BodyLimit(88 * 1024 * 1024);
const BODY: BodyLimit = BodyLimit(1024 * 1024);
/// A profile picture of 1 MiB, as base64.
const PICTURE_BODY: BodyLimit = BodyLimit(2 * 1024 * 1024);
const TICKET_BODY: BodyLimit = BodyLimit(64 * 1024);

/// The dialect, to be nested at `/api/v1`. Routes merged into it share its fallback.
pub fn router(state: State) -> Router {
    let clock = Arc::clone(&state.clock);
    let routes = Router::new()
        .route("/sessions", get(sessions::list).post(sessions::create))
        .route(
            "/sessions/{session}",
            get(sessions::get)
                .patch(sessions::update)
                .delete(sessions::delete)
                .post(sessions::act),
        )
        .route("/sessions/{session}/me", get(sessions::me))
        .route("/sessions/{session}/qr", get(sessions::qr))
        .route("/sessions/{session}/pairing-code", post(sessions::pairing_code))
        .route(
            "/sessions/{session}/messages",
            post(messages::send).layer(Extension(SEND_BODY)),
        )
        .route(
            "/sessions/{session}/messages/{mid}",
            get(messages::get)
                .patch(messages::operate::<messages::Edit>)
                .delete(messages::operate::<messages::Revoke>),
        )
        .route(
            "/sessions/{session}/messages/{mid}/reaction",
            post(messages::operate::<messages::React>).delete(messages::operate::<messages::Unreact>),
        )
        .route(
            "/sessions/{session}/messages/{mid}/forward",
            post(messages::operate::<messages::Forward>),
        )
        .route(
            "/sessions/{session}/messages/{mid}/vote",
            post(messages::operate::<messages::Vote>),
        )
        .route("/sessions/{session}/outbox", get(outbox::list))
        .route(
            "/sessions/{session}/outbox/{oid}",
            get(outbox::get).delete(outbox::cancel),
        )
        .route("/sessions/{session}/messages/{mid}/media", get(messages::media))
        .route("/sessions/{session}/chats", get(chats::list))
        .route("/sessions/{session}/history", get(profile::history))
        .route(
            "/sessions/{session}/profile",
            get(profile::get).patch(profile::change),
        )
        .route(
            "/sessions/{session}/profile/picture",
            put(profile::set_picture)
                .delete(profile::remove_picture)
                .layer(Extension(PICTURE_BODY)),
        )
        .route("/sessions/{session}/presence", put(presence::set_account))
        .route("/sessions/{session}/contacts", get(contacts::list))
        .route("/sessions/{session}/contacts/check", get(contacts::check))
        .route("/sessions/{session}/contacts/blocklist", get(contacts::blocked))
        .route("/sessions/{session}/contacts/{jid}", get(contacts::get))
        .route("/sessions/{session}/contacts/{jid}/about", get(contacts::about))
        .route(
            "/sessions/{session}/contacts/{jid}/picture",
            get(contacts::picture),
        )
        .route("/sessions/{session}/contacts/{jid}/block", post(contacts::block))
        .route(
            "/sessions/{session}/contacts/{jid}/unblock",
            post(contacts::unblock),
        )
        .route(
            "/sessions/{session}/chats/{cid}",
            get(chats::get).patch(chats::change).delete(chats::delete),
        )
        .route("/sessions/{session}/chats/{cid}/read", post(chats::read))
        .route(
            "/sessions/{session}/chats/{cid}/presence",
            get(presence::get).put(presence::show),
        )
        .route("/sessions/{session}/chats/{cid}/messages", get(messages::list))
        .route("/sessions/{session}/channels", post(channels::create))
        .route("/sessions/{session}/channels/{channel}", post(channels::act))
        .route(
            "/sessions/{session}/channels/{channel}/messages",
            get(channels::messages),
        )
        .route("/sessions/{session}/status", post(statuses::post))
        .route("/sessions/{session}/calls/{call}", post(calls::act))
        .route(
            "/sessions/{session}/groups",
            get(groups::list).post(groups::create),
        )
        .route("/sessions/{session}/groups:join", post(groups::join))
        .route(
            "/sessions/{session}/groups/{gid}",
            get(groups::get).patch(groups::update).post(groups::act),
        )
        .route(
            "/sessions/{session}/groups/{gid}/invite",
            get(groups::invite).delete(groups::renew_invite),
        )
        .route(
            "/sessions/{session}/groups/{gid}/members",
            get(groups::members).post(groups::add_members),
        )
        .route(
            "/sessions/{session}/groups/{gid}/members:approve",
            post(groups::approve),
        )
        .route(
            "/sessions/{session}/groups/{gid}/members:requests",
            get(groups::requests),
        )
        .route(
            "/sessions/{session}/groups/{gid}/members/{jid}",
            delete(groups::remove_member),
        )
        .route(
            "/sessions/{session}/groups/{gid}/members/{jid}/promote",
            post(groups::promote),
        )
        .route(
            "/sessions/{session}/groups/{gid}/members/{jid}/demote",
            post(groups::demote),
        )
        .route(
            "/realtime/ticket",
            post(ticket::create).layer(Extension(TICKET_BODY)),
        )
        .route("/webhooks", get(webhooks::list).post(webhooks::create))
        .route(
            "/webhooks/{webhook}",
            get(webhooks::get)
                .patch(webhooks::update)
                .delete(webhooks::delete)
                .post(webhooks::act),
        )
        .route("/webhooks/{webhook}/deliveries", get(webhooks::deliveries))
        .route(
            "/webhooks/{webhook}/deliveries/{delivery}",
            get(webhooks::delivery).post(webhooks::redeliver),
        )
        .merge(identity())
        .layer(Extension(BODY))
        .fallback(wagon_http_kit::route_not_found::<V1>);
    wagon_http_kit::observe::<V1, State>(routes, clock).with_state(state)
}

/// Who is calling, and what they may do.
fn identity() -> Router<State> {
    Router::new()
        .route("/auth/sign-in", post(auth::sign_in))
        .route("/auth/refresh", post(auth::refresh))
        .route("/auth/sign-out", post(auth::sign_out))
        .route("/me", get(me::get).patch(me::update))
        .route("/users", get(users::list).post(users::create))
        .route(
            "/users/{user}",
            get(users::get).patch(users::update).delete(users::delete),
        )
        .route(
            "/organizations",
            get(organizations::list).post(organizations::create),
        )
        .route(
            "/organizations/{organization}",
            get(organizations::get)
                .patch(organizations::update)
                .delete(organizations::delete),
        )
        .route(
            "/organizations/{organization}/members",
            get(organizations::members).post(organizations::add_member),
        )
        .route(
            "/organizations/{organization}/members/{user}",
            patch(organizations::update_member).delete(organizations::remove_member),
        )
        .route("/keys", get(keys::list).post(keys::create))
        .route("/keys/{key}", get(keys::get).delete(keys::delete))
        .route("/audit", get(audit::list))
        .route("/admin/audit", get(admin::audit))
        .route("/admin/organizations", get(admin::organizations))
        .route("/admin/sessions", get(admin::sessions))
        .route("/admin/token-keys:rotate", post(admin::rotate_token_key))
}
