//! The admin API: how tests and people steer the network.

mod accounts;
mod body;
mod calls;
mod channels;
mod chats;
mod clock;
mod devices;
mod error;
mod export;
mod faults;
mod groups;
mod media;
mod observe;
mod pairing;
mod phones;
mod profile;
mod scripts;
mod statuses;
mod sync;
mod trust;

use std::sync::Arc;

use axum::{
    Router,
    routing::{delete, get, patch, post, put},
};

use crate::network::Network;
use body::Body;
use error::Error;

pub(crate) fn router(network: &Arc<Network>) -> Router {
    Router::new()
        .route("/admin/trust", get(observe::trust))
        .route("/admin/stats", get(observe::stats))
        .route("/admin/trace", get(observe::trace))
        .route("/admin/trace/live", get(observe::trace_live))
        .route("/admin/export", get(export::export))
        .route("/admin/accounts", post(accounts::create).get(accounts::list))
        .route("/admin/accounts/{pn}", get(accounts::show))
        .route("/admin/accounts/{pn}/devices/{device}", delete(devices::unlink))
        .route(
            "/admin/accounts/{pn}/devices/{device}/keys",
            delete(devices::exhaust_keys),
        )
        .route("/admin/mock-phone/scan-qr", post(pairing::scan_qr))
        .route("/admin/pairing/refs", post(pairing::mint))
        .route("/admin/pairing/refs/{reference}", get(pairing::poll))
        .route("/admin/pairing/refs/{reference}/confirm", post(pairing::confirm))
        .route("/admin/pairing/refs/{reference}/code", post(pairing::make_code))
        .route("/admin/pairing/code", post(pairing::enter_code))
        .route("/admin/phones/{pn}/messages", post(phones::send_message))
        .route("/admin/phones/{pn}/media/{id}", get(media::download))
        .route("/admin/phones/{pn}/expire-media", post(media::expire))
        .route("/admin/media/rotate-auth", post(media::rotate_auth))
        .route("/admin/phones/{pn}/receipts", post(phones::send_receipts))
        .route("/admin/phones/{pn}/presence", post(phones::set_presence))
        .route("/admin/phones/{pn}/chatstate", post(phones::send_chatstate))
        .route("/admin/phones/{pn}/watch", post(phones::watch))
        .route(
            "/admin/phones/{pn}/profile",
            get(profile::show).patch(profile::change),
        )
        .route(
            "/admin/phones/{pn}/picture",
            put(profile::set_picture).delete(profile::remove_picture),
        )
        .route("/admin/phones/{pn}/block", post(profile::block))
        .route(
            "/admin/phones/{pn}/app-state",
            get(sync::app_state).post(sync::change),
        )
        .route("/admin/phones/{pn}/history", post(sync::add_history))
        .route("/admin/phones/{pn}/history-sync", post(sync::transfer))
        .route("/admin/phones/{pn}/script", put(phones::set_script))
        .route("/admin/phones/{pn}/online", put(phones::set_online))
        .route("/admin/phones/{pn}/reinstall", post(phones::reinstall))
        .route("/admin/phones/{pn}/inbox", get(phones::inbox))
        .route("/admin/phones/{pn}/chats", get(chats::list))
        .route("/admin/phones/{pn}/status", post(statuses::show))
        .route("/admin/phones/{pn}/calls", post(calls::place))
        .route("/admin/phones/{pn}/calls/{id}/{reply}", post(calls::reply))
        .route("/admin/phones/{pn}/tokens", post(trust::give_token))
        .route(
            "/admin/accounts/{pn}/limits",
            get(trust::limits).put(trust::set_limits),
        )
        .route("/admin/channels", post(channels::create).get(channels::list))
        .route("/admin/channels/{jid}", get(channels::show))
        .route(
            "/admin/phones/{pn}/channels/{jid}",
            put(channels::follow).delete(channels::unfollow),
        )
        .route("/admin/phones/{pn}/channels/{jid}/posts", post(channels::post))
        .route(
            "/admin/phones/{pn}/channels/{jid}/posts/{id}",
            delete(channels::revoke),
        )
        .route(
            "/admin/phones/{pn}/channels/{jid}/reactions",
            post(channels::react),
        )
        .route("/admin/groups", get(groups::list))
        .route("/admin/groups/{id}", get(groups::show))
        .route("/admin/phones/{pn}/groups", post(groups::create))
        .route("/admin/phones/{pn}/groups/join", post(groups::join))
        .route("/admin/phones/{pn}/groups/{id}", patch(groups::change))
        .route("/admin/phones/{pn}/groups/{id}/members", post(groups::members))
        .route("/admin/phones/{pn}/groups/{id}/leave", post(groups::leave))
        .route(
            "/admin/phones/{pn}/groups/{id}/invite",
            get(groups::invite).delete(groups::revoke_invite),
        )
        .route("/admin/scripts", get(scripts::list).put(scripts::put))
        .route("/admin/scripts/built-in", get(scripts::built_in))
        .route("/admin/faults", post(faults::add).get(faults::list))
        .route("/admin/faults/{id}", get(faults::show).delete(faults::remove))
        .route("/admin/clock", get(clock::show).post(clock::set))
        .route("/admin/reset", post(faults::reset))
        .with_state(Arc::clone(network))
}
