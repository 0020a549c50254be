//! The catalogue of a business, of which the WhatsApp library knows nothing.

use axum::Router;
use axum::routing::{get, post};
use wagon_http_kit::{Problem, needs};

use crate::access::{AtSession, Family};
use crate::error::Failure;
use crate::state::State;

pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/sessions/{id}/catalog", get(refuse::<needs::Read>))
        .route("/sessions/{id}/catalog/products", get(refuse::<needs::Read>))
        .route(
            "/sessions/{id}/catalog/products/{productId}",
            get(refuse::<needs::Read>),
        )
        .route(
            "/sessions/{id}/messages/send-product",
            post(refuse::<needs::Send>),
        )
}

async fn refuse<N>(at: AtSession<N>) -> Result<(), Failure> {
    at.session(Family::Shown)?;
    Err(Problem::NotSupported("the catalogue is not supported".to_owned()).into())
}
