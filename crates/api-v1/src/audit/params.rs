//! Which entries.

use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::QueryError;
use wagon_services::AuditFilter;

use crate::page;

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Params {
    #[serde(default)]
    #[schemars(schema_with = "crate::openapi::words::action")]
    action: Option<String>,
    actor: Option<String>,
    target: Option<String>,
    /// 50 unless given, at most 200.
    #[schemars(with = "Option<i64>")]
    limit: Option<String>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
}

impl Params {
    pub(crate) fn page(&self) -> page::Params {
        page::Params::new(self.limit.clone(), self.cursor.clone())
    }

    pub(crate) fn filter(self) -> Result<AuditFilter, QueryError> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let action = given(self.action).map(|action| action.parse());
        Ok(AuditFilter {
            org: None,
            actions: action
                .transpose()
                .map_err(|_| QueryError::new("action", "unknown action"))?
                .into_iter()
                .collect(),
            actor: given(self.actor),
            target: given(self.target),
        })
    }
}
