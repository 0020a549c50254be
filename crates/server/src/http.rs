//! The one listener's routes: both dialects, the live views, and the probes.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use wagon_services::{Health, Tokens};

/// Probes, metrics and the public keys of access tokens, outside every dialect.
pub(crate) fn probes(health: Health, tokens: Tokens, metrics: Option<PrometheusHandle>) -> Router {
    let router = Router::new()
        .route("/.well-known/jwks.json", get(jwks).with_state(tokens))
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready).with_state(health));
    match metrics {
        Some(handle) => router.route("/metrics", get(render).with_state(handle)),
        None => router,
    }
}

async fn ready(State(health): State<Health>) -> Response {
    match health.ready().await {
        Ok(()) => "ready".into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response()
        }
    }
}

async fn jwks(State(tokens): State<Tokens>) -> Response {
    match tokens.jwks().await {
        Ok(keys) => ([(header::CACHE_CONTROL, "public, max-age=300")], Json(keys)).into_response(),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the key set cannot be read"
            );
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

async fn render(State(metrics): State<PrometheusHandle>) -> Response {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        metrics.render(),
    )
        .into_response()
}
