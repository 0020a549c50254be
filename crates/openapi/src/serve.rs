//! The document as it is served: as JSON, as YAML, and as a page to read.

use axum::body::Bytes;
use axum::response::{Html, IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use serde_json::Value;

use crate::yaml;

const PAGE: &str = include_str!("page.html");
/// Everything that the page needs is in it, but for the document.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The document in all forms, made once. Cheap to clone: every request carries it.
#[derive(Debug, Clone)]
pub struct Served {
    json: Bytes,
    yaml: Bytes,
    page: Bytes,
}

impl Served {
    /// `json` and `yaml` are where the document is, as seen from the page.
    pub fn new(document: &Value, json: &str, yaml: &str) -> Self {
        let title = document["info"]["title"].as_str().unwrap_or_default();
        Self {
            json: document.to_string().into(),
            yaml: yaml::write(document).into(),
            page: PAGE
                .replace("{title}", title)
                .replace("{json}", json)
                .replace("{yaml}", yaml)
                .into(),
        }
    }

    pub fn as_json(self) -> Response {
        answer("application/json", self.json)
    }

    pub fn as_yaml(self) -> Response {
        answer("application/yaml", self.yaml)
    }

    pub fn as_page(self) -> Response {
        ([(CONTENT_SECURITY_POLICY, POLICY)], Html(self.page)).into_response()
    }
}

fn answer(media_type: &'static str, body: Bytes) -> Response {
    ([(CONTENT_TYPE, media_type), (CACHE_CONTROL, "no-cache")], body).into_response()
}
