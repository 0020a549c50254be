//! `POST /webhooks/delivery-failures/redrive`: tries once more what was given up.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_http_kit::{LenientJson, needs};
use wagon_services::GivenUpQuery;

use crate::access::Permitted;
use crate::error::{Failure, OpenWa, Refusal};
use crate::state::State;

const MOST: usize = 500;
const DEFAULT: usize = 100;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "Redrive")]
pub(crate) struct Request {
    session_id: Option<String>,
    webhook_id: Option<String>,
    ids: Option<Vec<String>>,
    limit: Option<usize>,
}

/// The worker delivers, so everything is put in line and nothing has been delivered yet.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Redriven")]
pub(crate) struct View {
    redriven: usize,
    delivered: usize,
    enqueued: usize,
    failed: usize,
    skipped: usize,
    remaining: usize,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<needs::Admin>,
    request: LenientJson<Request, OpenWa>,
) -> Result<Json<View>, Failure> {
    let Request {
        session_id,
        webhook_id,
        ids,
        limit,
    } = request.0;
    let limit = limit.unwrap_or(DEFAULT);
    let too_many = ids.as_ref().is_some_and(|ids| ids.len() > MOST);
    if !(1..=MOST).contains(&limit) || too_many {
        let message = format!("limit must be between 1 and {MOST}, and ids no more than {MOST}");
        return Err(Refusal::validation(vec![message]).into());
    }
    let webhooks = &state.services.webhooks;
    let query = GivenUpQuery {
        session: session_id,
        webhook: webhook_id,
        limit: u32::MAX,
        offset: 0,
    };
    let mut found = webhooks.given_up(&caller, query).await?;
    if let Some(ids) = &ids {
        found.retain(|(delivery, _)| ids.iter().any(|id| id == delivery.id.as_str()));
    }
    let skipped = ids.map_or(0, |ids| ids.len().saturating_sub(found.len()));
    found.sort_by(|(one, _), (other, _)| (one.attempts, &one.id).cmp(&(other.attempts, &other.id)));
    let total = found.len();
    let mut enqueued = 0;
    for (delivery, _) in found.into_iter().take(limit) {
        webhooks
            .redeliver(&caller, &delivery.webhook, &delivery.id)
            .await?;
        enqueued += 1;
    }
    Ok(Json(View {
        redriven: enqueued,
        delivered: 0,
        enqueued,
        failed: 0,
        skipped,
        remaining: total - enqueued,
    }))
}
