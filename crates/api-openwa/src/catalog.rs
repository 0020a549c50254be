//! The catalogue of a business, of which the WhatsApp library knows nothing.

use std::convert::Infallible;

use wagon_http_kit::{Problem, needs};

use crate::access::{AtSession, Family};
use crate::error::Failure;
use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about(
        "Catalogue",
        "The catalogue of a business, which is not supported.",
    )
    .get(
        "/sessions/{id}/catalog",
        refuse::<needs::Read>,
        op("getCatalog", "The catalogue").unsupported("The WhatsApp library has no catalogue requests."),
    )
    .get(
        "/sessions/{id}/catalog/products",
        refuse::<needs::Read>,
        op("listProducts", "Its products").unsupported("The WhatsApp library has no catalogue requests."),
    )
    .get(
        "/sessions/{id}/catalog/products/{productId}",
        refuse::<needs::Read>,
        op("getProduct", "One product").unsupported("The WhatsApp library has no catalogue requests."),
    )
    .post(
        "/sessions/{id}/messages/send-product",
        refuse::<needs::Send>,
        op("sendProduct", "Sends a product").unsupported("The WhatsApp library has no catalogue requests."),
    )
}

async fn refuse<N>(at: AtSession<N>) -> Result<Infallible, Failure> {
    at.session(Family::Shown)?;
    Err(Problem::NotSupported("the catalogue is not supported".to_owned()).into())
}
