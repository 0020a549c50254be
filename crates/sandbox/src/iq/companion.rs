//! `md`: a linked device leaves, or puts another one out.

use super::request::{Answer, Refusal, Request, Then};
use crate::wire::attr_jid;

pub(super) fn remove(request: &Request<'_>) -> Answer {
    let own = &request.peer.origin.account;
    let jid = request.child().and_then(|remove| attr_jid(remove, "jid"));
    let Some(jid) = jid else {
        return Refusal::BAD_REQUEST.into();
    };
    let mine = request
        .peer
        .network
        .directory
        .resolve(&jid)
        .is_some_and(|account| account.pn == own.pn);
    if !mine || own.with_device(jid.device, |_| ()).is_none() {
        return Refusal::NOT_FOUND.into();
    }
    Answer::empty().then(Then::Unlink(jid.device))
}
