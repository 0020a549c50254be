use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;

use super::{Error, accounts::find};
use crate::{network::Network, phone::Spoken};

/// Messages shown of a chat.
const SHOWN: usize = 100;

#[derive(Serialize)]
pub(super) struct View {
    chat: String,
    name: Option<String>,
    /// The latest ones, oldest first.
    messages: Vec<Spoken>,
}

/// The conversations of a phone, the one with the latest message first.
pub(super) async fn list(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
) -> Result<Json<Vec<View>>, Error> {
    let account = find(&network, &pn)?;
    let conversations = account.phone.book.spoken(SHOWN).into_iter();
    let mut views: Vec<_> = conversations
        .map(|(chat, messages)| View {
            name: name_of(&network, &chat),
            chat,
            messages,
        })
        .collect();
    views.sort_by_key(|view| std::cmp::Reverse(view.messages.last().map(|last| last.t)));
    Ok(Json(views))
}

fn name_of(network: &Network, chat: &str) -> Option<String> {
    let account = network.directory.resolve(&chat.parse().ok()?)?;
    account.settings.name()
}
