use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Template;

use crate::time::iso;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Template")]
pub(crate) struct View {
    id: String,
    session_id: String,
    name: String,
    body: String,
    header: Option<String>,
    footer: Option<String>,
    created_at: String,
    updated_at: String,
}

impl From<Template> for View {
    fn from(template: Template) -> Self {
        Self {
            id: template.id.to_string(),
            session_id: template.session.to_string(),
            name: template.name,
            body: template.body,
            header: template.header,
            footer: template.footer,
            created_at: iso(template.created_at),
            updated_at: iso(template.updated_at),
        }
    }
}
