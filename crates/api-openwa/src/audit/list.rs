//! `GET /audit`: latest first.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::Caller;
use wagon_http_kit::{Query, needs};
use wagon_services::{AuditFilter, Services};

use super::names::{named, of_severity};
use super::view::{Names, View};
use crate::access::Unscoped;
use crate::error::{Failure, OpenWa, Refusal};
use crate::page::Window;
use crate::state::State;

/// How far back pages reach: the log is read from its end.
const DEEPEST: u32 = 100_000;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Params {
    action: Option<String>,
    /// `info`, `warn` or `error`.
    severity: Option<String>,
    session_id: Option<String>,
    api_key_id: Option<String>,
    limit: Option<String>,
    offset: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditPage")]
pub(crate) struct Page {
    data: Vec<View>,
    /// On all pages.
    total: u64,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Unscoped<needs::Admin>,
    params: Query<Params, OpenWa>,
) -> Result<Json<Page>, Failure> {
    let params = params.0;
    let window = Window::with_default(params.limit.as_deref(), params.offset.as_deref(), 50, 200)?;
    let Some(filter) = params.filter()? else {
        return Ok(Json(Page {
            data: Vec::new(),
            total: 0,
        }));
    };
    let audit = &state.services.audit;
    let reach = window.offset.min(DEEPEST) + window.limit;
    let entries = audit.list(&caller, filter.clone(), None, reach).await?;
    let names = names(&state.services, &caller).await?;
    Ok(Json(Page {
        data: window
            .cut(entries)
            .map(|entry| View::new(entry, &names))
            .collect(),
        total: audit.count(&caller, filter).await?,
    }))
}

impl Params {
    /// None when nothing can match.
    fn filter(self) -> Result<Option<AuditFilter>, Refusal> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let severe = match given(self.severity) {
            None => None,
            Some(severity) => Some(of_severity(&severity).ok_or_else(|| {
                let message = "severity must be one of the following values: info, warn, error";
                Refusal::validation(vec![message.to_owned()])
            })?),
        };
        let action = given(self.action).map(|action| named(&action));
        let actions = match (action, severe) {
            (None, None) => None,
            (None, Some(severe)) => Some(severe),
            (Some(action), None) => Some(action.into_iter().collect()),
            (Some(action), Some(severe)) => {
                let both = action.filter(|action| severe.contains(action));
                Some(both.into_iter().collect())
            }
        };
        // An empty list would be all of them.
        if actions.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        Ok(Some(AuditFilter {
            org: None,
            actions: actions.unwrap_or_default(),
            actor: given(self.api_key_id),
            target: given(self.session_id),
        }))
    }
}

async fn names(services: &Services, caller: &Caller) -> Result<Names, Failure> {
    let keys = services.keys.list(caller).await?;
    let sessions = services.sessions.seen(caller).await?;
    Ok(Names {
        keys: keys
            .into_iter()
            .map(|key| (key.id.to_string(), key.name))
            .collect(),
        sessions: sessions
            .into_iter()
            .filter_map(|session| Some((session.id.to_string(), session.label?)))
            .collect(),
    })
}
