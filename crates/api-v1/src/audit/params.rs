//! Which entries.

use serde::Deserialize;
use wagon_http_kit::QueryError;
use wagon_services::AuditFilter;

use crate::page;

#[derive(Debug, Deserialize)]
pub(crate) struct Params {
    action: Option<String>,
    actor: Option<String>,
    target: Option<String>,
    limit: Option<String>,
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
            action: action
                .transpose()
                .map_err(|_| QueryError::new("action", "unknown action"))?,
            actor: given(self.actor),
            target: given(self.target),
        })
    }
}
