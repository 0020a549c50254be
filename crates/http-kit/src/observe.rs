//! What is seen of every request: its id, one log line, its metrics, and panics as answers.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;
use wagon_domain::Clock;

use crate::caller::CallerSlot;
use crate::dialect::{Cause, Dialect, Problem, Rejection};
use crate::{fallback, request_id};

/// Puts the router's routes, and its fallback if it has one, under observation. Routes that are
/// added afterwards are not.
pub fn observe<D, S>(router: Router<S>, clock: Arc<dyn Clock>) -> Router<S>
where
    D: Dialect,
    S: Clone + Send + Sync + 'static,
{
    router
        .method_not_allowed_fallback(fallback::method_not_allowed::<D>)
        .layer(CatchPanicLayer::custom(panicked::<D>))
        .layer(middleware::from_fn_with_state(clock, watch::<D>))
}

/// The panic's text stays with the panic hook: it may quote what a client sent.
fn panicked<D: Dialect>(_payload: Box<dyn Any + Send + 'static>) -> Response {
    Rejection::<D>::new(Problem::Panicked).into_response()
}

async fn watch<D: Dialect>(
    State(clock): State<Arc<dyn Clock>>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let id = request_id::of(request.headers(), clock.now());
    let method = method_label(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let caller = CallerSlot::default();
    request.extensions_mut().insert(caller.clone());

    let span = tracing::info_span!("http.request", request.id = id.to_str().unwrap_or_default());
    let mut response = next.run(request).instrument(span.clone()).await;

    let took = started.elapsed();
    span.in_scope(|| log(method, &route, &response, took, &caller));
    measure(D::NAME, method, route, response.status(), took);
    response.headers_mut().insert(request_id::HEADER, id);
    response
}

fn log(method: &'static str, route: &str, response: &Response, took: Duration, caller: &CallerSlot) {
    let status = response.status();
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let (org, id) = (caller.org(), caller.id());
    if status.is_server_error() {
        let error = response.extensions().get::<Cause>().map(Cause::as_str);
        tracing::error!(
            http.method = method,
            http.route = route,
            http.status = status.as_u16(),
            duration_ms,
            caller.org = org,
            caller.id = id,
            error,
            "request failed"
        );
    } else {
        tracing::info!(
            http.method = method,
            http.route = route,
            http.status = status.as_u16(),
            duration_ms,
            caller.org = org,
            caller.id = id,
            "request served"
        );
    }
}

fn measure(dialect: &'static str, method: &'static str, route: String, status: StatusCode, took: Duration) {
    metrics::counter!(
        "wagon_http_requests_total",
        "dialect" => dialect,
        "route" => route.clone(),
        "method" => method,
        "status" => status.as_str().to_owned(),
    )
    .increment(1);
    metrics::histogram!(
        "wagon_http_request_seconds",
        "dialect" => dialect,
        "route" => route,
        "method" => method,
    )
    .record(took);
}

/// A method as a metric label: clients may invent methods, and must not invent time series.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt;
    use wagon_domain::Timestamp;

    use super::*;
    use crate::dialect::tests::Plain;

    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(1_700_000_000_000)
        }
    }

    async fn panics() -> Response {
        panic!("secret")
    }

    async fn call(method: Method, uri: &str) -> (Response, String) {
        let routes = Router::new()
            .route("/ok/{id}", get(|| async { "fine" }))
            .route("/panic", get(panics))
            .fallback(fallback::route_not_found::<Plain>);
        let app = Router::new().nest("/api", observe::<Plain, ()>(routes, Arc::new(Noon)));
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("x-request-id", "r-1");
        let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 10_000).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        (Response::from_parts(parts, Body::empty()), text)
    }

    #[tokio::test]
    async fn every_answer_carries_the_request_id() {
        for (method, uri, status) in [
            (Method::GET, "/api/ok/1", StatusCode::OK),
            (Method::GET, "/api/nothing", StatusCode::NOT_FOUND),
            (Method::POST, "/api/ok/1", StatusCode::METHOD_NOT_ALLOWED),
            (Method::GET, "/api/panic", StatusCode::INTERNAL_SERVER_ERROR),
        ] {
            let (response, _) = call(method, uri).await;
            assert_eq!(response.status(), status, "{uri}");
            assert_eq!(response.headers()["x-request-id"], "r-1", "{uri}");
        }
    }

    #[tokio::test]
    async fn refusals_outside_of_handlers_are_the_dialects() {
        let (_, body) = call(Method::GET, "/api/nothing").await;
        assert_eq!(body, r#"RouteNotFound { method: GET, path: "/api/nothing" }"#);
        let (response, body) = call(Method::POST, "/api/ok/1").await;
        assert_eq!(body, "MethodNotAllowed { allow: None }");
        assert_eq!(response.headers()["allow"], "GET,HEAD");
        let (_, body) = call(Method::GET, "/api/panic").await;
        assert_eq!(body, "Panicked");
    }
}
