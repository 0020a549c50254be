//! Requests to the server, one file per group of namespaces.
//!
//! The table below is the whole of it: what is not listed is answered with error 501 and counted,
//! because a request without any answer would block its caller.

mod appstate;
mod channel;
mod companion;
mod groups;
mod keys;
mod media;
mod mex;
mod privacy;
mod profile;
mod request;
mod session;
mod trust;
mod usync;

pub(crate) use request::{Refusal, Request, error, error_with, is_answer, result};

use request::{Answer, Then};
use wacore_binary::NodeRef;

use crate::{
    conn::Peer,
    route,
    wire::{Stanza, attr_str},
};

/// The address of the server itself.
pub(crate) const SERVER: &str = "s.whatsapp.net";

type Handler = fn(&Request<'_>) -> Answer;

/// Namespace, type, name of the first child (`*` for any or none) and who answers.
const TABLE: &[(&str, &str, &str, Handler)] = &[
    ("encrypt", "get", "count", keys::count),
    ("encrypt", "get", "digest", keys::digest),
    ("encrypt", "get", "key", keys::fetch),
    ("encrypt", "set", "rotate", keys::rotate),
    ("encrypt", "set", "*", keys::upload),
    ("usync", "get", "usync", usync::query),
    ("passive", "set", "active", session::active),
    ("passive", "set", "passive", session::empty),
    ("abt", "get", "*", session::props),
    ("w", "get", "props", session::props),
    ("w:p", "get", "*", session::ping),
    ("urn:xmpp:ping", "get", "*", session::ping),
    ("urn:xmpp:whatsapp:dirty", "set", "*", session::empty),
    ("w:m", "set", "media_conn", media::connection),
    ("w:m", "get", "media_conn", media::connection),
    ("privacy", "get", "privacy", privacy::settings),
    ("privacy", "set", "privacy", privacy::set),
    ("privacy", "set", "tokens", trust::give_tokens),
    ("blocklist", "get", "*", privacy::blocklist),
    ("blocklist", "set", "item", privacy::block),
    ("disappearing_mode", "set", "*", privacy::disappearing),
    ("status", "get", "*", profile::about),
    ("status", "set", "*", profile::set_about),
    ("w:profile:picture", "get", "*", profile::picture),
    ("w:profile:picture", "set", "*", profile::set_picture),
    ("w:biz", "get", "business_profile", profile::business),
    ("w:sync:app:state", "set", "sync", appstate::sync),
    ("md", "set", "remove-companion-device", companion::remove),
    ("w:mex", "get", "query", mex::query),
    ("newsletter", "get", "messages", channel::messages),
    ("newsletter", "get", "message_updates", channel::updates),
    ("newsletter", "get", "my_addons", channel::my_addons),
    ("newsletter", "set", "live_updates", channel::live_updates),
    ("w:g2", "set", "create", groups::create),
    ("w:g2", "get", "query", groups::query),
    ("w:g2", "get", "participating", groups::participating),
    ("w:g2", "get", "pictures", groups::pictures),
    ("w:g2", "set", "ack", groups::acknowledge),
    ("w:g2", "set", "add", groups::change),
    ("w:g2", "set", "remove", groups::change),
    ("w:g2", "set", "promote", groups::change),
    ("w:g2", "set", "demote", groups::change),
    ("w:g2", "set", "leave", groups::leave),
    ("w:g2", "set", "subject", groups::subject),
    ("w:g2", "set", "description", groups::description),
    ("w:g2", "get", "invite", groups::info),
    ("w:g2", "set", "invite", groups::invite),
    ("w:g2", "set", "accept", groups::accept),
    ("w:g2", "set", "revoke", groups::revoke),
    (
        "w:g2",
        "get",
        "membership_approval_requests",
        groups::membership_requests,
    ),
    (
        "w:g2",
        "set",
        "membership_requests_action",
        groups::membership_requests_action,
    ),
    (
        "w:g2",
        "set",
        "cancel_membership_requests",
        groups::cancel_requests,
    ),
    ("w:g2", "set", "links", groups::links),
    ("w:g2", "set", "unlink", groups::unlink),
    ("w:g2", "set", "delete_parent", groups::delete_parent),
    ("w:g2", "get", "query_linked", groups::query_linked),
    ("w:g2", "set", "join_linked_group", groups::join_linked_group),
    (
        "w:g2",
        "get",
        "linked_groups_participants",
        groups::linked_groups_participants,
    ),
    // What is left in this namespace are switches.
    ("w:g2", "set", "*", groups::setting),
];

/// Answers one request.
pub(crate) async fn handle(peer: &Peer, node: &NodeRef<'_>) {
    if is_answer(node) {
        return;
    }
    let request = Request::new(peer, node);
    let xmlns = attr_str(node, "xmlns").unwrap_or_default();
    let kind = attr_str(node, "type").unwrap_or_default();
    let child = request.child().map(|child| &*child.tag).unwrap_or_default();
    let handler = TABLE
        .iter()
        .find(|row| row.0 == xmlns && row.1 == kind && (row.2 == "*" || row.2 == child))
        .map(|row| row.3);
    let answer = handler.map_or_else(
        || {
            peer.network.stats.unknown(&["iq", &xmlns, &kind, child]);
            Answer::from(Refusal {
                code: 501,
                text: "feature-not-implemented",
            })
        },
        |handler| handler(&request),
    );
    peer.reply(request.reply(answer.body)).await;
    match answer.then {
        Then::Nothing => {}
        Then::OpenMailbox => {
            peer.mailbox.open(peer.link.id());
            if let Some(dirty) = appstate::dirty(&peer.origin, peer.network.clock.now()) {
                peer.reply(Stanza::encode(&dirty)).await;
            }
        }
        Then::KeysUploaded => route::keys_uploaded(&peer.network, &peer.origin),
        Then::Unlink(device) => route::unlink(&peer.network, &peer.origin.account, device),
    }
}
