use std::sync::Arc;

use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde::Serialize;
use serde_json::{Value, json};

use super::Error;
use crate::{
    network::Network,
    phone::scripts::{BUILT_IN, ScriptName},
};

#[derive(Serialize)]
pub(super) struct View {
    name: ScriptName,
    about: String,
}

pub(super) async fn list(State(network): State<Arc<Network>>) -> Json<Vec<View>> {
    let scripts = network.scripts.list().into_iter();
    Json(scripts.map(|(name, about)| View { name, about }).collect())
}

/// The built-in file, to learn from and to start from.
pub(super) async fn built_in() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/toml")], BUILT_IN)
}

/// Takes a file of scripts and phones: all of it, or nothing if there is anything wrong with it.
pub(super) async fn put(State(network): State<Arc<Network>>, text: String) -> Result<Json<Value>, Error> {
    let file = network.scripts.parse(&text).map_err(Error::bad_request)?;
    let scripts: Vec<_> = file.scripts.keys().cloned().collect();
    let phones: Vec<_> = file.phones.iter().map(|phone| phone.pn.clone()).collect();
    network.apply(file).map_err(Error::conflict)?;
    Ok(Json(json!({ "scripts": scripts, "phones": phones })))
}
