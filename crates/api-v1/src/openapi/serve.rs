//! `GET /openapi.json`, `/openapi.yaml` and `/docs`.

use axum::Extension;
use axum::body::Bytes;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use serde_json::{Value, json};

use super::operation::op;
use super::{Api, yaml};
use crate::error::Rejection;

const PAGE: &str = include_str!("page.html");
/// Everything that the page needs is in it, but for the document.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The document in both forms, made once.
#[derive(Debug, Clone)]
pub(crate) struct Served {
    json: Bytes,
    yaml: Bytes,
}

impl Served {
    pub(crate) fn new(document: &Value) -> Self {
        Self {
            json: document.to_string().into(),
            yaml: yaml::write(document).into(),
        }
    }
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
            page,
            op("getReference", "This document as a page to read").answers(
                StatusCode::OK,
                "The page",
                "text/html",
                &text,
            ),
        )
}

async fn as_json(Extension(served): Extension<Served>) -> Result<Response, Rejection> {
    Ok(answer("application/json", served.json))
}

async fn as_yaml(Extension(served): Extension<Served>) -> Result<Response, Rejection> {
    Ok(answer("application/yaml", served.yaml))
}

async fn page(Extension(_): Extension<Served>) -> Result<Response, Rejection> {
    Ok(([(CONTENT_SECURITY_POLICY, POLICY)], Html(PAGE)).into_response())
}

fn answer(media_type: &'static str, body: Bytes) -> Response {
    ([(CONTENT_TYPE, media_type), (CACHE_CONTROL, "no-cache")], body).into_response()
}
