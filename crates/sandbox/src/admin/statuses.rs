use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Body, Error,
    accounts::find,
    phones::{address, send_error},
};
use crate::{network::Network, phone};

#[derive(Deserialize)]
pub(super) struct Request {
    text: String,
    id: Option<String>,
    /// Whoever the account knows, unless given.
    audience: Option<Vec<String>>,
}

pub(super) async fn show(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<Request>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let account = find(&network, &pn)?;
    let audience = if let Some(named) = request.audience {
        let people = named.iter().map(|person| {
            let found = network.directory.resolve(&address(person)?);
            found.ok_or_else(|| Error::not_found("account in the audience"))
        });
        people.collect::<Result<Vec<_>, _>>()?
    } else {
        let known = account.contacts();
        known
            .iter()
            .filter_map(|pn| network.directory.by_pn(pn))
            .collect()
    };
    let id = phone::show(&network, &account, &audience, request.text, request.id)
        .await
        .map_err(send_error)?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}
