use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wacore_binary::Jid;

use super::{Body, Error, observe};
use crate::{
    keys,
    network::Network,
    pairing::{self, CodeError, Linked, ScanError, StoreState},
    route,
    state::SignedKey,
};

/// Longest a caller can be kept waiting.
const LONGEST_WAIT: Duration = Duration::from_mins(2);
/// The push name of a device whose account has no name: without one it would count as half paired.
const DEFAULT_NAME: &str = "Wagon";
/// Pairing codes are shown in two groups.
const CODE_GROUP: usize = 4;

#[derive(Deserialize)]
pub(super) struct ScanQuery {
    account: Option<String>,
}

pub(super) async fn scan_qr(
    State(network): State<Arc<Network>>,
    Query(query): Query<ScanQuery>,
    text: String,
) -> Result<Json<Value>, Error> {
    let addresses = pairing::scan(&network, &text, query.account.as_deref()).map_err(scan_error)?;
    Ok(Json(addresses_view(&addresses)))
}

pub(super) async fn mint(State(network): State<Arc<Network>>) -> (StatusCode, Json<Value>) {
    (
        StatusCode::CREATED,
        Json(json!({ "ref": network.pairing.mint() })),
    )
}

#[derive(Deserialize)]
pub(super) struct PollQuery {
    #[serde(default)]
    wait: u64,
}

#[derive(Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub(super) enum PollView {
    Pending,
    Expired,
    #[serde(rename_all = "camelCase")]
    Scanned {
        pn: String,
        lid: String,
        push_name: String,
        identity: String,
        trust: Value,
    },
}

pub(super) async fn poll(
    State(network): State<Arc<Network>>,
    Path(reference): Path<String>,
    Query(query): Query<PollQuery>,
) -> Result<Json<PollView>, Error> {
    let wait = Duration::from_secs(query.wait).min(LONGEST_WAIT);
    let state = tokio::select! {
        state = network.pairing.poll(&reference, wait) => state,
        () = network.shutdown.cancelled() => Some(StoreState::Pending),
    };
    match state {
        None => Err(Error::not_found("pairing reference")),
        Some(StoreState::Pending) => Ok(Json(PollView::Pending)),
        Some(StoreState::Expired) => Ok(Json(PollView::Expired)),
        Some(StoreState::Scanned(linked)) => Ok(Json(scanned(&network, &linked))),
    }
}

#[derive(Deserialize)]
pub(super) struct ConfirmRequest {
    identity: String,
    /// What a registration over the wire brings along. Without them nobody can encrypt to the device
    /// before its first upload of keys.
    keys: Option<RegistrationKeys>,
}

/// All base64.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegistrationKeys {
    registration_id: String,
    signed_pre_key: SignedPreKey,
}

#[derive(Deserialize)]
struct SignedPreKey {
    id: String,
    value: String,
    signature: String,
}

impl RegistrationKeys {
    fn decode(&self) -> Option<(Vec<u8>, SignedKey)> {
        let signed = SignedKey {
            id: keys::decode_base64(&self.signed_pre_key.id)?,
            value: keys::decode_base64(&self.signed_pre_key.value)?,
            signature: keys::decode_base64(&self.signed_pre_key.signature)?,
        };
        Some((keys::decode_base64(&self.registration_id)?, signed))
    }
}

/// Stands for the client's `pair-device-sign`: the identity with its own signature.
pub(super) async fn confirm(
    State(network): State<Arc<Network>>,
    Path(reference): Path<String>,
    Body(request): Body<ConfirmRequest>,
) -> Result<StatusCode, Error> {
    let linked = network
        .pairing
        .linked(&reference)
        .ok_or_else(|| Error::not_found("scanned reference"))?;
    let identity = keys::decode_base64(&request.identity)
        .ok_or_else(|| Error::bad_request("the identity is not base64"))?;
    let registration = match &request.keys {
        Some(keys) => Some(
            keys.decode()
                .ok_or_else(|| Error::bad_request("the keys are not base64"))?,
        ),
        None => None,
    };
    if !pairing::confirm(&linked, &identity, registration) {
        return Err(Error::bad_request(
            "the identity is not signed by this phone and this device",
        ));
    }
    route::announce_device(&network, &linked.account, linked.device);
    network.persistence.touch();
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct CodeRequest {
    phone: String,
    qr: String,
}

pub(super) async fn make_code(
    State(network): State<Arc<Network>>,
    Path(reference): Path<String>,
    Body(request): Body<CodeRequest>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let phone: String = request.phone.chars().filter(char::is_ascii_digit).collect();
    let code = network
        .pairing
        .make_code(&reference, &phone, &request.qr)
        .ok_or_else(|| Error::not_found("open pairing reference"))?;
    let (one, other) = code.split_at(CODE_GROUP);
    Ok((
        StatusCode::CREATED,
        Json(json!({ "code": format!("{one}-{other}") })),
    ))
}

#[derive(Deserialize)]
pub(super) struct EnterRequest {
    pn: String,
    code: String,
}

pub(super) async fn enter_code(
    State(network): State<Arc<Network>>,
    Body(request): Body<EnterRequest>,
) -> Result<Json<Value>, Error> {
    let addresses = pairing::enter_code(&network, &request.pn, &request.code)
        .await
        .map_err(|error| match error {
            CodeError::UnknownAccount => Error::not_found("account"),
            CodeError::WrongCode => Error::bad_request(error),
            CodeError::NoAnswer => Error::conflict(error),
            CodeError::Scan(error) => scan_error(error),
        })?;
    Ok(Json(addresses_view(&addresses)))
}

fn scanned(network: &Network, linked: &Linked) -> PollView {
    PollView::Scanned {
        pn: linked.pn().to_string(),
        lid: linked.lid().to_string(),
        push_name: linked
            .account
            .settings
            .name()
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| DEFAULT_NAME.to_owned()),
        identity: keys::encode_base64(&linked.identity),
        trust: observe::trust_view(network),
    }
}

fn addresses_view((jid, lid): &(Jid, Jid)) -> Value {
    json!({ "jid": jid.to_string(), "lid": lid.to_string() })
}

fn scan_error(error: ScanError) -> Error {
    match error {
        ScanError::UnknownAccount => Error::not_found("account"),
        ScanError::UnknownReference => Error::not_found("pairing reference"),
        ScanError::NotAQrCode | ScanError::ForeignKeys => Error::bad_request(error),
        ScanError::Unreachable => Error::internal(error),
    }
}
