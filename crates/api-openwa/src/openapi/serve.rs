//! `GET /docs`, `/docs-json` and `/docs-yaml`.

use axum::Extension;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};
use wagon_openapi::Served;

use super::{Api, op};
use crate::error::Failure;

/// The document as the routes below serve it.
pub(crate) fn served(document: &Value) -> Served {
    Served::new(document, "docs-json", "docs-yaml")
}

pub(crate) fn routes(api: Api) -> Api {
    let text = json!({ "type": "string" });
    let whole = json!({ "type": "object" });
    let (json, yaml, html) = ("application/json", "application/yaml", "text/html");
    api.about("Reference", "This document.")
        .get(
            "/docs-json",
            as_json,
            op("getDocsJson", "This document as JSON").answers(StatusCode::OK, "The document", json, &whole),
        )
        .get(
            "/docs-yaml",
            as_yaml,
            op("getDocsYaml", "This document as YAML").answers(StatusCode::OK, "The document", yaml, &whole),
        )
        .get(
            "/docs",
            as_page,
            op("getDocs", "This document as a page to read").answers(StatusCode::OK, "The page", html, &text),
        )
}

async fn as_json(Extension(served): Extension<Served>) -> Result<Response, Failure> {
    Ok(served.as_json())
}

async fn as_yaml(Extension(served): Extension<Served>) -> Result<Response, Failure> {
    Ok(served.as_yaml())
}

async fn as_page(Extension(served): Extension<Served>) -> Result<Response, Failure> {
    Ok(served.as_page())
}
