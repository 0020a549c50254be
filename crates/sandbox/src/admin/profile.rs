//! What the user of a phone shows of themselves, and to whom.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, Error, accounts::find, phones::address};
use crate::{
    network::Network,
    phone::{self, Change},
    route::{self, Origin},
    state::{Account, Business, Space},
};

pub(super) async fn show(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
) -> Result<Json<Value>, Error> {
    Ok(Json(view(&network, &*find(&network, &pn)?)))
}

fn view(network: &Network, account: &Account) -> Value {
    let settings = &account.settings;
    let picture = network.directory.pictures.get(&account.jid(Space::Pn, 0));
    json!({
        "name": settings.name(),
        "about": settings.about(),
        "picture": picture.map(|picture| json!({ "id": picture.id, "bytes": picture.image.len() })),
        "privacy": settings.privacy(),
        "blocked": settings.blocked(),
        "disappearing": settings.disappearing().0,
        "business": settings.business(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ProfileRequest {
    name: Option<String>,
    about: Option<String>,
    /// Seconds after which messages of new chats vanish.
    disappearing: Option<u32>,
    business: Option<Business>,
    #[serde(default)]
    privacy: std::collections::BTreeMap<String, String>,
}

pub(super) async fn change(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<ProfileRequest>,
) -> Result<Json<Value>, Error> {
    let account = find(&network, &pn)?;
    if let Some(name) = request.name {
        phone::write(&network, &account, Change::PushName { name }).map_err(Error::conflict)?;
    }
    if let Some(about) = request.about {
        route::set_about(&network, &origin(&account), &about);
    }
    if let Some(seconds) = request.disappearing {
        account.settings.set_disappearing(seconds, network.clock.now());
    }
    if request.business.is_some() {
        account.settings.set_business(request.business);
    }
    for (name, value) in request.privacy {
        account.settings.set_privacy(&name, &value);
    }
    network.persistence.touch();
    Ok(Json(view(&network, &account)))
}

pub(super) async fn set_picture(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    image: Bytes,
) -> Result<Json<Value>, Error> {
    let account = find(&network, &pn)?;
    if image.is_empty() {
        return Err(Error::bad_request("the body is the picture, and it is empty"));
    }
    let id = route::set_picture(&network, &origin(&account), Some(image));
    Ok(Json(json!({ "id": id })))
}

pub(super) async fn remove_picture(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
) -> Result<StatusCode, Error> {
    route::set_picture(&network, &origin(&find(&network, &pn)?), None);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BlockRequest {
    jid: String,
    blocked: bool,
}

pub(super) async fn block(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<BlockRequest>,
) -> Result<StatusCode, Error> {
    let account = find(&network, &pn)?;
    let other = network
        .directory
        .resolve(&address(&request.jid)?)
        .ok_or_else(|| Error::not_found("account"))?;
    route::set_blocked(&network, &origin(&account), &other, request.blocked);
    Ok(StatusCode::NO_CONTENT)
}

fn origin(account: &Arc<Account>) -> Origin {
    Origin {
        account: Arc::clone(account),
        device: 0,
    }
}
