//! Tokens that an account gives to people it trusts.

use super::request::{Answer, Refusal, Request};
use crate::{
    route,
    wire::{attr_jid, nodes},
};

/// Tokens that one request can give.
const MOST_TOKENS: usize = 256;

pub(super) fn give_tokens(request: &Request<'_>) -> Answer {
    let wanted = request.child().map(nodes).unwrap_or_default();
    if wanted.len() > MOST_TOKENS {
        return Refusal::BAD_REQUEST.into();
    }
    let network = &request.peer.network;
    let people = wanted
        .iter()
        .filter_map(|token| network.directory.resolve(&attr_jid(token, "jid")?));
    for person in people {
        route::issue_token(network, &request.peer.origin.account, &person);
    }
    Answer::empty()
}
