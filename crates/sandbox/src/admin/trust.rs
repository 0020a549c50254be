use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, Error, accounts::find, phones::address};
use crate::{keys, network::Network, route, state::Limits};

pub(super) async fn limits(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
) -> Result<Json<Value>, Error> {
    let account = find(&network, &pn)?;
    let mut view = json!(account.trust.limits());
    view["chatTokenSalt"] = keys::encode_base64(&account.trust.salt()).into();
    Ok(Json(view))
}

pub(super) async fn set_limits(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(limits): Body<Limits>,
) -> Result<StatusCode, Error> {
    find(&network, &pn)?.trust.set_limits(limits);
    network.persistence.touch();
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct TokenRequest {
    to: String,
}

pub(super) async fn give_token(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<TokenRequest>,
) -> Result<StatusCode, Error> {
    let issuer = find(&network, &pn)?;
    let to = network
        .directory
        .resolve(&address(&request.to)?)
        .ok_or_else(|| Error::not_found("account to trust"))?;
    route::issue_token(&network, &issuer, &to);
    Ok(StatusCode::NO_CONTENT)
}
