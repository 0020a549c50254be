//! `GET /openapi.json`, `/openapi.yaml` and `/docs`.

use axum::Extension;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};
use wagon_openapi::{Served, op};

use super::Api;
use crate::error::Rejection;

/// The document as the routes below serve it.
pub(crate) fn served(document: &Value) -> Served {
    Served::new(document, "openapi.json", "openapi.yaml")
}

pub(crate) fn routes(api: Api) -> Api {
    let text = json!({ "type": "string" });
    let whole = json!({ "type": "object" });
    api.about("Reference", "This document.")
        .get(
            "/openapi.json",
            as_json,
            op("getOpenApiJson", "This document as JSON").answers(
                StatusCode::OK,
                "The document",
                "application/json",
                &whole,
            ),
        )
        .get(
            "/openapi.yaml",
            as_yaml,
            op("getOpenApiYaml", "This document as YAML").answers(
                StatusCode::OK,
                "The document",
                "application/yaml",
                &whole,
            ),
        )
        .get(
            "/docs",
            as_page,
            op("getReference", "This document as a page to read").answers(
                StatusCode::OK,
                "The page",
                "text/html",
                &text,
            ),
        )
}

async fn as_json(Extension(served): Extension<Served>) -> Result<Response, Rejection> {
    Ok(served.as_json())
}

async fn as_yaml(Extension(served): Extension<Served>) -> Result<Response, Rejection> {
    Ok(served.as_yaml())
}

async fn as_page(Extension(served): Extension<Served>) -> Result<Response, Rejection> {
    Ok(served.as_page())
}
